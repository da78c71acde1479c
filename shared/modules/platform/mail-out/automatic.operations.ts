import { DomainError, prefixOf, type AnyEntity, type Context } from '#kernel';
import { useQuota } from '#modules/platform/quotas';
import { User } from '#modules/platform/users';
import type { MailOrder } from './queue-mail.operations.ts';

/** The extension point for kinds of records by which strangers write to us: a mail about such a record answers them. */
export const answeredRecords = 'mail-answered-records';

/** Automatic answers to one address in a day; the next robot would answer them for ever. */
const mostAnswers = '5';

/** Whether nobody asked for a mail just now: a rule, a run, a reaction or a job writes it, not an operation that was called. */
export const isAutomatic = ({ registry, operation }: Context, { rule }: MailOrder): boolean =>
  rule !== undefined || !registry.operations.has(operation);

/** Counts an automatic answer to people outside. @throws TOO_MANY_ANSWERS */
export const countAnswer = async (context: Context, order: MailOrder): Promise<void> => {
  if (!isAnswer(context, order)) return;
  const colleagues = await context.trusted(User).findAllUnique('email', [...order.to]);
  const day = context.clock.today();
  for (const address of new Set(order.to.map((each) => each.toLowerCase()))) {
    if (colleagues.has(address)) continue;
    if (!(await useQuota(context, `mail-answers ${day} ${address}`, '1', mostAnswers)))
      throw new DomainError('TOO_MANY_ANSWERS', `${address} got ${mostAnswers} automatic answers today.`, ['to']);
  }
};

const isAnswer = ({ registry }: Context, { thread, record }: MailOrder): boolean => {
  const answered = registry.contributions(answeredRecords) as readonly AnyEntity[];
  return thread !== undefined || answered.some(({ idPrefix }) => record !== undefined && prefixOf(record) === idPrefix);
};

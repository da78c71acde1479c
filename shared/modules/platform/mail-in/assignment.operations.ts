import type { Context } from '#kernel';
import { isAbsent, User } from '#modules/platform/users';
import type { KnownSender } from './extension-points.rules.ts';
import type { MailAddressRow } from './mail-address.entity.ts';
import type { MailRule } from './routing-rule.entity.ts';

/** Who works on what a mail opens. */
export type Holder = { readonly owner?: string; readonly team?: string };

const holderOf = ({ owner, team }: Holder): Holder => ({
  ...(owner !== undefined && { owner }),
  ...(team !== undefined && { team }),
});

const isNobody = ({ owner, team }: Holder): boolean => owner === undefined && team === undefined;

/** Who works on what a rule opens; nobody where the rules of the record itself are to say it. */
export const assignedBy = async (
  context: Context,
  address: MailAddressRow,
  rule: MailRule,
  known: KnownSender,
): Promise<Holder> => {
  if (rule.assign === 'RECORD_RULES') return {};
  const chosen = await chosenBy(context, address, rule, known);
  return isNobody(chosen) ? holderOf(address) : chosen;
};

const chosenBy = async (
  context: Context,
  address: MailAddressRow,
  rule: MailRule,
  { owner }: KnownSender,
): Promise<Holder> => {
  if (rule.assign === 'OWNER') return holderOf(rule);
  if (rule.assign === 'SENDER_OWNER') return owner === undefined ? {} : { owner };
  const next = await inTurn(context, `mail-in:${address.id}:${rule.name}`, rule.users);
  return { ...(rule.team !== undefined && { team: rule.team }), ...(next !== undefined && { owner: next }) };
};

/** Those who work today, one after the other; the number is taken in the write of the mail. */
const inTurn = async (context: Context, counter: string, ids: readonly string[]): Promise<string | undefined> => {
  const users = await context.trusted(User).getMany(ids);
  const today = context.clock.today();
  const people = ids.filter((id) => {
    const user = users.get(id);
    return user?.status === 'ACTIVE' && !isAbsent(user, today);
  });
  if (people.length < 2) return people[0];
  return people[((await context.nextNumber(counter)) - 1) % people.length];
};

import { DomainError, given, type Context } from '#kernel';
import { Tenant } from '#modules/platform/settings';
import { User } from '#modules/platform/users';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import type { MessageTemplate } from '#modules/engagement/channels';
import { CannedAnswer, type CannedAnswerRow } from './canned-answer.entity.ts';
import { filled } from './canned-answer.rules.ts';
import type { ConversationRow } from './conversation.entity.ts';
import type { MessageOrder } from './message-order.rules.ts';

/** What a message says. */
export type Words = { readonly text: string; readonly template?: MessageTemplate };

/**
 * A text or template as it was typed, or a canned answer in the language of the conversation with its gaps filled; what goes to
 * many has its gaps filled as well. @throws NOT_FOUND, VALUE_MISSING
 */
export const wordsOf = async (
  context: Context,
  conversation: ConversationRow,
  { text = '', canned, values = {}, template, fillsGaps }: MessageOrder,
): Promise<Words> => {
  if (canned === undefined && fillsGaps !== true) return { text: text.trim(), ...given({ template }) };
  const all = { ...(await ownValues(context, conversation)), ...values };
  const locale = conversation.locale ?? context.actor.locale;
  const fill = (said: string): string => filled({ [locale]: said }, locale, all);
  const spoken = canned === undefined ? fill(text) : filled(await cannedAnswer(context, canned), locale, all);
  return { text: spoken.trim(), ...(template && { template: { ...template, values: template.values.map(fill) } }) };
};

/** A canned answer by its key. @throws NOT_FOUND */
export const cannedAnswer = async ({ data }: Context, key: string): Promise<CannedAnswerRow> => {
  const answer = await data(CannedAnswer).findUnique('key', key);
  if (answer && answer.archivedAt === undefined) return answer;
  throw new DomainError('NOT_FOUND', `There is no canned answer ${key}.`, ['canned']);
};

/** Gaps that are filled by themselves, as far as it is known with whom the conversation is. */
export const ownGaps = ['name', 'firstName', 'lastName', 'account', 'agent', 'company'] as const;

const ownValues = async (
  { trusted, actor }: Context,
  { contact, account, peerName }: ConversationRow,
): Promise<Readonly<Partial<Record<(typeof ownGaps)[number], string>>>> => {
  const [person, theirs, agent, tenant] = await Promise.all([
    contact === undefined ? undefined : trusted(Contact).find(contact),
    account === undefined ? undefined : trusted(Account).find(account),
    actor.userId === undefined ? undefined : trusted(User).find(actor.userId),
    trusted(Tenant).find(actor.tenant),
  ]);
  const name = person ? (person.firstName ?? person.name) : peerName;
  const { firstName, lastName } = person ?? {};
  return given({ name, firstName, lastName, account: theirs?.name, agent: agent?.name, company: tenant?.name });
};

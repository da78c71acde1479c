import { DomainError, type Context } from '#kernel';
import { Tenant } from '#modules/platform/settings';
import { User } from '#modules/platform/users';
import { Contact } from '#modules/parties/contacts';
import { CannedAnswer } from './canned-answer.entity.ts';
import { filled } from './canned-answer.rules.ts';
import type { ConversationRow } from './conversation.entity.ts';
import type { MessageOrder } from './message-order.rules.ts';

/** What a message says: a text as it was typed, or a canned answer in the language of the conversation. @throws NOT_FOUND, VALUE_MISSING */
export const wordsOf = async (
  context: Context,
  conversation: ConversationRow,
  { text = '', canned, values = {} }: MessageOrder,
): Promise<string> => {
  if (canned === undefined) return text.trim();
  const answer = await context.data(CannedAnswer).findUnique('key', canned);
  if (answer?.archivedAt !== undefined || !answer)
    throw new DomainError('NOT_FOUND', `There is no canned answer ${canned}.`, ['canned']);
  const own = await ownValues(context, conversation);
  return filled(answer, conversation.locale ?? context.actor.locale, { ...own, ...values });
};

/** What fills the usual gaps by itself. */
const ownValues = async ({ trusted, actor }: Context, { contact, peerName }: ConversationRow) => {
  const [person, agent, tenant] = await Promise.all([
    contact === undefined ? undefined : trusted(Contact).find(contact),
    actor.userId === undefined ? undefined : trusted(User).find(actor.userId),
    trusted(Tenant).find(actor.tenant),
  ]);
  const name = person ? (person.firstName ?? person.name) : peerName;
  return { name, agent: agent?.name, company: tenant?.name };
};

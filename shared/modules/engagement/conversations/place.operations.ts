import { DomainError, type Context } from '#kernel';
import { phoneIn } from '#kernel/validate-text';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { ChannelAccount, type ChannelAccountRow } from '#modules/engagement/channels';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { knownOf } from './matching.operations.ts';
import type { MessageOrder } from './message-order.rules.ts';
import { conversationWith } from './receive.operations.ts';

/** Where it belongs: the conversation that is named, or the one with that person by that account. */
export const placeFor = async (context: Context, order: MessageOrder): Promise<ConversationRow> => {
  const { conversation, sentBy = 'PERSON', about } = order;
  if (conversation !== undefined) {
    const repository = sentBy === 'PERSON' ? context.data(Conversation) : context.trusted(Conversation);
    return repository.get(conversation);
  }
  const line = await lineFor(context, order);
  const contact = order.contact === undefined ? undefined : await context.data(Contact).get(order.contact);
  const to = peerOn(context, line, order.to ?? contact?.phone);
  const found = await conversationWith(context, line, to);
  if (!found.isNew) return mineOf(context, found.conversation, { sentBy, contact });
  return beginning(
    context,
    found.conversation,
    { ...(contact && knownOf(contact)), ...(about !== undefined && { about }) },
    sentBy,
  );
};

/**
 * Who has written with somebody before writes on; into what others write nobody comes by naming a number. What nobody answers
 * yet is for whoever sees the person: it may be no more than what the product itself told them.
 * @throws NOT_FOUND
 */
const mineOf = async (
  { data }: Context,
  row: ConversationRow,
  { sentBy, contact }: { readonly sentBy: string; readonly contact: ContactRow | undefined },
): Promise<ConversationRow> => {
  const isFree = row.owner === undefined && row.contact !== undefined && row.contact === contact?.id;
  return isFree || sentBy !== 'PERSON' ? row : data(Conversation).get(row.id);
};

/** What begins from here is answered by whoever began it; what the product tells asks for no answer and lies closed. */
const beginning = (
  { trusted, actor }: Context,
  row: ConversationRow,
  known: Partial<ConversationRow>,
  sentBy: string,
): ConversationRow => {
  const conversations = trusted(Conversation);
  if (sentBy !== 'PERSON') return conversations.move(row, 'CLOSED', known);
  const owner = actor.userId === undefined ? {} : { owner: actor.userId };
  return conversations.update(row, { ...known, ...owner, handler: 'PEOPLE' });
};

const mostLines = 100;

/** The account that is named, or the first one of the channel. @throws NO_CHANNEL, NOT_FOUND */
export const lineFor = async (
  context: Context,
  { line, channel = 'SMS' }: Pick<MessageOrder, 'line' | 'channel'>,
): Promise<ChannelAccountRow> => {
  const lines = context.trusted(ChannelAccount);
  const candidates =
    line === undefined ? (await lines.page('byName', { first: mostLines })).rows : [await lines.get(line)];
  const found = candidates.find(
    ({ archivedAt, kind }) => archivedAt === undefined && (line !== undefined || kind === channel),
  );
  if (found) return found;
  throw new DomainError('NO_CHANNEL', `There is no account to send ${channel} by.`, ['channel']);
};

/** Channels on which a conversation can begin with us: those of numbers, and programs of one's own. */
const peerOn = ({ actor }: Context, { kind }: ChannelAccountRow, to: string | undefined): string => {
  if (kind === 'GENERIC' && to !== undefined && to !== '') return to;
  if (kind !== 'SMS' && kind !== 'WHATSAPP')
    throw new DomainError('CHANNEL_STARTED_BY_THEM', 'Only they can begin on this channel.', ['channel']);
  const phone = to === undefined ? undefined : phoneIn(to, actor.country);
  if (phone !== undefined) return phone;
  throw new DomainError('NO_ADDRESS', 'There is no phone number to send to.', ['to']);
};

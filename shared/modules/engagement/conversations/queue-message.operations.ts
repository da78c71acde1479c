import { DomainError, given, type Context } from '#kernel';
import { phoneIn } from '#kernel/validate-text';
import { readableFile } from '#modules/platform/files';
import { Tenant } from '#modules/platform/settings';
import { User } from '#modules/platform/users';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import {
  ChannelAccount,
  type ChannelAccountRow,
  type ChannelKind,
  type MessageTemplate,
} from '#modules/engagement/channels';
import { answerByMail } from './by-mail.operations.ts';
import { CannedAnswer } from './canned-answer.entity.ts';
import { filled } from './canned-answer.rules.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { afterAnswer, isWithinWindow, previewOf } from './conversation.rules.ts';
import { knownOf } from './matching.operations.ts';
import type { MessageRow } from './message.entity.ts';
import { conversationWith, writeMessage } from './receive.operations.ts';
import { unwelcome } from './welcome.operations.ts';

/** A message to be sent: an answer within a conversation, or to whom and by which account it begins one. */
export type MessageOrder = {
  readonly conversation?: string;
  readonly line?: string;
  readonly channel?: ChannelKind;
  readonly to?: string;
  readonly contact?: string;
  readonly text?: string;
  readonly canned?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly template?: MessageTemplate;
  readonly file?: string;
  readonly kind?: 'TRANSACTIONAL' | 'MARKETING';
  readonly about?: string;
  readonly sendAt?: string;
  readonly sentBy?: 'PERSON' | 'BOT' | 'SYSTEM';
};

/** What sending may answer. */
export const sendFails = [
  'SUPPRESSED',
  'WINDOW_CLOSED',
  'NO_CHANNEL',
  'NO_ADDRESS',
  'CHANNEL_STARTED_BY_THEM',
  'VALUE_MISSING',
  'FILE_NOT_UPLOADED',
] as const;

/**
 * Writes a message into the ledger; it goes out once the unit of work is written, and nothing can lose it then.
 * @throws what `sendFails` names, BAD_INPUT, NOT_FOUND
 */
export const queueMessage = async (context: Context, order: MessageOrder): Promise<MessageRow> => {
  const conversation = await placeFor(context, order);
  const text = await wordsOf(context, conversation, order);
  await assertSendable(context, conversation, text, order);
  // What the product tells by itself answers nobody who waits.
  const waits = order.sentBy === 'SYSTEM' ? undefined : afterAnswer(conversation, context.clock.instant());
  const message = writeMessage(context, conversation, {
    direction: 'OUTBOUND',
    text,
    ...(await leaving(context, conversation, { text, ...given({ file: order.file }) })),
    ...ledgerOf(context, order),
    ...(waits && { waitedMinutes: waits.waitedMinutes - conversation.waitedMinutes }),
  });
  noteSaid(context, conversation, text || (order.template?.name ?? ''), waits);
  if (message.status === 'QUEUED') context.afterCommit(() => hint(context, message));
  return message;
};

/** A mail goes by the ledger of mails, which sends it and knows what became of it. */
const leaving = async (
  context: Context,
  conversation: ConversationRow,
  said: { readonly text: string; readonly file?: string },
) => {
  if (conversation.channel !== 'EMAIL') return { status: 'QUEUED' as const };
  const providerId = await answerByMail(context, conversation, said);
  return { status: 'SENT' as const, providerId, sentAt: context.clock.instant() };
};

/** What of an order stands in the ledger as it was given. */
const ledgerOf = ({ actor }: Context, { sentBy = 'PERSON', kind = 'TRANSACTIONAL', ...order }: MessageOrder) => {
  const { template, file, sendAt, about } = order;
  const author = sentBy === 'PERSON' ? actor.userId : undefined;
  return { sentBy, kind, ...given({ author, template, file, sendAt, about }) };
};

const assertSendable = async (
  context: Context,
  conversation: ConversationRow,
  text: string,
  { kind = 'TRANSACTIONAL', template, file }: MessageOrder,
): Promise<void> => {
  if (text === '' && !template && file === undefined)
    throw new DomainError('BAD_INPUT', 'A message says something: a text, a canned answer, a template or a file.', [
      'text',
    ]);
  await assertWelcome(context, conversation, kind);
  assertWindow(context, conversation, template);
  if (file !== undefined) await readableFile(context, file);
};

/** Where it belongs: the conversation that is named, or the one with that person by that account. */
const placeFor = async (context: Context, order: MessageOrder): Promise<ConversationRow> => {
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

const lineFor = async (context: Context, { line, channel = 'SMS' }: MessageOrder): Promise<ChannelAccountRow> => {
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

const wordsOf = async (
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

const assertWelcome = async (context: Context, row: ConversationRow, kind: MessageRow['kind']): Promise<void> => {
  const problem = await unwelcome(context, row, kind);
  if (problem !== undefined) throw new DomainError('SUPPRESSED', problem, ['conversation']);
};

const assertWindow = (
  { clock }: Context,
  { channel, lastInboundAt }: ConversationRow,
  template: MessageTemplate | undefined,
): void => {
  if (channel === 'WHATSAPP' && template) return;
  if (isWithinWindow(channel, lastInboundAt, clock.instant())) return;
  const way = channel === 'WHATSAPP' ? 'send an approved template' : 'wait until they write';
  throw new DomainError('WINDOW_CLOSED', `They wrote more than 24 hours ago, or never: ${way}.`, ['template']);
};

const noteSaid = (
  { trusted, clock }: Context,
  row: ConversationRow,
  text: string,
  waits: ReturnType<typeof afterAnswer>,
): void => {
  const said = { lastMessageAt: clock.instant(), preview: previewOf(text), ...waits };
  trusted(Conversation).update(row, said, { event: waits ? 'conversation.answered' : 'conversation.updated' });
};

/** Tells the queue. It may be lost: the message's own timer tells it again. */
export const hint = async (
  { ports, actor, clock, log }: Pick<Context, 'ports' | 'actor' | 'clock' | 'log'>,
  { id, sendAt }: Pick<MessageRow, 'id' | 'sendAt'>,
): Promise<void> => {
  if (sendAt !== undefined && sendAt > clock.now().toISOString()) return;
  try {
    await ports.queues.send('mail-out', [{ body: { tenant: actor.tenant, message: id } }]);
  } catch (error) {
    log.warn('A message was not announced to its queue; its timer will do it.', { message: id, error: String(error) });
  }
};

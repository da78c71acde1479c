import { derivedId, DomainError, given, type Context } from '#kernel';
import { readableFile } from '#modules/platform/files';
import { lengthProblem, smsPartsOf, type MessageTemplate } from '#modules/engagement/channels';
import { answerByMail } from './by-mail.operations.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { afterAnswer, isWithinWindow, nobodyWaits, previewOf, waitedFor } from './conversation.rules.ts';
import { Message, type MessageRow } from './message.entity.ts';
import type { MessageOrder } from './message-order.rules.ts';
import { mailOf } from './message.rules.ts';
import { placeFor } from './place.operations.ts';
import { writeMessage } from './receive.operations.ts';
import { unwelcome } from './welcome.operations.ts';
import { wordsOf } from './wording.operations.ts';

/** What sending may answer. */
export const sendFails = [
  'SUPPRESSED',
  'NO_CONSENT',
  'WINDOW_CLOSED',
  'NO_CHANNEL',
  'NO_ADDRESS',
  'CHANNEL_STARTED_BY_THEM',
  'VALUE_MISSING',
  'TEXT_TOO_LONG',
  'TEMPLATE_NOT_HERE',
  'FILE_NOT_UPLOADED',
] as const;

/**
 * Writes a message into the ledger; it goes out once the unit of work is written, and nothing can lose it then.
 * @throws what `sendFails` names, BAD_INPUT, NOT_FOUND
 */
export const queueMessage = async (context: Context, order: MessageOrder): Promise<MessageRow> => {
  const conversation = await placeFor(context, order);
  const words = await wordsOf(context, conversation, order);
  const { text } = words;
  await assertSendable(context, conversation, { ...order, ...words });
  const now = context.clock.instant();
  const waits = leavesLater(order, now) ? undefined : afterSaying(conversation, order.sentBy, now);
  const said = {
    direction: 'OUTBOUND' as const,
    status: 'QUEUED' as const,
    ...words,
    ...(conversation.channel === 'SMS' && partsOf(text)),
    ...(await mailed(context, conversation, { text, ...given({ file: order.file, sendAt: order.sendAt }) })),
    ...ledgerOf(context, order),
    ...endedWait(conversation, waits, now),
  };
  const message = writeMessage(context, conversation, said, await idOnce(context, conversation, order));
  noteSaid(context, conversation, text || (order.template?.name ?? ''), waits);
  if (mailOf(message) === undefined) context.afterCommit(() => hint(context, message));
  return message;
};

/** What carriers will charge; a link to a file comes on top. */
const partsOf = (text: string) => {
  const { encoding: smsEncoding, parts: smsParts } = smsPartsOf(text);
  return { smsEncoding, smsParts };
};

/** @throws SENT_BEFORE */
const idOnce = async (
  { trusted }: Context,
  { id }: ConversationRow,
  { once }: MessageOrder,
): Promise<string | undefined> => {
  if (once === undefined) return undefined;
  const message = derivedId(Message.idPrefix, 'once', [once, id]);
  if (!(await trusted(Message).find(message))) return message;
  throw new DomainError('SENT_BEFORE', 'The same went to this number already.', ['to']);
};

/**
 * Whose answer counts: people's alone is measured. While the bot speaks nobody waits for people; what the product tells by itself
 * answers nobody.
 */
const afterSaying = (row: ConversationRow, sentBy: MessageOrder['sentBy'], now: string) => {
  if (sentBy === 'SYSTEM') return undefined;
  return sentBy === 'BOT' ? nobodyWaits : afterAnswer(row, now);
};

/** What is to leave later answers them as it leaves. */
const leavesLater = ({ sendAt }: Pick<MessageOrder, 'sendAt'>, now: string): boolean =>
  sendAt !== undefined && sendAt > now;

type Waits = ReturnType<typeof afterSaying>;
const isAnswer = (waits: Waits): boolean => waits !== undefined && 'answers' in waits;

/** What stands with a message of the wait that it ends. */
const endedWait = (row: ConversationRow, waits: Waits, now: string) =>
  given({
    waitedSince: waits && row.waitingSince,
    waitedMinutes: isAnswer(waits) ? waitedFor(row, now) : undefined,
  });

/** As a message of people leaves it ends the wait in which it was written. Answers what stands with it of that. */
export const sayNow = (
  { trusted }: Pick<Context, 'trusted'>,
  row: ConversationRow,
  { sentBy, createdAt }: MessageRow,
  at: string,
) => {
  const { waitingSince = at } = row;
  const waits = sentBy === 'PERSON' && waitingSince < createdAt ? afterAnswer(row, at) : undefined;
  if (!waits) return {};
  trusted(Conversation).update(row, waits, { event: 'conversation.answered' });
  return endedWait(row, waits, at);
};

/** A message that failed is said once more: it ends the wait of now. Answers what stands with it of that. */
export const sayAgain = async (context: Context, { conversation, sentBy, text, template }: MessageRow) => {
  const row = await context.trusted(Conversation).get(conversation);
  const now = context.clock.instant();
  const waits = sentBy === 'CUSTOMER' ? undefined : afterSaying(row, sentBy, now);
  noteSaid(context, row, text || (template?.name ?? ''), waits);
  return endedWait(row, waits, now);
};

/** A mail goes by the ledger of mails, which sends it and knows what became of it. */
const mailed = async (
  context: Context,
  conversation: ConversationRow,
  said: { readonly text: string; readonly file?: string; readonly sendAt?: string },
) => (conversation.channel === 'EMAIL' ? { providerId: await answerByMail(context, conversation, said) } : {});

/** What of an order stands in the ledger as it was given. */
const ledgerOf = ({ actor }: Context, { sentBy = 'PERSON', kind = 'TRANSACTIONAL', ...order }: MessageOrder) => {
  const { file, sendAt, about, campaign } = order;
  const author = sentBy === 'PERSON' ? actor.userId : undefined;
  return { sentBy, kind, ...given({ author, file, sendAt, about, campaign }) };
};

const assertSendable = async (context: Context, conversation: ConversationRow, order: MessageOrder): Promise<void> => {
  const { text = '', template, file, contact = conversation.contact } = order;
  assertFits(conversation.channel, { text, ...given({ template, file }) });
  await assertWelcome(context, { ...conversation, ...given({ contact }) }, order);
  assertWindow(context, conversation, template);
  if (file !== undefined) await readableFile(context, file);
};

/** Whether there is something to say, and the channel carries it. @throws BAD_INPUT, TEMPLATE_NOT_HERE, TEXT_TOO_LONG */
export const assertFits = (
  channel: ConversationRow['channel'],
  { text = '', template, file }: Pick<MessageOrder, 'text' | 'template' | 'file'>,
): void => {
  if (text === '' && !template && file === undefined)
    throw new DomainError('BAD_INPUT', 'A message says something: a text, a canned answer, a template or a file.', [
      'text',
    ]);
  if (template && channel !== 'WHATSAPP')
    throw new DomainError('TEMPLATE_NOT_HERE', 'Templates are of WhatsApp alone: send a text.', ['template']);
  const problem = channel === 'EMAIL' ? undefined : lengthProblem(channel, text, file !== undefined);
  if (problem !== undefined) throw new DomainError('TEXT_TOO_LONG', problem, ['text']);
};

const assertWelcome = async (
  context: Context,
  row: ConversationRow,
  { kind = 'TRANSACTIONAL', conversation, contact }: MessageOrder,
): Promise<void> => {
  const refusal = await unwelcome(context, row, kind);
  const toPerson = contact === undefined ? 'to' : 'contact';
  if (refusal)
    throw new DomainError(refusal.code, refusal.words, [conversation === undefined ? toPerson : 'conversation']);
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

const noteSaid = ({ trusted, clock }: Context, row: ConversationRow, text: string, waits: Waits): void => {
  const said = { lastMessageAt: clock.instant(), preview: previewOf(text), ...waits };
  const event = isAnswer(waits) ? 'conversation.answered' : 'conversation.updated';
  trusted(Conversation).update(row, said, { event });
};

/** The longest that a queue keeps a message back. */
const mostDelaySeconds = 900;

/** Tells the queue, ahead of time where that is near. It may be lost: the message's own timer tells it again. */
export const hint = async (
  { ports, actor, clock, log }: Pick<Context, 'ports' | 'actor' | 'clock' | 'log'>,
  { id, sendAt }: Pick<MessageRow, 'id' | 'sendAt'>,
): Promise<void> => {
  const wait = sendAt === undefined ? 0 : Math.ceil((Date.parse(sendAt) - clock.now().getTime()) / 1000);
  if (wait > mostDelaySeconds) return;
  try {
    const body = { tenant: actor.tenant, message: id };
    await ports.queues.send('mail-out', [{ body, ...(wait > 0 && { delaySeconds: wait }) }]);
  } catch (error) {
    log.warn('A message was not announced to its queue; its timer will do it.', { message: id, error: String(error) });
  }
};

import { given, type Context } from '#kernel';
import { later } from '#modules/platform/mail-out';
import type { ChannelAccountRow, DeliveryNews, Inbound, InboundMessage } from '#modules/engagement/channels';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { latest, peerKey, previewOf, wishIn } from './conversation.rules.ts';
import { firstLinePoint, type FirstLine } from './extension-points.rules.ts';
import { whoIs } from './matching.operations.ts';
import { askForMedia, mediaToCome } from './media.jobs.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { saysMore } from './message.rules.ts';
import { beginsToWait } from './waiting.operations.ts';

/** The id of a provider's message among all of the tenant. */
export const providerKey = (line: string, id: string): string => `${line}:${id}`.slice(0, 400);

/** Signs of what they wrote that are kept; no provider takes more. */
const mostSigns = 20_000;
/** Providers try for so long to tell us. */
const mostLateMinutes = 7 * 24 * 60;

/** What is done with a conversation that begins, before its first message is in it. */
type Begun = (row: ConversationRow) => Promise<ConversationRow>;

/** Takes in what a provider told of; whatever came before changes nothing. Answers how many messages were new. */
export const takeIn = async (
  context: Context,
  line: ChannelAccountRow,
  inbound: Inbound,
  begun: Begun = (row) => Promise.resolve(row),
): Promise<number> => {
  const fresh = await unknownAmong(context, line, inbound.messages);
  for (const [peer, messages] of Map.groupBy(fresh, ({ from }) => from)) {
    const found = await conversationWith(context, line, peer, messages[0]?.name);
    let conversation = found.isNew ? await begun(found.conversation) : found.conversation;
    for (const message of messages) conversation = await takeMessage(context, line, conversation, message);
  }
  for (const news of inbound.news) await takeNews(context, line, news);
  return fresh.length;
};

const unknownAmong = async (
  { trusted }: Context,
  { id: line }: ChannelAccountRow,
  messages: readonly InboundMessage[],
): Promise<readonly InboundMessage[]> => {
  const keys = messages.map(({ id }) => providerKey(line, id));
  const known = await trusted(Message).findAllUnique('providerId', keys);
  const isFirst = (key: string, index: number): boolean => keys.indexOf(key) === index;
  return messages.filter((_, index) => isFirst(keys[index] ?? '', index) && !known.has(keys[index] ?? ''));
};

/** The conversation with somebody by an account of ours, as it is or begun. */
export const conversationWith = async (
  context: Context,
  line: ChannelAccountRow,
  peer: string,
  peerName?: string,
): Promise<{ readonly conversation: ConversationRow; readonly isNew: boolean }> => {
  const conversations = context.trusted(Conversation);
  const found = await conversations.findUnique('peer', peerKey(peer, { line: line.id }));
  if (found)
    return { conversation: found.archivedAt === undefined ? found : conversations.restore(found), isNew: false };
  const conversation = conversations.create({
    channel: line.kind,
    line: line.id,
    peer,
    handler: (await botTakes(context, line)) ? 'BOT' : 'PEOPLE',
    answers: 0,
    waitedMinutes: 0,
    longestWaitMinutes: 0,
    lastMessageAt: context.clock.instant(),
    locale: line.locale,
    ...(line.team !== undefined && { team: line.team }),
    ...(peerName !== undefined && { peerName }),
    ...(await whoIs(context, peer)),
  });
  return { conversation, isNew: true };
};

const botTakes = async (context: Context, line: ChannelAccountRow): Promise<boolean> => {
  for (const first of context.registry.contributions(firstLinePoint) as readonly FirstLine[])
    if (await first.takes(context, line)) return true;
  return false;
};

const takeMessage = async (
  context: Context,
  line: ChannelAccountRow,
  conversation: ConversationRow,
  told: InboundMessage,
): Promise<ConversationRow> => {
  const { id, text, media, name } = told;
  const now = context.clock.instant();
  const said = {
    direction: 'INBOUND' as const,
    sentBy: 'CUSTOMER' as const,
    status: 'RECEIVED' as const,
    text: text.slice(0, mostSigns),
    providerId: providerKey(line.id, id),
    ...mediaToCome(media, now),
  };
  // Of those of one moment its id tells which came first.
  const written = writeMessage(context, conversation, said, context.ids.next(Message.idPrefix));
  askForMedia(context, written);
  const at = writtenAt(told, now);
  const changes = {
    lastInboundAt: latest(conversation.lastInboundAt ?? at, at),
    lastMessageAt: latest(conversation.lastMessageAt, at),
    preview: previewOf(text || (media[0]?.kind ?? '')),
    unread: (conversation.unread ?? 0) + 1,
    snoozedUntil: null,
    ...(name !== undefined && { peerName: name }),
  };
  const wish = takeWish(context, conversation, wishIn(text), changes);
  return wish ?? begin(context, line, conversation, { said: changes, at });
};

/** A provider that could not reach us for a while tells late: they wrote, and wait, since then. Clocks that run ahead count for nothing. */
const writtenAt = ({ at = '' }: InboundMessage, now: string): string =>
  at !== '' && at < now && at > later(now, -mostLateMinutes) ? at : now;

type SaidNow = { readonly lastInboundAt: string; readonly lastMessageAt: string; readonly preview: string };

/**
 * Whoever asks to be written to no more, or again, waits for nobody. Who was not stopped means something else by ALTA, and who
 * opened the chat of a site by STOP: nobody writes to them unasked.
 */
const takeWish = (
  { trusted, clock }: Context,
  row: ConversationRow,
  wish: ReturnType<typeof wishIn>,
  said: SaidNow,
): ConversationRow | undefined => {
  const isStopped = row.stoppedAt !== undefined;
  if (wish === undefined || (wish === 'START' ? !isStopped : row.channel === 'WEB_CHAT')) return undefined;
  if (wish === 'START')
    return trusted(Conversation).update(row, { ...said, stoppedAt: null }, { event: 'conversation.resumed' });
  const stopped = { ...said, stoppedAt: row.stoppedAt ?? clock.instant() };
  return trusted(Conversation).update(row, stopped, isStopped ? {} : { event: 'conversation.stopped' });
};

const begin = async (
  context: Context,
  line: ChannelAccountRow,
  row: ConversationRow,
  { said, at }: { readonly said: SaidNow; readonly at: string },
): Promise<ConversationRow> => {
  const conversations = context.trusted(Conversation);
  const waits = row.waitingSince === undefined ? await beginsToWait(context, line, at) : {};
  if (row.status === 'OPEN') return conversations.update(row, { ...said, ...waits });
  const handler = (await botTakes(context, line)) ? ('BOT' as const) : ('PEOPLE' as const);
  return conversations.move(row, 'OPEN', { ...said, ...waits, handler, firstAnswerMinutes: null });
};

type Said = Pick<MessageRow, 'direction' | 'sentBy' | 'status' | 'text'> & Partial<MessageRow>;

const events = { INBOUND: 'message.received', OUTBOUND: 'message.queued', NOTE: 'message.noted' } as const;

/** Writes a message into its conversation. */
export const writeMessage = (
  { trusted }: Pick<Context, 'trusted'>,
  { id: conversation, contact, account, about }: ConversationRow,
  said: Said,
  own?: string,
): MessageRow =>
  trusted(Message).create(
    {
      conversation,
      kind: 'TRANSACTIONAL',
      media: [],
      mentions: [],
      attempts: 0,
      possibleDuplicate: false,
      ...(contact !== undefined && { contact }),
      ...(account !== undefined && { account }),
      ...(about !== undefined && { about }),
      ...said,
    },
    { event: events[said.direction], ...given({ id: own }) },
  );

const changesBy = {
  SENT: { event: 'message.sent' },
  DELIVERED: { event: 'message.delivered' },
  READ: { event: 'message.read' },
  FAILED: { event: 'message.failed' },
} as const;

/** News of a message that is not ours, or that come late, change nothing. */
const takeNews = async (
  { trusted, clock }: Context,
  { id: line }: ChannelAccountRow,
  { id, reference, status, detail }: DeliveryNews,
): Promise<void> => {
  const messages = trusted(Message);
  const key = providerKey(line, id);
  const found = (await messages.findUnique('providerId', key)) ?? (await byReference(trusted, line, reference));
  if (!found || !saysMore(status, found.status)) return;
  messages.update(
    found,
    {
      status,
      providerId: found.providerId ?? key,
      sentAt: found.sentAt ?? clock.instant(),
      ...(detail !== undefined && { problem: detail }),
    },
    changesBy[status],
  );
};

/** Our own id, as the provider hands it back: it knows a message of which we never heard whether it had gone out. */
const byReference = async (
  trusted: Context['trusted'],
  line: string,
  reference: string | undefined,
): Promise<MessageRow | undefined> => {
  if (reference?.startsWith(`${Message.idPrefix}_`) !== true) return undefined;
  const message = await trusted(Message).find(reference);
  const conversation = message && (await trusted(Conversation).find(message.conversation));
  return conversation?.line === line ? message : undefined;
};

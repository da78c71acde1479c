// A message on its way out: it says SENDING before the provider is asked, so that nobody sends it twice without knowing
// (design.md section 9).
import { newMeter, type Context } from '#kernel';
import type { Runtime } from '#kernel/context';
import { openReader } from '#kernel/execute';
import { workAs } from '#kernel/work';
import { File } from '#modules/platform/files';
import { fileLink } from '#modules/platform/links';
import { later, mostAttempts, nextTry } from '#modules/platform/mail-out';
import { ChannelAccount, handOver, type Handed, type Outgoing } from '#modules/engagement/channels';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { turnOfMessage } from './message-pace.operations.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { hint, sayNow } from './queue-message.operations.ts';
import { providerKey } from './receive.operations.ts';
import { unwelcome } from './welcome.operations.ts';

/** What a message of the queue says. */
export type MessageToSend = { readonly tenant: string; readonly message: string };

const what = 'send-message';
/** For so long a provider may fetch a file. */
const fileMinutes = 24 * 60;

/**
 * Sends a message of the ledger. May be called any number of times for the same one, and may die anywhere: what was not sent
 * stays queued, and of what nobody can tell, its timer asks again in ten minutes.
 */
export const sendQueuedMessage = async (runtime: Runtime, { tenant, message: id }: MessageToSend): Promise<void> => {
  // It stays queued; when the tenant goes on, its timer announces it again, or gives it up if that was too long.
  if (await runtime.isPaused(tenant)) return;
  const actor = await runtime.actorFor(tenant, what);
  const message = await workAs(runtime, actor, what, (context) => take(context, id));
  if (!message) return;
  const { context } = openReader({ runtime, actor, table: runtime.ports.table, meter: newMeter() });
  const conversation = await context.trusted(Conversation).get(message.conversation);
  const handed = await hand(context, conversation, message);
  if ('unknown' in handed)
    runtime.log.warn('Nobody can tell whether a message went out.', { message: id, error: handed.unknown });
  else await workAs(runtime, actor, what, (after) => note(after, id, conversation, handed));
};

/** Takes a queued message for sending: of several callers, one. */
const take = async (context: Context, id: string): Promise<MessageRow | undefined> => {
  const { trusted, clock } = context;
  const messages = trusted(Message);
  const message = await messages.find(id);
  const now = clock.instant();
  if (message?.status !== 'QUEUED' || (message.sendAt !== undefined && message.sendAt > now)) return undefined;
  const conversation = await trusted(Conversation).get(message.conversation);
  const refusal = await unwelcome(context, conversation, message.kind);
  if (refusal && message.isConfirmation !== true) {
    messages.update(message, { status: 'REFUSED', problem: refusal.words }, { event: 'message.refused' });
    return undefined;
  }
  const turn = await turnOfMessage(context, conversation.channel, message, now);
  if (turn > now) {
    const waiting = messages.update(message, { sendAt: turn, slotAt: turn }, { event: 'message.postponed' });
    context.afterCommit(() => hint(context, waiting));
    return undefined;
  }
  const taken = { status: 'SENDING' as const, triedAt: now, attempts: message.attempts + 1 };
  const answered = sayNow(context, conversation, message, now);
  return messages.update(message, { ...taken, ...answered }, { event: 'message.taken' });
};

const hand = async (context: Context, { line, peer }: ConversationRow, message: MessageRow): Promise<Handed> => {
  const account = line === undefined ? undefined : await context.trusted(ChannelAccount).find(line);
  if (!account || account.archivedAt !== undefined) return { refused: 'The account is closed.', isHaste: false };
  return handOver(context, account, { ...(await outgoing(context, message)), to: peer });
};

const outgoing = async (
  context: Context,
  { id, kind, text, template, file }: MessageRow,
): Promise<Omit<Outgoing, 'to'>> => {
  const kept = file === undefined ? undefined : await context.trusted(File).find(file);
  const url = kept && (await fileLink(context, kept.id, later(context.clock.instant(), fileMinutes)));
  return {
    id,
    kind,
    text,
    ...(template && { template }),
    ...(kept && url !== undefined && { media: { name: kept.name, type: kept.contentType, url } }),
  };
};

/** What the provider said meanwhile by its hook is not taken back. */
const note = async (
  { trusted, clock }: Context,
  id: string,
  { line = '' }: ConversationRow,
  handed: Exclude<Handed, { readonly unknown: string }>,
): Promise<void> => {
  const messages = trusted(Message);
  const message = await messages.get(id);
  if (message.status !== 'SENDING') return;
  const now = clock.instant();
  if (!('refused' in handed)) {
    const known = handed.providerId === undefined ? {} : { providerId: providerKey(line, handed.providerId) };
    messages.update(message, { status: 'SENT', sentAt: now, ...known }, { event: 'message.sent' });
    return;
  }
  const { refused: problem, isHaste } = handed;
  if (!isHaste) messages.update(message, { status: 'REFUSED', problem }, { event: 'message.refused' });
  else if (message.attempts < mostAttempts) {
    const sendAt = nextTry(now, message.attempts);
    messages.update(message, { status: 'QUEUED', triedAt: now, sendAt, problem }, { event: 'message.postponed' });
  } else messages.update(message, { status: 'FAILED', problem }, { event: 'message.failed' });
};

import type { Context } from '#kernel';
import { addWorkingTime, workingTimeOf } from '#modules/platform/settings';
import { MailAddress, MailThread } from '#modules/platform/mail-in';
import { ChannelAccount } from '#modules/engagement/channels';
import { assign } from './assigning.operations.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';

/** How soon people are to be answered, and in whose working time. */
export type AnswerPromise = { readonly answerMinutes?: number; readonly calendar?: string };

/** What was promised to whom a conversation is with: by the account of ours, or the address at which the thread began. */
export const promiseOf = async (
  { trusted }: Pick<Context, 'trusted'>,
  { channel, line, peer }: Pick<ConversationRow, 'channel' | 'line' | 'peer'>,
): Promise<AnswerPromise | undefined> => {
  if (line !== undefined) return trusted(ChannelAccount).find(line);
  const address = channel === 'EMAIL' ? (await trusted(MailThread).find(peer))?.address : undefined;
  return address === undefined ? undefined : trusted(MailAddress).find(address);
};

/** What is written where somebody begins to wait for an answer. */
export const beginsToWait = async (
  context: Context,
  promise: AnswerPromise | undefined,
  since = context.clock.instant(),
) => {
  const answerBy = promise && (await answerTime(context, promise, since));
  return { waitingSince: since, answerBy: answerBy ?? null, lateAt: null };
};

const answerTime = async (
  context: Context,
  { answerMinutes, calendar }: AnswerPromise,
  from: string,
): Promise<string | undefined> => {
  if (answerMinutes === undefined) return undefined;
  return addWorkingTime(await workingTimeOf(context, calendar), from, answerMinutes);
};

/** The bot has done what it could: people answer from here, and whoever wrote waits for them. */
export const handToPeople = async (context: Context, id: string): Promise<ConversationRow> => {
  const { trusted } = context;
  const row = await trusted(Conversation).get(id);
  const waits = await beginsToWait(context, await promiseOf(context, row));
  const handed = trusted(Conversation).update(
    row,
    { ...waits, handler: 'PEOPLE', unread: Math.max(1, row.unread ?? 0) },
    { event: 'conversation.handedOver' },
  );
  return handed.owner === undefined ? assign(context, handed) : handed;
};

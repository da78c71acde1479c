import type { Context } from '#kernel';
import { addWorkingTime, workingTimeOf } from '#modules/platform/settings';
import { ChannelAccount, type ChannelAccountRow } from '#modules/engagement/channels';
import { assign } from './assigning.operations.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';

/** What is written where somebody begins to wait for an answer. */
export const beginsToWait = async (
  context: Context,
  line: ChannelAccountRow | undefined,
  since = context.clock.instant(),
) => {
  const answerBy = line && (await answerTime(context, line, since));
  return { waitingSince: since, answerBy: answerBy ?? null, lateAt: null };
};

const answerTime = async (
  context: Context,
  { answerMinutes, calendar }: ChannelAccountRow,
  from: string,
): Promise<string | undefined> => {
  if (answerMinutes === undefined) return undefined;
  return addWorkingTime(await workingTimeOf(context, calendar), from, answerMinutes);
};

/** The bot has done what it could: people answer from here, and whoever wrote waits for them. */
export const handToPeople = async (context: Context, id: string): Promise<ConversationRow> => {
  const { trusted } = context;
  const row = await trusted(Conversation).get(id);
  const line = row.line === undefined ? undefined : await trusted(ChannelAccount).find(row.line);
  const waits = await beginsToWait(context, line);
  const handed = trusted(Conversation).update(
    row,
    { ...waits, handler: 'PEOPLE', unread: Math.max(1, row.unread ?? 0) },
    { event: 'conversation.handedOver' },
  );
  return handed.owner === undefined ? assign(context, handed) : handed;
};

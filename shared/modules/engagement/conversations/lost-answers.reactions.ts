import { reaction, type Context } from '#kernel';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { beginsToWait, promiseOf } from './waiting.operations.ts';

/** What did not arrive has answered nobody. Who asked for no more messages waits for none. */
export const waitAgain = reaction('conversationsWaitAgain', {
  describes: 'Lets people wait on, since they wrote, whose answer did not go out, did not arrive or was kept back.',
  on: ['message.failed', 'message.refused', 'message.cancelled'],
  run: async ({ record }, context) => {
    const message = await context.trusted(Message).find(record.id);
    const row = message && (await context.trusted(Conversation).find(message.conversation));
    if (!row || row.stoppedAt !== undefined || !isLost(message)) return;
    const lost = await lostAnswer(context, message);
    if (lost) await giveBack(context, row, lost);
  },
});

const isLost = ({ status }: MessageRow): boolean => status === 'FAILED' || status === 'REFUSED';

/** The messages that are looked through for others that answered them. */
const mostRead = 50;

/** The answer that ended their wait, where neither it nor anything that was said after it arrived. */
const lostAnswer = async ({ trusted }: Context, failed: MessageRow): Promise<MessageRow | undefined> => {
  const asked = { of: failed.conversation, first: mostRead, descending: true };
  const { rows } = await trusted(Message).page('byConversation', asked);
  // Indexes lag: of the message itself we know more.
  const ours = rows
    .filter(({ direction, sentBy }) => direction === 'OUTBOUND' && sentBy !== 'SYSTEM')
    .map((each) => (each.id === failed.id ? failed : each));
  const last = ours.findIndex(({ waitedSince }) => waitedSince !== undefined);
  const answer = ours[last];
  return answer && ours.slice(0, last + 1).every(isLost) ? trusted(Message).get(answer.id) : undefined;
};

/** They wait since then; the answer counts for nothing any more. */
const giveBack = async (context: Context, row: ConversationRow, lost: MessageRow): Promise<void> => {
  const { waitedSince = '' } = lost;
  const conversations = context.trusted(Conversation);
  context.trusted(Message).update(lost, { waitedSince: null, waitedMinutes: null }, { aside: true });
  const waits = await beginsToWait(context, await promiseOf(context, row), waitedSince);
  const changes = { ...waits, ...withoutAnswer(row, lost) };
  if (row.status === 'OPEN') conversations.update(row, changes);
  else conversations.move(row, 'OPEN', changes);
};

const withoutAnswer = (
  { answers, waitedMinutes, firstAnswerMinutes }: ConversationRow,
  { waitedMinutes: minutes }: MessageRow,
) =>
  minutes === undefined
    ? {}
    : {
        answers: Math.max(0, answers - 1),
        waitedMinutes: Math.max(0, waitedMinutes - minutes),
        ...(firstAnswerMinutes === minutes && { firstAnswerMinutes: null }),
      };

import { reaction, timer, type Context } from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { notify, type Words } from '#modules/platform/notifications';
import { Team } from '#modules/platform/teams';
import { assign, assignedKind, isThere, tellOwner } from './assigning.operations.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { Message } from './message.entity.ts';
import { linkAllMessages, linkSome } from './linking.jobs.ts';

/** The kind of notification of those who were not answered in time. */
export const lateKind = 'conversation.late';

/** What comes in finds somebody who answers, unless the bot speaks: a colleague who has left or is away answers nobody. */
export const giveToSomebody = reaction('giveConversations', {
  describes: 'Gives what comes in to whoever looks after that customer, or to the next of the team.',
  on: ['message.received'],
  run: async ({ data = {} }, context) => {
    const row = await context.trusted(Conversation).find(String(data['conversation']));
    if (row?.status !== 'OPEN' || row.handler !== 'PEOPLE') return;
    if (row.owner === undefined || !(await isThere(context, row.owner))) await assign(context, row);
  },
});

/** Whoever answers hears that they wrote again. */
export const tellWhoAnswers = reaction('tellWhoAnswersConversations', {
  describes: 'Tells whoever answers a conversation that somebody waits in it again.',
  on: ['conversation.updated', 'conversation.reopened'],
  run: async ({ record, changed }, context) => {
    if (!('desk' in changed)) return;
    const row = await context.trusted(Conversation).find(record.id);
    if (row?.desk !== 'WAITING' || row.owner === undefined || row.answers === 0) return;
    await tellOwner(context, row, row.owner);
  },
});

/** Who somebody is, is often found out later: then what they wrote before is theirs too, to be seen and to be forgotten. */
export const linkMessages = reaction('linkMessagesOfConversations', {
  describes: 'Gives the messages of a conversation to the contact and account that it turned out to be with.',
  on: ['conversation.updated'],
  run: async ({ record, changed }, context) => {
    if (!('contact' in changed) && !('account' in changed)) return;
    const row = await context.trusted(Conversation).find(record.id);
    if (!row) return;
    const next = await linkSome(context, row, undefined);
    if (next !== undefined) startJob(context, linkAllMessages, { conversation: row.id, next }, { subject: row.id });
  },
});

/** Says that somebody was not answered in time, to whoever should have and to who leads the team. */
export const conversationTimer = timer(Conversation, {
  describes:
    'Tells whoever should have answered, and who leads the team, that somebody waits longer than was promised; and whoever put a conversation off that it is back.',
  run: (row, context) => {
    const isBack = row.snoozedUntil !== undefined && row.snoozedUntil <= context.clock.instant();
    return isBack ? wake(context, row) : miss(context, row);
  },
});

const wake = async (context: Context, row: ConversationRow): Promise<void> => {
  context.trusted(Conversation).update(row, { snoozedUntil: null }, { event: 'conversation.woken' });
  if (row.owner === undefined) return;
  const who = row.peerName ?? row.peer;
  const title = { es: `Retome la conversación con ${who}`, en: `Back to you: the conversation with ${who}` };
  await notify(context, { to: [row.owner], kind: assignedKind, title, about: row.id });
};

const miss = async (context: Context, row: ConversationRow): Promise<void> => {
  const lateAt = context.clock.instant();
  context.trusted(Conversation).update(row, { lateAt }, { event: 'conversation.missed' });
  const to = await answerable(context, row);
  if (to.length > 0)
    await notify(context, { to, kind: lateKind, title: lateWords(row), ...lastSaid(row), about: row.id });
};

const lateWords = ({ peerName, peer }: ConversationRow): Words => {
  const who = peerName ?? peer;
  return { es: `${who} espera respuesta`, en: `${who} waits for an answer` };
};

/** What they wrote last, unless something was said to them since. */
const lastSaid = ({ preview, lastMessageAt, lastInboundAt }: ConversationRow): { readonly body?: Words } =>
  preview !== undefined && lastMessageAt === lastInboundAt ? { body: { es: preview, en: preview } } : {};

const answerable = async ({ trusted }: Context, { owner, team }: ConversationRow): Promise<readonly string[]> => {
  const found = team === undefined ? undefined : await trusted(Team).find(team);
  return [owner, found?.manager].filter((id) => id !== undefined);
};

/** The kind of notification of those whose message did not go out. */
export const failedKind = 'message.failed';

/** Whoever wrote it believes that they have answered. */
export const tellFailures = reaction('tellFailedMessages', {
  describes: 'Tells whoever wrote a message that it did not go out or did not arrive.',
  on: ['message.failed', 'message.refused'],
  run: async ({ record }, context) => {
    const message = await context.trusted(Message).find(record.id);
    if (message?.author === undefined || message.problem === undefined) return;
    const title = { es: 'Un mensaje suyo no llegó', en: 'A message of yours did not arrive' };
    const body = { es: message.problem, en: message.problem };
    await notify(context, { to: [message.author], kind: failedKind, title, body, about: message.conversation });
  },
});

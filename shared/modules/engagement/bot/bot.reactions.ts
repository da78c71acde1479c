import { given, reaction, type Context } from '#kernel';
import { isWorking, workingTimeOf } from '#modules/platform/settings';
import { ChannelAccount, type ChannelAccountRow } from '#modules/engagement/channels';
import {
  Conversation,
  handToPeople,
  leaveNote,
  queueMessage,
  type ConversationRow,
  type FirstLine,
} from '#modules/engagement/conversations';
import { answersPoint, type BotAnswers } from './answers.rules.ts';
import { Bot, BotTalk, type BotRow, type BotTalkRow } from './bot.entity.ts';
import { nextTurn, spoken, type Turn } from './bot.rules.ts';

/** Most bots of a tenant that are looked at. */
const mostBots = 50;

const botOn = async ({ trusted }: Context, line: string | undefined): Promise<BotRow | undefined> => {
  const { rows } = await trusted(Bot).page('byName', { first: mostBots });
  return rows.find(
    ({ active, archivedAt, lines }) => active && archivedAt === undefined && line !== undefined && lines.includes(line),
  );
};

/** Accounts on which a bot speaks first, at this hour. */
export const botFirst: FirstLine = {
  takes: async (context: Context, line: ChannelAccountRow) => {
    const bot = await botOn(context, line.id);
    return bot !== undefined && (bot.hours === 'ALWAYS' || !(await areAtWork(context, line)));
  },
};

/** Whether people work now who answer by an account. */
const areAtWork = async (context: Context, line: ChannelAccountRow | undefined): Promise<boolean> =>
  isWorking(await workingTimeOf(context, line?.calendar), context.clock.instant());

/** The bot as it speaks at this hour. */
const atThisHour = async (context: Context, bot: BotRow, { line: id }: ConversationRow): Promise<BotRow> => {
  if (bot.closedFarewell === undefined) return bot;
  const line = id === undefined ? undefined : await context.trusted(ChannelAccount).find(id);
  return (await areAtWork(context, line)) ? bot : { ...bot, farewell: bot.closedFarewell };
};

export const answerFirst = reaction('botAnswers', {
  describes: 'Answers those with whom the bot still speaks, and hands them over when people had better go on.',
  on: ['message.received'],
  run: async ({ data = {} }, context) => {
    const conversation = await context.trusted(Conversation).find(String(data['conversation']));
    if (conversation?.handler !== 'BOT' || conversation.status !== 'OPEN' || conversation.stoppedAt !== undefined)
      return;
    const bot = await botOn(context, conversation.line);
    const text = typeof data['text'] === 'string' ? data['text'] : '';
    if (!bot) await handToPeople(context, conversation.id);
    else await speak(context, await atThisHour(context, bot, conversation), conversation, text);
  },
});

const speak = async (context: Context, bot: BotRow, conversation: ConversationRow, text: string): Promise<void> => {
  const talk = await talkOf(context, bot, conversation);
  const locale = conversation.locale ?? 'es';
  const turn = nextTurn(bot, talk, text);
  const known = turn.isLost === true ? await otherAnswer(context, conversation, text, locale) : undefined;
  const says = known ?? turn.says.map((each) => spoken(each, locale)).join('\n\n');
  if (says !== '') await queueMessage(context, { conversation: conversation.id, text: says, sentBy: 'BOT' });
  await keep(
    context,
    talk,
    known === undefined ? turn : { ...turn, talk: { ...turn.talk, misses: 0 }, handsOver: false },
  );
};

const idOf = (conversation: string): string => conversation.replace(Conversation.idPrefix, BotTalk.idPrefix);

/** A conversation that comes back begins anew, knowing what was answered before. */
const talkOf = async (
  { trusted }: Context,
  { id: bot }: BotRow,
  { id, contact }: ConversationRow,
): Promise<BotTalkRow> => {
  const talks = trusted(BotTalk);
  const found = await talks.find(idOf(id));
  if (!found)
    return talks.create(
      { conversation: id, bot, collected: {}, misses: 0, turns: 0, ...given({ contact }) },
      { id: idOf(id) },
    );
  if (found.status === 'TALKING') return found;
  return talks.move(found, 'TALKING', { bot, misses: 0, turns: 0, intent: null, asking: null });
};

const otherAnswer = async (
  context: Context,
  conversation: ConversationRow,
  text: string,
  locale: 'es' | 'en',
): Promise<string | undefined> => {
  for (const each of context.registry.contributions(answersPoint) as readonly BotAnswers[]) {
    const answer = await each.answer(context, { conversation, text, locale });
    if (answer !== undefined) return answer;
  }
  return undefined;
};

const keep = async (context: Context, row: BotTalkRow, { talk, handsOver }: Turn): Promise<void> => {
  const { intent = null, asking = null, collected, misses, turns } = talk;
  const changes = { intent, asking, collected, misses, turns };
  const talks = context.trusted(BotTalk);
  if (!handsOver) {
    talks.update(row, changes);
    return;
  }
  talks.move(row, 'HANDED_OVER', changes);
  const conversation = await handToPeople(context, row.conversation);
  leaveNote(context, conversation, summaryOf(talk));
};

/** What people should know who go on. */
const summaryOf = ({ intent, collected }: Turn['talk']): string =>
  Object.entries(given({ intent, ...collected }))
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n') || 'Bot';

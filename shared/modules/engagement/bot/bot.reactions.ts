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
import { nextTurn, spoken, type Talk, type Turn } from './bot.rules.ts';

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
  const found = await context.trusted(BotTalk).find(idOf(conversation.id));
  const locale = conversation.locale ?? 'es';
  const turn = nextTurn(bot, talkFrom(found), text);
  const known = turn.isLost === true ? await otherAnswer(context, conversation, text, locale) : undefined;
  const says = known ?? turn.says.map((each) => spoken(each, locale)).join('\n\n');
  if (says !== '') await queueMessage(context, { conversation: conversation.id, text: says, sentBy: 'BOT' });
  await keep(
    context,
    { found, bot, conversation },
    known === undefined ? turn : { ...turn, talk: { ...turn.talk, misses: 0 }, handsOver: false },
  );
};

const idOf = (conversation: string): string => conversation.replace(Conversation.idPrefix, BotTalk.idPrefix);

/** A conversation that comes back begins anew, knowing what was answered before. */
const talkFrom = (found: BotTalkRow | undefined): Talk =>
  found?.status === 'TALKING' ? found : { collected: found?.collected ?? {}, misses: 0, turns: 0 };

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

type Place = { readonly found: BotTalkRow | undefined; readonly bot: BotRow; readonly conversation: ConversationRow };

const keep = async (context: Context, place: Place, { talk, handsOver }: Turn): Promise<void> => {
  writeTalk(context, place, talk, handsOver ? 'HANDED_OVER' : 'TALKING');
  if (handsOver) leaveNote(context, await handToPeople(context, place.conversation.id), summaryOf(talk));
};

/** One write, and one event: who asks for a person with their first words is handed over, too. */
const writeTalk = (
  { trusted }: Context,
  { found, bot, conversation }: Place,
  { intent, asking, ...counted }: Talk,
  status: BotTalkRow['status'],
): void => {
  const talks = trusted(BotTalk);
  const said = { bot: bot.id, ...counted, ...whoSpeaks(conversation) };
  const now = { ...said, intent: intent ?? null, asking: asking ?? null };
  const over = { event: 'botTalk.handedOver' } as const;
  if (!found) {
    const values = { ...said, ...given({ intent, asking }), conversation: conversation.id, status };
    talks.create(values, { id: idOf(conversation.id), ...(status === 'HANDED_OVER' && over) });
  } else if (found.status === status) talks.update(found, now, status === 'HANDED_OVER' ? over : {});
  else talks.move(found, status, now);
};

/** Who it is, as far as anybody knows: a number, where the channel is one of numbers. */
const whoSpeaks = ({ contact, peer, peerName }: ConversationRow) =>
  given({ contact, peerName, phone: /^\+\d+$/.test(peer) ? peer : undefined });

/** What people should know who go on. */
const summaryOf = ({ intent, collected }: Turn['talk']): string =>
  Object.entries(given({ intent, ...collected }))
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n') || 'Bot';

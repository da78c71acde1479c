import { module } from '#kernel';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import { firstLinePoint } from '#modules/engagement/conversations';
import { Bot, BotTalk } from './bot.entity.ts';
import { answerFirst, botFirst } from './bot.reactions.ts';

export { answersPoint, type BotAnswers } from './answers.rules.ts';
export { Bot, BotTalk, type BotRow, type BotTalkRow } from './bot.entity.ts';

/** What a person told the bot goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [
  { of: BotTalk.name, field: 'contact' },
  { of: BotTalk.name, field: 'phone' },
];

/** The bot: speaks first with those who write, and hands over to people. */
export const bot = module('engagement/bot', {
  entities: [Bot, BotTalk],
  reactions: [answerFirst],
  contributes: { [firstLinePoint]: [botFirst], [privacyBelongings]: ofPeople },
});

import type { Context } from '#kernel';
import type { ConversationRow } from '#modules/engagement/conversations';

/** Where else the bot finds answers: a module that knows solutions contributes how it looks for one. */
export type BotAnswers = {
  readonly key: string;
  readonly describes: string;
  /** What to say to somebody who wrote this; undefined where it knows nothing. */
  answer(
    context: Context,
    asked: { readonly conversation: ConversationRow; readonly text: string; readonly locale: 'es' | 'en' },
  ): Promise<string | undefined>;
};
/** The extension point for them. */
export const answersPoint = 'bot.answers';

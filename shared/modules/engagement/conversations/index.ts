import { module } from '#kernel';
import { CannedAnswer } from './canned-answer.entity.ts';
import { Conversation } from './conversation.entity.ts';
import { Message } from './message.entity.ts';

export { CannedAnswer, type CannedAnswerRow } from './canned-answer.entity.ts';
export { Conversation, type ConversationRow } from './conversation.entity.ts';
export { Message, type MessageRow } from './message.entity.ts';

/** Conversations: what people write to us by any channel and what they are answered, in one place. */
export const conversations = module('engagement/conversations', {
  entities: [Conversation, Message, CannedAnswer],
});

import { module, type DomainEvent } from '#kernel';
import { alertChannelsPoint } from '#modules/platform/alerts';
import { notificationKinds, type NotificationKind } from '#modules/platform/notifications';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import { stepsPoint } from '#modules/platform/workflows';
import { repliesPoint, type Reply } from '#modules/engagement/sequences';
import { alertsBySms } from './alert-channel.operations.ts';
import { assignedKind } from './assigning.operations.ts';
import { mailsComeIn, mailsGoOut } from './by-mail.reactions.ts';
import { cancelCampaign } from './cancel.jobs.ts';
import { cancelMessage, cancelMessages } from './cancel.operations.ts';
import { CannedAnswer } from './canned-answer.entity.ts';
import { chatPage, chatScriptPage, chatVisitPage } from './chat-page.operations.ts';
import { Conversation } from './conversation.entity.ts';
import {
  conversationTimer,
  failedKind,
  giveToSomebody,
  lateKind,
  linkMessages,
  tellFailures,
  tellWhoAnswers,
} from './conversation.reactions.ts';
import {
  addConversationNote,
  closeConversation,
  mentionedKind,
  reopenConversation,
  transferConversation,
  waitingConversations,
} from './desk.operations.ts';
import { channelAddresses, channelHook } from './hook-page.operations.ts';
import { waitAgain } from './lost-answers.reactions.ts';
import { markConversationRead, snoozeConversation } from './inbox.operations.ts';
import { linkAllMessages } from './linking.jobs.ts';
import { fetchMessageMedia } from './media.jobs.ts';
import { messageStep } from './message-step.operations.ts';
import { tenantOfMessages } from './message-pace.operations.ts';
import { Message } from './message.entity.ts';
import { messageTimer } from './message.reactions.ts';
import { sendToMany } from './send-many.jobs.ts';
import { sendMessages } from './send-many.operations.ts';
import { retryMessage, sendMessage } from './send.operations.ts';
import { confirmWishes, proveStops, undoStops } from './wishes.reactions.ts';

export { CannedAnswer, type CannedAnswerRow } from './canned-answer.entity.ts';
export { Conversation, type ConversationRow } from './conversation.entity.ts';
export { firstLinePoint, type FirstLine } from './extension-points.rules.ts';
export { Message, type MessageRow } from './message.entity.ts';
export type { MessageOrder } from './message-order.rules.ts';
export { queueMessage, sendFails } from './queue-message.operations.ts';
export { leaveNote } from './desk.operations.ts';
export { sendQueuedMessage, type MessageToSend } from './sending.operations.ts';
export { handToPeople } from './waiting.operations.ts';

const kinds: readonly NotificationKind[] = [
  { key: assignedKind, label: { es: 'Conversaciones que recibo', en: 'Conversations given to me' }, usual: 'IN_APP' },
  { key: failedKind, label: { es: 'Mensajes que no llegan', en: 'Messages that do not arrive' }, usual: 'IN_APP' },
  { key: lateKind, label: { es: 'Conversaciones sin respuesta', en: 'Conversations not answered' }, usual: 'MAIL' },
  {
    key: mentionedKind,
    label: { es: 'Menciones en conversaciones', en: 'Mentions in conversations' },
    usual: 'IN_APP',
  },
];

/** What was written with a person alone goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [
  { of: Conversation.name, field: 'contact' },
  { of: Conversation.name, field: 'peer' },
  { of: Conversation.name, field: 'claimedEmail' },
  { of: Message.name, field: 'contact' },
];

/** Whoever writes to us has answered: as contact, as account, about whatever it is. */
const written: Reply = {
  on: 'message.received',
  repliedBy: ({ data = {} }: DomainEvent) =>
    [data['contact'], data['account'], data['about']].filter((id) => typeof id === 'string'),
};

/** Conversations: what people write to us by any channel and what they are answered, in one place. */
export const conversations = module('engagement/conversations', {
  entities: [Conversation, Message, CannedAnswer],
  extensions: [{ of: 'Tenant', fields: tenantOfMessages }],
  operations: [
    channelAddresses,
    sendMessage,
    sendMessages,
    retryMessage,
    cancelMessage,
    cancelMessages,
    transferConversation,
    addConversationNote,
    closeConversation,
    reopenConversation,
    waitingConversations,
    snoozeConversation,
    markConversationRead,
  ],
  jobs: [linkAllMessages, sendToMany, cancelCampaign, fetchMessageMedia],
  reactions: [
    giveToSomebody,
    tellWhoAnswers,
    linkMessages,
    proveStops,
    undoStops,
    confirmWishes,
    tellFailures,
    waitAgain,
    mailsComeIn,
    mailsGoOut,
  ],
  timers: [conversationTimer, messageTimer],
  pages: [channelHook, chatPage, chatVisitPage, chatScriptPage],
  contributes: {
    [alertChannelsPoint]: [alertsBySms],
    [notificationKinds]: kinds,
    [privacyBelongings]: ofPeople,
    [repliesPoint]: [written],
    [stepsPoint]: [messageStep],
    'role-grants': [{ roles: ['seller', 'support'], withholds: ['message.sendMany'] }],
  },
});

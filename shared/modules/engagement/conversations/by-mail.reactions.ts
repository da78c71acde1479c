import { given, reaction, type Context } from '#kernel';
import { InboundMail, MailThread } from '#modules/platform/mail-in';
import { Mail, type MailRow } from '#modules/platform/mail-out';
import { conversationOfThread, takeMail } from './by-mail.operations.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { afterAnswer, latest, previewOf, waitedFor } from './conversation.rules.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { mailKey, standingOfMail } from './message.rules.ts';
import { sayNow } from './queue-message.operations.ts';
import { writeMessage } from './receive.operations.ts';

export const mailsComeIn = reaction('conversationsTakeMails', {
  describes:
    'Shows mails that people wrote among the conversations of all channels, with whom they are and who answers.',
  on: ['inboundMail.received', 'inboundMail.rerouted'],
  run: async ({ record }, context) => {
    const mail = await context.trusted(InboundMail).find(record.id);
    if (mail?.thread !== undefined && mail.outcome !== 'IGNORED') await takeMail(context, mail, mail.thread);
  },
});

export const mailsGoOut = reaction('conversationsFollowMails', {
  describes: 'Shows mails of ours in their conversation, and what became of them.',
  on: [
    'sent',
    'delivered',
    'bounced',
    'complained',
    'failed',
    'refused',
    'cancelled',
    'retried',
    'opened',
    'clicked',
  ].map((verb) => `mail.${verb}`),
  run: async ({ record }, context) => {
    const mail = await context.trusted(Mail).find(record.id);
    if (mail?.thread?.startsWith(`${MailThread.idPrefix}_`) !== true) return;
    const conversation = await conversationOfThread(context, mail.thread);
    if (!conversation) return;
    const message = await context.trusted(Message).findUnique('providerId', mailKey(mail.id));
    if (message) follow(context, conversation, message, mail);
    else show(context, conversation, mail);
  },
});

const eventOf = {
  QUEUED: 'message.retried',
  SENDING: 'message.taken',
  SENT: 'message.sent',
  DELIVERED: 'message.delivered',
  READ: 'message.read',
  FAILED: 'message.failed',
  REFUSED: 'message.refused',
} as const;

const hasLeft: ReadonlySet<string> = new Set(['SENT', 'DELIVERED', 'READ']);

/** The ledger of mails knows in which order news count: the message stands as its mail does. */
const follow = (context: Context, row: ConversationRow, message: MessageRow, mail: MailRow): void => {
  const { status, problem } = standingOfMail(mail);
  if (status === message.status && problem === message.problem) return;
  const sentAt = message.sentAt ?? mail.sentAt;
  const answered = mail.sentAt !== undefined && hasLeft.has(status) ? sayNow(context, row, message, mail.sentAt) : {};
  const changes = { status, problem: problem ?? null, ...given({ sentAt }), ...answered };
  context.trusted(Message).update(message, changes, status === message.status ? {} : { event: eventOf[status] });
};

/** Whether somebody has answered by it: what a rule or workflow sends answers nobody who waits, nor does what never left. */
const isAnswer = ({ automatic, sentAt }: MailRow): boolean => automatic !== true && sentAt !== undefined;

/** A mail that was written elsewhere in the product. */
const show = (context: Context, row: ConversationRow, mail: MailRow): void => {
  const at = mail.sentAt ?? context.clock.instant();
  const text = mail.body.find(({ format }) => format === 'TEXT')?.content ?? mail.subject;
  const answered = isAnswer(mail) ? afterAnswer(row, at) : undefined;
  writeMessage(context, row, {
    direction: 'OUTBOUND',
    sentBy: mail.automatic === true ? 'SYSTEM' : 'PERSON',
    text: text.slice(0, 4096),
    providerId: mailKey(mail.id),
    sentAt: at,
    ...standingOfMail(mail),
    ...given({ author: mail.owner, waitedMinutes: answered && waitedFor(row, at) }),
    ...given({ waitedSince: answered && row.waitingSince }),
  });
  const said = { lastMessageAt: latest(row.lastMessageAt, at), preview: previewOf(text), ...answered };
  const event = answered ? 'conversation.answered' : 'conversation.updated';
  context.trusted(Conversation).update(row, said, { event });
};

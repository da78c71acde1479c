import { reaction, type Context } from '#kernel';
import { InboundMail, MailThread } from '#modules/platform/mail-in';
import { Mail, type MailRow } from '#modules/platform/mail-out';
import { conversationOfThread, mailKey, takeMail } from './by-mail.operations.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { afterAnswer, previewOf } from './conversation.rules.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { overrules } from './message.rules.ts';
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
  on: ['mail.sent', 'mail.delivered', 'mail.bounced'],
  run: async ({ record }, context) => {
    const mail = await context.trusted(Mail).find(record.id);
    if (mail?.thread?.startsWith(`${MailThread.idPrefix}_`) !== true) return;
    const conversation = await conversationOfThread(context, mail.thread);
    if (!conversation) return;
    const message = await context.trusted(Message).findUnique('providerId', mailKey(mail.id));
    if (message) follow(context, message, mail);
    else answered(context, conversation, mail);
  },
});

const newsOf: Readonly<Partial<Record<MailRow['status'], 'DELIVERED' | 'FAILED'>>> = {
  DELIVERED: 'DELIVERED',
  BOUNCED: 'FAILED',
};

const follow = ({ trusted }: Context, message: MessageRow, { status }: MailRow): void => {
  const news = newsOf[status];
  if (!news || !overrules(news, message.status)) return;
  const event = news === 'FAILED' ? 'message.failed' : 'message.delivered';
  trusted(Message).update(message, { status: news }, { event });
};

/** A mail that was written elsewhere in the product has answered them. */
const answered = (context: Context, row: ConversationRow, mail: MailRow): void => {
  const now = context.clock.instant();
  const text = mail.body.find(({ format }) => format === 'TEXT')?.content ?? mail.subject;
  writeMessage(context, row, {
    direction: 'OUTBOUND',
    sentBy: mail.owner === undefined ? 'SYSTEM' : 'PERSON',
    status: newsOf[mail.status] ?? 'SENT',
    text: text.slice(0, 4096),
    providerId: mailKey(mail.id),
    sentAt: mail.sentAt ?? now,
    ...(mail.owner !== undefined && { author: mail.owner }),
  });
  const said = { lastMessageAt: now, preview: previewOf(text), ...afterAnswer(row, now) };
  context.trusted(Conversation).update(row, said, { event: 'conversation.answered' });
};

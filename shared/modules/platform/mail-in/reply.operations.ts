import { DomainError, email, given, list, longText, mutation, optional, ref, type Context } from '#kernel';
import { Mail, queueMail, type MailRow } from '#modules/platform/mail-out';
import { InboundMail, type InboundMailRow } from './inbound-mail.entity.ts';
import { MailThread } from './mail-thread.entity.ts';

export const replyToMail = mutation('replyToMail', {
  describes:
    'Answers a mail within its conversation. What is answered to that comes back here, whatever address people see.',
  needs: 'mail.send',
  input: {
    mail: ref('InboundMail', { describes: 'Which mail.' }),
    text: longText({ max: 100_000, describes: 'The answer, as it is typed.' }),
    cc: optional(list(email({ describes: 'An address.' }), { max: 10, describes: 'Who gets a copy.' })),
    attachments: optional(list(ref('File'), { max: 20, describes: 'Files that go with it.' })),
  },
  returns: Mail,
  fails: ['NO_CONVERSATION', 'SUPPRESSED', 'TOO_MANY_ANSWERS', 'FILE_NOT_UPLOADED'],
  run: async ({ mail, ...answer }, context) => answerMail(context, await context.data(InboundMail).get(mail), answer),
});

/** What is answered. */
export type MailAnswer = {
  readonly text: string;
  readonly cc?: readonly string[];
  readonly attachments?: readonly string[];
  readonly sendAt?: string;
};

/**
 * Answers a mail for the actor, whom the caller lets: whoever works on the conversation now need not see the mail, nor what it is
 * about. @throws NO_CONVERSATION and what `queueMail` throws
 */
export const answerMail = async (
  context: Context,
  mail: InboundMailRow,
  { text, cc, attachments, sendAt }: MailAnswer,
): Promise<MailRow> => {
  const thread = mail.thread === undefined ? undefined : await context.trusted(MailThread).find(mail.thread);
  const to = recipientOf(mail) ?? thread?.participants[0];
  if (!thread || to === undefined || to === '')
    throw new DomainError('NO_CONVERSATION', 'There is nobody to answer to.', ['mail']);
  const messageId = mail.messageId === undefined ? undefined : `<${mail.messageId}>`;
  return queueMail(context, {
    to: [to],
    // Placeholders that a stranger writes into a subject are text.
    subject: 'Re: {{ subject }}',
    body: '{{ text }}',
    data: { subject: thread.subject, text },
    thread: thread.id,
    answersHere: true,
    ...given({ cc, attachments, sendAt, about: thread.record, inReplyTo: messageId, owner: context.actor.userId }),
    ...(messageId !== undefined && { references: [messageId] }),
  });
};

/** Whose answer it is: a colleague may have handed the mail on. */
const recipientOf = ({ correspondent, direction, replyTo, from }: InboundMailRow): string | undefined =>
  correspondent ?? (direction === 'INBOUND' ? (replyTo ?? from) : undefined);

import { reaction } from '#kernel';
import { Mail } from '#modules/platform/mail-out';
import { MailThread, type MailThreadRow } from './mail-thread.entity.ts';
import { findReferences, keepReferences, messageKey } from './references.operations.ts';

const minute = 60_000;

const answeredAt = ({ waitingSince, firstAnswerMinutes, sent, lastMailAt }: MailThreadRow, at: string) => {
  const waited = waitingSince === undefined ? undefined : Date.parse(at) - Date.parse(waitingSince);
  return {
    standing: 'ANSWERED' as const,
    waitingSince: null,
    sent: sent + 1,
    lastMailAt: at > lastMailAt ? at : lastMailAt,
    ...(firstAnswerMinutes === undefined &&
      waited !== undefined && { firstAnswerMinutes: Math.max(0, Math.round(waited / minute)) }),
  };
};

/** Mails of ours that went out in a conversation: nobody waits any more, and answers refer to them. */
export const noteAnswered = reaction('mailInNotesAnswers', {
  describes: 'Notes in a conversation that it was answered, and how long that took.',
  on: ['mail.sent', 'mail.delivered'],
  run: async ({ record }, context) => {
    const mail = await context.trusted(Mail).find(record.id);
    if (mail?.thread?.startsWith(`${MailThread.idPrefix}_`) !== true || mail.messageId === undefined) return;
    const thread = await context.trusted(MailThread).find(mail.thread);
    const known = await findReferences(context, [messageKey(mail.messageId)]);
    if (!thread || known.length > 0) return;
    const at = mail.sentAt ?? context.clock.instant();
    await keepReferences(context, [messageKey(mail.messageId), ['mail', mail.id]], thread.id, at);
    context.trusted(MailThread).update(thread, answeredAt(thread, at), { event: 'mailThread.answered' });
  },
});

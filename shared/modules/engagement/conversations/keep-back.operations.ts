import type { Context } from '#kernel';
import { cancelMail } from '#modules/platform/mail-out';
import { Message, type MessageRow } from './message.entity.ts';
import { keptBack, mailOf } from './message.rules.ts';

/** Keeps a queued message back, and the mail that it is. */
export const keepBack = async (context: Context, message: MessageRow): Promise<MessageRow> => {
  const mail = mailOf(message);
  if (mail !== undefined) await context.run(cancelMail, { id: mail });
  const changes = { status: 'REFUSED' as const, problem: keptBack };
  return context.trusted(Message).update(message, changes, { event: 'message.cancelled' });
};

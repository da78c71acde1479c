import type { Context } from '#kernel';
import { notify, type NotificationKind } from '#modules/platform/notifications';
import type { InboundMailRow } from './inbound-mail.entity.ts';
import type { MailThreadRow } from './mail-thread.entity.ts';

/** What people are told about mail. */
export const mailNotifications: readonly NotificationKind[] = [
  { key: 'mail.received', label: { es: 'Correo de clientes', en: 'Mail of customers' }, usual: 'IN_APP' },
];

/** Tells whoever looks after the conversation, or the mail itself, that somebody wrote. */
export const tellOfMail = async (
  context: Context,
  mail: InboundMailRow,
  thread: MailThreadRow | undefined,
): Promise<void> => {
  const to = thread?.ownerId ?? thread?.owner ?? mail.owner;
  if (to === undefined || mail.direction === 'OUTBOUND' || mail.outcome === 'FILED') return;
  const [who, what] = [mail.fromName ?? mail.from, mail.subject || mail.excerpt];
  await notify(context, {
    to: [to],
    kind: 'mail.received',
    title: { es: `${who} escribió: ${what}`, en: `${who} wrote: ${what}` },
    body: { es: mail.excerpt, en: mail.excerpt },
    about: mail.id,
  });
};

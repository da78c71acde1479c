import { dayIn, reaction, type DomainEvent } from '#kernel';
import { tellSupervisors, type NotificationKind } from '#modules/platform/notifications';
import { colleagues, SendingLine, type SendingLineRow } from '#modules/platform/quotas';

/** What administrators are told of limits. */
export const limitNotice: NotificationKind = {
  key: 'limit.near',
  label: { es: 'Cupos que se agotan', en: 'Limits that are nearly used up' },
  usual: 'MAIL',
};

const names: Readonly<Record<string, { readonly es: string; readonly en: string }>> = {
  TRANSACTIONAL: { es: 'correos', en: 'mails' },
  MARKETING: { es: 'correos de marketing', en: 'marketing mails' },
};

const waits = {
  es: 'Lo que exceda el cupo espera al día siguiente; nada se pierde.',
  en: 'What exceeds the limit waits for the next day; nothing is lost.',
};

/** The line may have gone on since. Its first place of a day fills the day before, which has no room for it under a lower limit. */
const dayOf = ({ data, changed }: DomainEvent, line: SendingLineRow): string => {
  const { day, given, perDay = 0 } = (data ?? line) as SendingLineRow;
  const before = given === 1 && perDay > 1 ? changed['day']?.from : undefined;
  return typeof before === 'string' ? before : day;
};

export const warnOfLimits = reaction('warnOfLimits', {
  describes: 'Tells administrators when 80 %, and when all, of what may go out in a day is given away.',
  on: ['sendingLine.nearlyFilled', 'sendingLine.filled'],
  run: async (event, context) => {
    const line = await context.trusted(SendingLine).find(event.record.id);
    if (!line) return;
    const { kind, perDay = 0 } = line;
    const day = dayOf(event, line);
    // Of the first day that is full they were told; a warning of each day for which others wait would tell nothing new.
    if (kind === colleagues || day > dayIn(new Date(event.at), context.actor.timeZone)) return;
    const percent = event.type === 'sendingLine.filled' ? 100 : 80;
    const { es, en } = names[kind] ?? { es: `mensajes de ${kind}`, en: `messages by ${kind}` };
    const title = {
      es: `El cupo de ${es} del ${day} está al ${String(percent)} % (${String(perDay)})`,
      en: `The limit of ${en} of ${day} is at ${String(percent)} % (${String(perDay)})`,
    };
    await tellSupervisors(context, { kind: limitNotice.key, title, body: waits, about: context.actor.tenant });
  },
});

import { DomainError } from '#kernel';
import type { Words } from '#modules/platform/notifications';

/** When a reminder is asked for. */
export type Asked = { readonly at?: string | null | undefined; readonly minutesBefore?: number | null | undefined };

/** What is needed of an activity. */
export type Timed = { readonly startsAt?: string; readonly dueAt?: string };

/** When a reminder is due; undefined for one that goes with an activity that has no time. */
export const dueMoment = ({ at, minutesBefore }: Asked, activity?: Timed): string | undefined => {
  const time = activity?.startsAt ?? activity?.dueAt;
  if (typeof at === 'string') return at;
  if (typeof minutesBefore !== 'number' || time === undefined) return undefined;
  return new Date(Date.parse(time) - minutesBefore * 60_000).toISOString();
};

/** The moment that a reminder is asked for. @throws BAD_INPUT, NO_TIME, PAST */
export const momentFor = (asked: Asked, activity: Timed | undefined, now: string): string => {
  if ((typeof asked.at === 'string') === (typeof asked.minutesBefore === 'number'))
    throw new DomainError('BAD_INPUT', 'Say either at what time, or how many minutes before the activity.', ['at']);
  const due = dueMoment(asked, activity);
  if (due === undefined)
    throw new DomainError('NO_TIME', 'Only an activity with a begin or a due time has minutes before it.', [
      'minutesBefore',
    ]);
  if (due < now) throw new DomainError('PAST', 'That moment has passed.', [asked.at ? 'at' : 'minutesBefore']);
  return due;
};

type Told = { readonly kind: 'REMINDER' | 'CALL_BACK'; readonly subject: string; readonly phone?: string };

/** What the owner of a reminder is told. */
export const wordsOf = ({ kind, subject, phone }: Told): Words => {
  if (kind === 'REMINDER') return { es: `Recordatorio: ${subject}`, en: `Reminder: ${subject}` };
  const number = phone === undefined ? '' : ` (${phone})`;
  return { es: `Devolver la llamada: ${subject}${number}`, en: `Call back: ${subject}${number}` };
};

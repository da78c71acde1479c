// When a `rate(...)` or `cron(...)` expression of EventBridge is due next.
import { Cron } from 'croner';

/** An expression that EventBridge would refuse. */
export class InvalidSchedule extends Error {
  override readonly name = 'InvalidSchedule';
}

const unitMilliseconds: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The first moment after `last` (milliseconds; UTC) at which the expression is due. @throws InvalidSchedule */
export function nextOccurrence(expression: string, last: number): number {
  const [, kind, inner = ''] = /^(rate|cron)\((.+)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return last + periodOf(inner, expression);
  if (kind === 'cron') return nextCron(inner, expression, last);
  throw new InvalidSchedule(`${expression} is neither rate(...) nor cron(...).`);
}

const periodOf = (inner: string, expression: string): number => {
  const [, amount = '', unit = '', plural = ''] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  const milliseconds = unitMilliseconds[unit];
  if (!milliseconds || (amount === '1') !== (plural === ''))
    throw new InvalidSchedule(`${expression}: rate(1 hour), rate(2 hours).`);
  return Number(amount) * milliseconds;
};

const nextCron = (inner: string, expression: string, last: number): number => {
  const fields = inner.split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new InvalidSchedule(`${expression}: six fields, and ? for exactly one of the two days.`);
  }
  const pattern = [
    '0',
    stepFrom(minute, 59),
    stepFrom(hour, 23),
    dayOfMonth === '?' ? '*' : stepFrom(dayOfMonth, 31),
    stepFrom(month, 12),
    dayOfWeek === '?' ? '*' : weekdays(dayOfWeek),
    stepFrom(year, 2199),
  ].join(' ');
  return runAfter(pattern, expression, last);
};

const runAfter = (pattern: string, expression: string, last: number): number => {
  let next: Date | null;
  try {
    next = new Cron(pattern, { timezone: 'UTC', paused: true, domAndDow: true }).nextRun(new Date(last));
  } catch (cause) {
    throw new InvalidSchedule(`${expression} is not understood.`, { cause });
  }
  return next?.getTime() ?? Number.POSITIVE_INFINITY;
};

/** AWS reads `5/10` as every tenth from 5 on. */
const stepFrom = (field: string, max: number): string => field.replace(/(^|,)(\d+)\/(\d+)/g, `$1$2-${max}/$3`);

/** AWS counts Sunday as 1, cron as 0; `6L` and `6#3` count alike. */
const weekdays = (field: string): string =>
  field.replace(/\d+/g, (digits, at: number) =>
    field[at - 1] === '#' || field[at - 1] === '/' ? digits : String(Number(digits) - 1),
  );

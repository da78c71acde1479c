// Between instants and the clock on the wall of a time zone, over daylight saving: by Intl, because a whole library of time
// would cost every cold start 30 ms.

/** A moment as people in a time zone read it: the day, and minutes since its midnight. */
export type WallTime = { readonly day: string; readonly minute: number };

const dayLength = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-u-ca-iso8601-hc-h23', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  formats.set(timeZone, format);
  return format;
};

/** What the wall clock shows, as if it were UTC. */
const wallAt = (instant: number, timeZone: string): number => {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (instant % 1000);
};

const offsetAt = (instant: number, timeZone: string): number => wallAt(instant, timeZone) - instant;

/** Day and minute of an instant (milliseconds) in a zone. */
export const wallTimeOf = (instant: number, timeZone: string): WallTime => {
  const wall = new Date(wallAt(instant, timeZone));
  return { day: wall.toISOString().slice(0, 10), minute: wall.getUTCHours() * 60 + wall.getUTCMinutes() };
};

/** The instant (milliseconds) of a wall time: the first of two when clocks go back; moved on by the hour that a gap leaves out. */
export const instantOf = ({ day, minute }: WallTime, timeZone: string): number => {
  const wall = Date.parse(`${day}T00:00:00.000Z`) + minute * 60_000;
  const before = offsetAt(wall - dayLength, timeZone);
  const after = offsetAt(wall + dayLength, timeZone);
  const candidates = [wall - Math.max(before, after), wall - Math.min(before, after)];
  return candidates.find((instant) => wallAt(instant, timeZone) === wall) ?? wall - before;
};

/** The instant, ISO 8601 in UTC, at which a day begins in a zone. */
export const dayStart = (day: string, timeZone: string): string =>
  new Date(instantOf({ day, minute: 0 }, timeZone)).toISOString();

/** The calendar day so many days later. */
export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) + days * dayLength).toISOString().slice(0, 10);

/** 1 is Monday, 7 Sunday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00.000Z`).getUTCDay() || 7;

/** How many days later a calendar day is than another; negative when it is earlier. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00.000Z`) - Date.parse(`${from}T00:00:00.000Z`)) / dayLength);

/** The months in which days lie, from one to another: `2026-11`. */
export const monthsIn = (from: string, to: string): readonly string[] => {
  const months: string[] = [];
  for (let first = `${from.slice(0, 7)}-01`; first <= to; first = monthsLater(first, 1)) months.push(first.slice(0, 7));
  return months;
};

/** The same day so many months later; the last of the month where that month is shorter. */
export const monthsLater = (day: string, months: number): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0));
  return new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate())))
    .toISOString()
    .slice(0, 10);
};

import { integer, optional, type Values } from '#kernel';
import { dayAfter, dayStart, wallTimeOf } from '#modules/platform/settings';

/** How fast something may go out, as a tenant says it. */
export const paceFields = {
  perSecond: optional(integer({ min: 1, max: 1000, describes: 'At most so many in a second.' })),
  perDay: optional(integer({ min: 1, max: 10_000_000, describes: 'At most so many in a day.' })),
};
/** A pace, as code sees it. */
export type Pace = Values<typeof paceFields>;
/** The last place in line that was given, and how many of its day. */
export type Line = { readonly slotAt: string; readonly day: string; readonly given: number };

/** The next place in line: a moment, now or later, and how the line stands with it. */
export const nextSlot = (line: Line | undefined, { perSecond, perDay }: Pace, now: string, timeZone: string): Line => {
  const step = perSecond === undefined ? 0 : Math.ceil(1000 / perSecond);
  const earliest = Math.max(Date.parse(now), line ? Date.parse(line.slotAt) + step : 0);
  const { day } = wallTimeOf(earliest, timeZone);
  const given = line?.day === day ? line.given : 0;
  if (perDay === undefined || given < perDay)
    return { slotAt: new Date(earliest).toISOString(), day, given: given + 1 };
  const next = dayAfter(day);
  return { slotAt: dayStart(next, timeZone), day: next, given: 1 };
};

/** A pace of one's own within what may go out in a day at most; undefined where nothing is limited. */
export const tighter = (own: Pace | undefined, mostPerDay: number | undefined): Pace | undefined => {
  if (mostPerDay === undefined) return own;
  return { ...own, perDay: Math.min(own?.perDay ?? mostPerDay, mostPerDay) };
};

const nearly = 0.8;
const marks = [undefined, 'nearlyFull', 'full'] as const;

/** How many marks a day has reached: 80 %, and all. */
const reached = (given: number, perDay = Infinity): 0 | 1 | 2 => {
  if (given >= perDay) return 2;
  return given >= Math.ceil(perDay * nearly) ? 1 : 0;
};

/** The mark that a day reaches by a place in line, or has reached because fewer may go out than when the one before was given. */
export const fullnessAt = (
  line: (Line & Pace) | undefined,
  next: Line,
  { perDay }: Pace,
  today: string,
): 'full' | 'nearlyFull' | undefined => {
  const before = line ? reached(line.given, line.perDay) : 0;
  const now = reached(next.given, perDay);
  if (line?.day === next.day) return now > before ? marks[now] : undefined;
  const isCutShort = line !== undefined && line.day >= today && before < 2 && reached(line.given, perDay) === 2;
  return isCutShort ? 'full' : marks[now];
};

import { dayAfter, dayStart, wallTimeOf } from '#modules/platform/settings';

/** How fast something may go out. */
export type Pace = { readonly perSecond?: number; readonly perDay?: number };
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

/** Whether a place is the one by which a day is full, or nearly: 80 %. */
export const fullnessAt = ({ given }: Pick<Line, 'given'>, { perDay }: Pace): 'full' | 'nearlyFull' | undefined => {
  if (perDay === undefined) return undefined;
  if (given === perDay) return 'full';
  return given === Math.ceil(perDay * nearly) ? 'nearlyFull' : undefined;
};

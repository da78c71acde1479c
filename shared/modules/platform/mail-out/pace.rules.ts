import { dayAfter, dayStart, wallTimeOf } from '#modules/platform/settings';

/** How fast mails may go out. */
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

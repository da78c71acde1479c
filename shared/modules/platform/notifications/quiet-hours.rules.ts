import { dayAfter, instantOf, wallTimeOf, type WallTime } from '#modules/platform/settings';

/** When a person wants no mail. */
export type Quiet = {
  /** `HH:MM` on the person's clock; the same time twice is no quiet time at all. */
  readonly quietFrom: string;
  readonly quietTo: string;
  /** Days on which nobody works are quiet from morning to night. */
  readonly quietOnFreeDays: boolean;
};

/** What quiet hours depend on besides. */
export type Place = { readonly timeZone: string; isFree(day: string): boolean };

/** Longest look ahead: a calendar without working days must not silence anybody for ever. */
const mostDays = 31;

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** The moment itself, or the next one at which a person may be written to. */
export const nextLoudMoment = (now: string, quiet: Quiet, place: Place): string => {
  let at = wallTimeOf(Date.parse(now), place.timeZone);
  let isLater = false;
  for (let count = 0; count < mostDays; count += 1) {
    const end = endOfQuiet(at, quiet, place);
    if (!end) break;
    at = end;
    isLater = true;
  }
  return isLater ? new Date(instantOf(at, place.timeZone)).toISOString() : now;
};

/** When the quiet time ends in which a wall time lies; undefined when it lies in none. */
const endOfQuiet = (at: WallTime, quiet: Quiet, { isFree }: Place): WallTime | undefined => {
  if (quiet.quietOnFreeDays && isFree(at.day)) return { day: dayAfter(at.day), minute: 0 };
  const [from, to] = [minuteOf(quiet.quietFrom), minuteOf(quiet.quietTo)];
  if (from === to) return undefined;
  const isOvernight = from > to;
  if (isOvernight && at.minute >= from) return { day: dayAfter(at.day), minute: to };
  const isQuiet = isOvernight ? at.minute < to : at.minute >= from && at.minute < to;
  return isQuiet ? { day: at.day, minute: to } : undefined;
};

/** When the next digest goes out: at a time of the person's day, never in quiet days, never at `now` itself. */
export const nextDigest = (now: string, digestAt: string, quiet: Quiet, place: Place): string => {
  const minute = minuteOf(digestAt);
  const { day } = wallTimeOf(Date.parse(now), place.timeZone);
  for (let count = 0; count <= mostDays; count += 1) {
    const candidate = dayAfter(day, count);
    const instant = instantOf({ day: candidate, minute }, place.timeZone);
    const isFree = quiet.quietOnFreeDays && count < mostDays && place.isFree(candidate);
    if (instant > Date.parse(now) && !isFree) return new Date(instant).toISOString();
  }
  return now;
};

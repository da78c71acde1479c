import { dayAfter, instantOf, wallTimeOf, weekdayOf } from '#modules/platform/settings';
import type { GeoPoint } from '#kernel';
import { windowsOn } from './due.rules.ts';
import type { Task } from './fleet.rules.ts';
import type { Distances } from './geography.rules.ts';
import type { RouteStop } from './route.entity.ts';
import { cutOut, type Span } from './schedule.rules.ts';
import type { Solution, Stop } from './solve.rules.ts';

/** A visit to be planned. */
export type Candidate = {
  readonly account: string;
  readonly point: GeoPoint;
  readonly minutes: number;
  readonly score: number;
  readonly reasons: readonly string[];
  readonly windows?: readonly { readonly weekday: number; readonly from: string; readonly to: string }[];
  /** It is planned already: it stays on this day, and at this moment when it has one. */
  readonly fixed?: { readonly day: string; readonly at?: string; readonly activity?: string };
};

/** A day to be filled: its working hours, in minutes since midnight, without what is busy. */
export type WorkDay = { readonly day: string; readonly hours: readonly Span[] };

/** Leaving out somebody who is due costs more than any way; somebody twice as due costs twice as much. */
const worthOfScore = 10_000;
/** What is planned already stays, whoever else is due. */
const worthOfFixed = 10_000_000;

/** A day that ends an hour earlier is worth twelve kilometres more. */
const kmPerMinute = 0.2;

/** The task that the solver is given. */
export const taskFor = (
  candidates: readonly Candidate[],
  days: readonly WorkDay[],
  distances: Distances,
  timeZone: string,
): Task => ({
  km: distances.km,
  lateness: kmPerMinute,
  // Whole minutes, as people write times.
  minutes: distances.minutes.map((row) => row.map(Math.ceil)),
  days: days.map(({ hours }) => ({ hours })),
  calls: candidates.map((candidate) => ({
    minutes: candidate.minutes,
    worth: candidate.fixed ? worthOfFixed : Math.max(1, candidate.score) * worthOfScore,
    windows: (index) => windowsOf(candidate, days[index]?.day ?? '', timeZone),
  })),
});

const windowsOf = ({ fixed, windows }: Candidate, day: string, timeZone: string): readonly Span[] | undefined => {
  if (!fixed) return windowsOn(windows, weekdayOf(day));
  if (fixed.day !== day) return [];
  if (fixed.at === undefined) return windowsOn(windows, weekdayOf(day));
  const { minute } = wallTimeOf(Date.parse(fixed.at), timeZone);
  return [{ from: minute, to: minute }];
};

/** A day's hours without what the person has to do at fixed times, and without what has passed of them. */
export const freeHours = (
  hours: readonly Span[],
  day: string,
  busy: readonly { readonly startsAt: string; readonly endsAt: string }[],
  now: { readonly day: string; readonly minute: number },
  timeZone: string,
): readonly Span[] => {
  const minuteOn = (instant: string): number => {
    const { day: on, minute } = wallTimeOf(Date.parse(instant), timeZone);
    if (on < day) return 0;
    return on > day ? 1440 : minute;
  };
  const taken = busy
    .map(({ startsAt, endsAt }) => ({ from: minuteOn(startsAt), to: minuteOn(endsAt) }))
    .filter(({ from, to }) => to > from)
    .sort((one, other) => one.from - other.from);
  const passed = now.day > day ? 1440 : now.minute;
  return cutOut(hours, now.day < day ? taken : [{ from: 0, to: passed }, ...taken]);
};

/** A day of the solution as a route keeps it. */
export const stopsOf = (
  { days }: Solution,
  index: number,
  candidates: readonly Candidate[],
  toInstant: (minute: number) => string,
): readonly RouteStop[] =>
  (days[index]?.stops ?? []).flatMap((stop) => {
    const candidate = candidates[stop.call];
    return candidate ? [stopOf(stop, candidate, toInstant)] : [];
  });

const tenths = (value: number): number => Math.round(value * 10) / 10;

const stopOf = (
  stop: Stop,
  { account, point, minutes, score, reasons, fixed }: Candidate,
  toInstant: (minute: number) => string,
): RouteStop => ({
  account,
  point,
  minutes,
  score,
  reasons,
  arrivesAt: toInstant(stop.arrivesAt),
  startsAt: fixed?.at ?? toInstant(stop.startsAt),
  travelMinutes: tenths(stop.travelMinutes),
  km: tenths(stop.km),
  locked: fixed?.at !== undefined,
  ...(fixed?.activity !== undefined && { activity: fixed.activity }),
});

/** Wall minutes of a day as an instant. */
export const instantOn =
  (day: string, timeZone: string) =>
  (minute: number): string =>
    new Date(instantOf({ day, minute }, timeZone)).toISOString();

/** So many days from the first one on. */
export const daysFrom = (first: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => dayAfter(first, index));

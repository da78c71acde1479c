// Planning a route again: what has begun and what is locked stays, the rest is put into the best order round it.
import type { ChangesOf, Context } from '#kernel';
import { wallTimeOf, type WorkingTime } from '#modules/platform/settings';
import { dueAccounts } from './due.operations.ts';
import {
  candidateOf,
  timedWork,
  Visit,
  Visitor,
  workDays,
  workingTimeFor,
  type VisitRow,
} from './planning.operations.ts';
import { instantOn, stopsOf, taskFor, type Candidate, type WorkDay } from './planning.rules.ts';
import { Route, type RouteRow, type RouteStop } from './route.entity.ts';
import { solve, type Solution } from './solve.rules.ts';
import { distancesBetween } from './travelling.operations.ts';
import { profileId, VisitProfile } from './visit-profile.entity.ts';

/** How to plan again: with which stops, and whether free time is filled with others who are due. */
export type Again = { readonly stops: readonly RouteStop[]; readonly fill: boolean };

/** Most stops of a route; a day has no room for more. */
const mostStops = 40;

/** Plans the route again and brings its activities to their new times. */
export const replan = async (context: Context, route: RouteRow, { stops, fill }: Again): Promise<RouteRow> => {
  const time = await workingTimeFor(context);
  const visits = await context.trusted(Visit).getMany(stops.flatMap(({ activity }) => activity ?? []));
  const begun = stops.filter((stop) => hasBegun(context, stop, visits.get(stop.activity ?? '')));
  const ahead = stops.filter((stop) => !begun.includes(stop));
  const candidates = await candidatesOf(context, route, { ahead, begun, fill });
  const workday = await restOfDay(context, route, time, stops);
  const start = begun.at(-1)?.point ?? route.start;
  const { distances } = await distancesBetween(context, [...candidates.map(({ point }) => point), start, route.end]);
  const solution = solve(taskFor(candidates, [workday], distances, time.timeZone));
  const toInstant = instantOn(route.date, time.timeZone);
  const planned = [...begun, ...stopsOf(solution, 0, candidates, toInstant), ...lockedOut(solution, candidates, ahead)];
  const moved = context
    .trusted(Route)
    .update(
      route,
      { stops: planned.sort(byBegin).slice(0, mostStops), ...totalsOf(solution, begun, toInstant) },
      { event: 'route.replanned' },
    );
  follow(context, moved, stops, visits);
  return moved;
};

const byBegin = (one: RouteStop, other: RouteStop): number => (one.startsAt < other.startsAt ? -1 : 1);

const hasBegun = ({ clock }: Context, { startsAt }: RouteStop, visit: VisitRow | undefined): boolean =>
  startsAt <= clock.instant() || visit?.status === 'DONE';

type Stops = { readonly ahead: readonly RouteStop[]; readonly begun: readonly RouteStop[]; readonly fill: boolean };

const candidatesOf = async (
  context: Context,
  route: RouteRow,
  { ahead, begun, fill }: Stops,
): Promise<readonly Candidate[]> => {
  const profiles = await context.trusted(VisitProfile).getMany(ahead.map(({ account }) => profileId(account)));
  const kept = ahead.map((stop): Candidate => {
    const windows = profiles.get(profileId(stop.account))?.windows;
    const { account, point, minutes, score, reasons, activity, locked, startsAt } = stop;
    const fixed = { day: route.date, ...(locked && { at: startsAt }), ...(activity !== undefined && { activity }) };
    return { account, point, minutes, score, reasons, ...(windows && { windows }), fixed };
  });
  if (!fill) return kept;
  const known = new Set([...ahead, ...begun].map(({ account }) => account));
  const due = await dueAccounts(context, { owner: route.owner, day: route.date });
  const others = due.filter(({ isCandidate, account }) => isCandidate && !known.has(account.id));
  return [...kept, ...others.flatMap((each) => (each.place ? [candidateOf(each, each.place)] : []))].slice(
    0,
    mostStops,
  );
};

const restOfDay = async (
  context: Context,
  route: RouteRow,
  time: WorkingTime,
  stops: readonly RouteStop[],
): Promise<WorkDay> => {
  const person = await context.trusted(Visitor).get(route.owner);
  const own = new Set(stops.map(({ activity }) => activity));
  const work = await timedWork(context, route.owner, route.date, route.date);
  const [workday] = workDays(
    context,
    time,
    person,
    [route.date],
    work.filter(({ id }) => !own.has(id)),
  );
  return workday ?? { day: route.date, hours: [] };
};

/** What somebody has locked stays, even where the day has no room for it any more. */
const lockedOut = (
  { unassigned }: Solution,
  candidates: readonly Candidate[],
  ahead: readonly RouteStop[],
): readonly RouteStop[] => {
  const left = new Set(unassigned.map(({ call }) => candidates[call]?.account));
  return ahead.filter(({ account, locked }) => locked && left.has(account));
};

const totalsOf = (
  { days: [day] }: Solution,
  begun: readonly RouteStop[],
  toInstant: (minute: number) => string,
): ChangesOf<typeof Route> => {
  const before = (what: 'km' | 'travelMinutes') => begun.reduce((sum, stop) => sum + stop[what], 0);
  return {
    km: Math.round((before('km') + (day?.km ?? 0)) * 10) / 10,
    travelMinutes: before('travelMinutes') + (day?.travelMinutes ?? 0),
    endsAt: day && day.endsAt < Infinity ? toInstant(day.endsAt) : null,
  };
};

/** Activities go where their visits went. Those that found no room stay in the agenda without a time. */
const follow = (
  { trusted }: Context,
  { stops: now, date: day }: RouteRow,
  before: readonly RouteStop[],
  visits: ReadonlyMap<string, VisitRow>,
): void => {
  for (const { activity } of before) {
    const visit = visits.get(activity ?? '');
    if (visit?.status !== 'PLANNED') continue;
    const stop = now.find((each) => each.activity === visit.id);
    if (!stop) trusted(Visit).update(visit, { route: null, startsAt: null, dueAt: `${day}T23:59:59.000Z` });
    else if (stop.startsAt !== visit.startsAt) trusted(Visit).update(visit, { startsAt: stop.startsAt });
  }
};

/** The day of an instant where the tenant works. */
export const dayOf = async (context: Context, instant: string): Promise<string> =>
  wallTimeOf(Date.parse(instant), (await workingTimeFor(context)).timeZone).day;

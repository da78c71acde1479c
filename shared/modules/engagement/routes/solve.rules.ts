import { planFleet, type Plan, type Task } from './fleet.rules.ts';
import { between } from './geography.rules.ts';
import { begins, travelled } from './schedule.rules.ts';
import { shortestTour } from './tour.rules.ts';

/** A visit in the course of a day; minutes from the moment that is zero. */
export type Stop = {
  readonly call: number;
  readonly arrivesAt: number;
  readonly startsAt: number;
  readonly leavesAt: number;
  /** The way to it. */
  readonly travelMinutes: number;
  readonly km: number;
};

/** A day as planned, the way home included. */
export type DayPlan = {
  readonly day: number;
  readonly stops: readonly Stop[];
  readonly km: number;
  readonly travelMinutes: number;
  readonly endsAt: number;
};

/** Why a visit has no place in the plan: never possible, or not besides the others. */
export type Refusal = { readonly call: number; readonly reason: 'OUT_OF_REACH' | 'NO_ROOM' };

/** The whole plan. */
export type Solution = { readonly days: readonly DayPlan[]; readonly unassigned: readonly Refusal[] };

/** Plans visits: by the shortest tour where only the way matters, else with regard to hours, windows and load. */
export const solve = (task: Task): Solution => {
  const plan = isPlainTour(task) ? tourOf(task) : planFleet(task);
  return {
    days: plan.days.map((calls, day) => timetable(task, day, calls)),
    unassigned: plan.left.map((call) => ({ call, reason: isPossible(task, call) ? 'NO_ROOM' : 'OUT_OF_REACH' })),
  };
};

const isPlainTour = ({ calls, days, capacity, km }: Task): boolean =>
  days.length === 1 &&
  days[0]?.hours[0]?.to === Infinity &&
  capacity === undefined &&
  calls.every(({ windows }) => windows === undefined) &&
  km.every((row, from) => row.every((far, to) => Math.abs(far - (km[to]?.[from] ?? 0)) < 1e-9));

/** As a closed tour in which the end is followed by the start: that way costs less than nothing, so that it is always taken. */
const tourOf = ({ calls, km }: Task): Plan => {
  const [start, end] = [calls.length, calls.length + 1];
  const places = [start, end, ...calls.keys()];
  const farthest = Math.max(0, ...km.map((row) => Math.max(...row)));
  const bound = -(1 + farthest * places.length);
  const matrix = places.map((from) =>
    places.map((to) =>
      from + to === start + end && from !== to && Math.min(from, to) === start ? bound : (km[from]?.[to] ?? 0),
    ),
  );
  const [, ...rest] = shortestTour(matrix).map((index) => places[index] ?? 0);
  const order = rest[0] === end ? rest.slice(1).reverse() : rest.slice(0, -1);
  return { days: [order], left: [] };
};

/** Whether the visit would be possible if it were the only one. */
const isPossible = (task: Task, call: number): boolean => {
  const only = task.calls[call];
  const tooMuch = (only?.load ?? 0) > (task.capacity ?? Infinity);
  return !tooMuch && task.days.some((_day, day) => timetable(task, day, [call]).endsAt < Infinity);
};

/** When each visit of a day comes, in this order. */
export const timetable = (task: Task, day: number, order: readonly number[]): DayPlan => {
  const hours = task.days[day]?.hours ?? [];
  const end = task.calls.length + 1;
  const stops: Stop[] = [];
  for (const call of order) stops.push(stopAt(task, day, stops.at(-1), call));
  const last = stops.at(-1);
  const way = last ? ([last.call, end] as const) : undefined;
  const home = way
    ? { km: between(task.km, ...way), travelMinutes: between(task.minutes, ...way) }
    : { km: 0, travelMinutes: 0 };
  return {
    day,
    stops,
    km: sumOf(stops, 'km') + home.km,
    travelMinutes: sumOf(stops, 'travelMinutes') + home.travelMinutes,
    endsAt: travelled(hours, last?.leavesAt ?? hours[0]?.from ?? 0, home.travelMinutes),
  };
};

const sumOf = (stops: readonly Stop[], what: 'km' | 'travelMinutes'): number =>
  stops.reduce((sum, stop) => sum + stop[what], 0);

const stopAt = ({ calls, days, km, minutes }: Task, day: number, before: Stop | undefined, call: number): Stop => {
  const hours = days[day]?.hours ?? [];
  const from = before?.call ?? calls.length;
  const visit = calls[call] ?? { minutes: 0, worth: 0 };
  const travelMinutes = between(minutes, from, call);
  const arrivesAt = travelled(hours, before?.leavesAt ?? hours[0]?.from ?? 0, travelMinutes);
  const startsAt = begins(hours, arrivesAt, visit.minutes, visit.windows?.(day));
  return { call, arrivesAt, startsAt, leavesAt: startsAt + visit.minutes, travelMinutes, km: between(km, from, call) };
};

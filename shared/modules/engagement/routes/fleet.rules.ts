// Which visit on which day, in which order: cheapest feasible insertion, then parts of the plan are torn out and put in again
// where they cost least (ruin and recreate), for as many rounds as keep 60 visits within a second. No clock, no chance: a seed.
import { between } from './geography.rules.ts';
import { randomFrom } from './random.rules.ts';
import { begins, travelled, type Call, type Day } from './schedule.rules.ts';

/** What is to be planned. Places are those of the calls in order, then the start, then the end. */
export type Task = {
  readonly calls: readonly (Call & {
    /** What leaving it out costs, in kilometres: far more than any way, so that as much as possible is visited. */
    readonly worth: number;
    readonly load?: number;
  })[];
  readonly days: readonly Day[];
  /** What each minute costs that a day ends later, in kilometres; nothing when not said. */
  readonly lateness?: number;
  /** Most load of one day. */
  readonly capacity?: number;
  readonly km: readonly (readonly number[])[];
  readonly minutes: readonly (readonly number[])[];
};

/** The calls of each day in their order, and those that found no place. */
export type Plan = { readonly days: readonly (readonly number[])[]; readonly left: readonly number[] };

type Route = { readonly day: number; calls: number[]; departures: number[]; load: number };
type Search = {
  readonly task: Task;
  readonly random: () => number;
  readonly near: readonly (readonly number[])[];
  readonly overlooked: number;
};

/** A plan is torn up and put together so often; fewer times the more visits it has. 60 visits take half a second. */
const mostRounds = 3000;
const searchedVisits = 90_000;

/** Plans. The same task has the same answer. */
export const planFleet = (task: Task, seed = 1): Plan => {
  const search = { task, random: randomFrom(seed), near: neighbours(task), overlooked };
  let current = emptyPlan(task);
  recreate({ ...search, overlooked: 0 }, current, [...task.calls.keys()]);
  let best = copied(current);
  const rounds = task.calls.length < 2 ? 0 : Math.min(mostRounds, Math.round(searchedVisits / task.calls.length));
  const heat = Math.max(1, best.km / Math.max(1, task.calls.length));
  for (let round = 0; round < rounds; round += 1) {
    const next = copied(current);
    recreate(search, next, [...next.left.splice(0), ...ruin(search, next)]);
    const warmth = heat * 0.5 * (1 - round / rounds) ** 3;
    if (next.cost < current.cost - warmth * Math.log(1 - search.random())) current = next;
    if (next.cost < best.cost - 1e-9) best = copied(next);
  }
  return { days: best.routes.map(({ calls }) => calls), left: best.left.sort((one, other) => one - other) };
};

type State = { readonly routes: Route[]; left: number[]; km: number; cost: number };

const emptyPlan = (task: Task): State => ({
  routes: task.days.map((_day, day) => ({ day, calls: [], departures: [], load: 0 })),
  left: [],
  km: 0,
  cost: 0,
});

const copied = (state: State): State => ({
  ...state,
  left: [...state.left],
  routes: state.routes.map((route) => ({ ...route, calls: [...route.calls], departures: [...route.departures] })),
});

const neighbours = ({ calls, km }: Task): readonly (readonly number[])[] =>
  calls.map((_call, here) => [...calls.keys()].sort((one, other) => (km[here]?.[one] ?? 0) - (km[here]?.[other] ?? 0)));

/** Tears out runs of visits around a random one, from several days; answers what was torn out. */
const ruin = ({ task, random, near }: Search, state: State): readonly number[] => {
  const most = 1 + Math.floor(random() * Math.min(4, state.routes.length));
  const length = 1 + Math.floor(random() * Math.min(10, task.calls.length));
  const torn: number[] = [];
  const touched = new Set<Route>();
  for (const call of near[Math.floor(random() * task.calls.length)] ?? []) {
    if (touched.size >= most) break;
    const route = state.routes.find(({ calls }) => calls.includes(call));
    if (!route || touched.has(route)) continue;
    touched.add(route);
    const run = 1 + Math.floor(random() * Math.min(length, route.calls.length));
    const first = Math.max(
      0,
      Math.min(route.calls.length - run, route.calls.indexOf(call) - Math.floor(random() * run)),
    );
    torn.push(...route.calls.splice(first, run));
    settle(task, route);
  }
  return torn;
};

/** Puts calls into the plan one after the other, each where it costs least; what fits nowhere is left. */
const recreate = (search: Search, state: State, calls: readonly number[]): void => {
  for (const call of inOrder(search, calls)) {
    const place = cheapestPlace(search, state, call);
    if (!place) {
      state.left.push(call);
      continue;
    }
    place.route.calls.splice(place.index, 0, call);
    settle(search.task, place.route);
  }
  const { task } = search;
  state.km = state.routes.reduce((sum, { calls: own }) => sum + lengthOf(task, own), 0);
  const late = (task.lateness ?? 0) * state.routes.reduce((sum, { departures }) => sum + (departures.at(-1) ?? 0), 0);
  state.cost = state.left.reduce((sum, call) => sum + (task.calls[call]?.worth ?? 0), state.km + late);
};

/** By turns: by chance, what matters most first, the farthest from the start first, the nearest first. */
const inOrder = ({ task, random }: Search, calls: readonly number[]): readonly number[] => {
  const way = Math.floor(random() * 4);
  const start = task.km[task.calls.length] ?? [];
  const rank = (call: number): number => {
    if (way === 0) return random();
    if (way === 1) return -(task.calls[call]?.worth ?? 0);
    return (way === 2 ? -1 : 1) * (start[call] ?? 0);
  };
  return calls
    .map((call) => ({ call, rank: rank(call) }))
    .sort((one, other) => one.rank - other.rank || one.call - other.call)
    .map(({ call }) => call);
};

type Place = { readonly route: Route; readonly index: number };

/** One place in a hundred is overlooked, so that the search does not run into the same plan again and again. */
const overlooked = 0.01;

const cheapestPlace = ({ task, random, overlooked: share }: Search, state: State, call: number): Place | undefined => {
  let found: Place | undefined;
  let least = Infinity;
  for (const route of state.routes) {
    if (route.load + (task.calls[call]?.load ?? 0) > (task.capacity ?? Infinity)) continue;
    for (let index = 0; index <= route.calls.length; index += 1) {
      const more = detourOf(task, route, index, call);
      if (more >= least || random() < share || !fits(task, route, index, call)) continue;
      [found, least] = [{ route, index }, more];
    }
  }
  return found;
};

const placeBefore = ({ calls }: Task, route: Route, index: number): number => route.calls[index - 1] ?? calls.length;
const placeAfter = ({ calls }: Task, route: Route, index: number): number => route.calls[index] ?? calls.length + 1;

const detourOf = (task: Task, route: Route, index: number, call: number): number => {
  const [before, after] = [placeBefore(task, route, index), placeAfter(task, route, index)];
  const now = route.calls.length === 0 ? 0 : between(task.km, before, after);
  return between(task.km, before, call) + between(task.km, call, after) - now;
};

/** When one leaves a visit, coming from another place. */
const departure = ({ minutes, calls, days }: Task, day: number, from: number, since: number, call: number): number => {
  const hours = days[day]?.hours ?? [];
  const visit = calls[call];
  const arrival = travelled(hours, since, between(minutes, from, call));
  return begins(hours, arrival, visit?.minutes ?? 0, visit?.windows?.(day)) + (visit?.minutes ?? 0);
};

/** Whether the day still works with the call put in: everything after it is gone through until nothing is later than before. */
const fits = (task: Task, route: Route, index: number, call: number): boolean => {
  const { day, calls, departures } = route;
  let since = departure(task, day, placeBefore(task, route, index), departures[index - 1] ?? dayStart(task, day), call);
  let from = call;
  for (let next = index; next < calls.length; next += 1) {
    if (since === Infinity) return false;
    const to = calls[next] ?? 0;
    since = departure(task, day, from, since, to);
    if (since <= (departures[next] ?? 0)) return true;
    from = to;
  }
  return isHomeInTime(task, day, from, since);
};

const dayStart = ({ days }: Task, day: number): number => days[day]?.hours[0]?.from ?? 0;

const isHomeInTime = ({ days, minutes, calls }: Task, day: number, from: number, since: number): boolean =>
  travelled(days[day]?.hours ?? [], since, between(minutes, from, calls.length + 1)) < Infinity;

/** Brings departures and load of a day up to date. */
const settle = (task: Task, route: Route): void => {
  let since = dayStart(task, route.day);
  let from = task.calls.length;
  route.load = 0;
  route.departures = route.calls.map((call) => {
    since = departure(task, route.day, from, since, call);
    from = call;
    route.load += task.calls[call]?.load ?? 0;
    return since;
  });
};

const lengthOf = ({ km, calls: all }: Task, calls: readonly number[]): number => {
  if (calls.length === 0) return 0;
  const ends = between(km, all.length, calls[0] ?? 0) + between(km, calls.at(-1) ?? 0, all.length + 1);
  return calls.reduce((sum, call, index) => sum + between(km, calls[index - 1] ?? call, call), ends);
};

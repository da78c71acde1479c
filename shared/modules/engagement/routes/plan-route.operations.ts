import {
  boolean,
  choice,
  defaulted,
  DomainError,
  integer,
  list,
  number,
  object,
  optional,
  query,
  text,
  type Path,
  type Values,
} from '#kernel';
import type { Distances, Point } from './geography.rules.ts';
import { mapLinks, type MapLinks } from './map-links.rules.ts';
import { solve, type DayPlan, type Solution } from './solve.rules.ts';
import type { Task } from './fleet.rules.ts';
import { mapLinksField } from './route.entity.ts';
import { distancesBetween } from './travelling.operations.ts';

/** What one call plans at most: it is done while one waits. */
const mostPoints = 100;

const pointFields = {
  latitude: optional(number({ min: -90, max: 90, describes: 'Degrees north of the equator.' })),
  longitude: optional(number({ min: -180, max: 180, describes: 'Degrees east of Greenwich.' })),
  x: optional(number({ describes: 'In a plane instead of on earth: one unit is one kilometre and takes one minute.' })),
  y: optional(number({ describes: 'The other coordinate in the plane.' })),
};
const point = (describes: string) => object('RoutePoint', pointFields, { describes });
const minutes = (describes: string) => number({ min: 0, max: 100_000, describes });

const orderFields = {
  points: list(point('A place to visit.'), { max: mostPoints, describes: 'The places to visit, in any order.' }),
  start: point('Where each route begins.'),
  end: optional(point('Where each route ends; at its start when not said.')),
  isOpen: defaulted(boolean({ describes: 'It ends at the last place that is visited, wherever that is.' }), false),
  windows: optional(
    list(
      object('RouteWindow', {
        from: minutes('The first minute at which the visit may begin, counted from the departure.'),
        to: minutes('The last minute at which it may begin.'),
      }),
      {
        max: mostPoints,
        describes: 'When each place may be visited, in the order of the points; for all of them or none.',
      },
    ),
  ),
  serviceMinutes: defaulted(minutes('How long each visit takes.'), 0),
  loads: optional(
    list(number({ min: 0, describes: 'What the place adds to the load.' }), {
      max: mostPoints,
      describes: 'What each place adds to the load of its route.',
    }),
  ),
  capacity: optional(number({ min: 0, describes: 'The most load of one route.' })),
  routes: defaulted(integer({ min: 1, max: 50, describes: 'How many routes (days, vehicles) there may be.' }), 1),
  mostMinutes: optional(minutes('How long a route may take, the way back included.')),
};

const stopFields = {
  index: integer({ describes: 'Which of the points, from 0.' }),
  arrivesAt: number({ describes: 'Minutes from the departure.' }),
  startsAt: number({ describes: 'When the visit begins, after waiting for its window.' }),
  leavesAt: number({ describes: 'When it is over.' }),
  km: number({ describes: 'The way to it, in kilometres (units of the plane).' }),
  travelMinutes: number({ describes: 'How long the way to it takes.' }),
};

export const planRoute = query('planRoute', {
  describes:
    'The best order in which to visit places: the shortest way through them, within windows of time and limits of load where there are any. The same question has the same answer. At most 100 places.',
  needs: 'route.plan',
  input: { input: object('PlanRoute', orderFields, { describes: 'Where to go.' }) },
  returns: {
    order: list(integer(), { max: mostPoints, describes: 'The indexes of the points in the order of all routes.' }),
    routes: list(
      object('RoundTrip', {
        order: list(integer(), { max: mostPoints, describes: 'The indexes of the points in their order.' }),
        stops: list(object('RoundTripStop', stopFields), { max: mostPoints, describes: 'When one comes where.' }),
        km: number({ describes: 'The whole way.' }),
        travelMinutes: number({ describes: 'How long the whole way takes.' }),
        minutes: number({ describes: 'From departure to end.' }),
        links: optional(mapLinksField('The route in map programs, for places on earth.')),
      }),
      { max: 50, describes: 'The routes that have a stop.' },
    ),
    unassigned: list(
      object('UnplannedPoint', {
        index: integer({ describes: 'Which of the points.' }),
        reason: choice(['OUT_OF_REACH', 'NO_ROOM'], {
          named: 'UnplannedReason',
          describes: 'It can never be reached in time, or not besides the others.',
        }),
      }),
      { max: mostPoints, describes: 'What found no place.' },
    ),
    km: number({ describes: 'The way of all routes.' }),
    minutes: number({ describes: 'The time of all routes.' }),
    method: text({ max: 20, describes: 'Where distances come from: plane, estimate, or the name of a map service.' }),
  },
  run: async ({ input }, context) => {
    const { points, start, end } = pointsOf(input);
    const { distances, method } = await distancesBetween(context, [...points, start, end]);
    const task = taskOf(input, distances);
    return { ...answerOf(solve(task), [...points, start, end], input.isOpen), method };
  },
});

type Order = Values<typeof orderFields>;
type GivenPoint = Values<typeof pointFields>;

const pointsOf = ({ points, start, end = start }: Order) => ({
  points: points.map((each, index) => asPoint(each, ['input', 'points', index])),
  start: asPoint(start, ['input', 'start']),
  end: asPoint(end, ['input', 'end']),
});

const asPoint = ({ latitude, longitude, x, y }: GivenPoint, path: Path): Point => {
  if (latitude !== undefined && longitude !== undefined && x === undefined && y === undefined)
    return { latitude, longitude };
  if (x !== undefined && y !== undefined && latitude === undefined && longitude === undefined) return { x, y };
  throw new DomainError('BAD_INPUT', 'A place has latitude and longitude, or x and y.', path);
};

const taskOf = (order: Order, { km, minutes: travel }: Distances): Task => {
  assertSameLength(order, 'windows');
  assertSameLength(order, 'loads');
  const { points, windows, loads, serviceMinutes, capacity, routes, mostMinutes, isOpen } = order;
  return {
    calls: points.map((_point, index) => ({
      minutes: serviceMinutes,
      worth: 1_000_000,
      ...(windows && { windows: () => windows.slice(index, index + 1) }),
      ...(loads && { load: loads[index] ?? 0 }),
    })),
    days: Array.from({ length: routes }, () => ({ hours: [{ from: 0, to: mostMinutes ?? Infinity }] })),
    ...(capacity !== undefined && { capacity }),
    km: isOpen ? withoutWayBack(km) : km,
    minutes: isOpen ? withoutWayBack(travel) : travel,
  };
};

const assertSameLength = (order: Order, name: 'windows' | 'loads'): void => {
  if ((order[name]?.length ?? order.points.length) === order.points.length) return;
  throw new DomainError('BAD_INPUT', 'There must be one for each point, in the same order.', ['input', name]);
};

/** The end is the last place: it costs nothing to come there. */
const withoutWayBack = (matrix: Distances['km']): Distances['km'] =>
  matrix.map((row, from) => row.map((far, to) => (to === row.length - 1 || from === row.length - 1 ? 0 : far)));

const answerOf = ({ days, unassigned }: Solution, places: readonly Point[], isOpen: boolean) => {
  const routes = days
    .filter(({ stops }) => stops.length > 0)
    .map((day) => ({ ...tripOf(day), ...linksOf(day, places, isOpen) }));
  return {
    order: routes.flatMap((route) => route.order),
    routes,
    unassigned: unassigned.map(({ call, reason }) => ({ index: call, reason })),
    km: routes.reduce((sum, { km }) => sum + km, 0),
    minutes: routes.reduce((sum, route) => sum + route.minutes, 0),
  };
};

const tripOf = ({ stops, km, travelMinutes, endsAt }: DayPlan) => ({
  order: stops.map(({ call }) => call),
  stops: stops.map(({ call, ...stop }) => ({ index: call, ...stop })),
  km,
  travelMinutes,
  minutes: endsAt,
});

const linksOf = ({ stops }: DayPlan, places: readonly Point[], isOpen: boolean): { readonly links?: MapLinks } => {
  const [start, end] = [places.at(-2), places.at(-1)];
  const way = [start, ...stops.map(({ call }) => places[call]), ...(isOpen ? [] : [end])];
  const points = way.flatMap((place) => (place && 'latitude' in place ? [place] : []));
  return points.length < 2 ? {} : { links: mapLinks(points) };
};

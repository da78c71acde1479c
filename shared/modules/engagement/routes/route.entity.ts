import {
  boolean,
  date,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  geoPoint,
  integer,
  list,
  number,
  optional,
  ownedBy,
  object,
  ref,
  text,
  url,
  type Row,
  type Values,
} from '#kernel';
import { withTotals } from './route.rules.ts';

const stopFields = {
  account: ref('Account', { describes: 'Whom to visit.' }),
  activity: optional(ref('Activity', { describes: 'The planned activity, once the route is confirmed.' })),
  point: geoPoint({ describes: 'Where.' }),
  arrivesAt: dateTime({ describes: 'When one arrives.' }),
  startsAt: dateTime({ describes: 'When the visit begins.' }),
  minutes: integer({ min: 0, max: 1440, describes: 'How long it takes.' }),
  travelMinutes: number({ describes: 'The way to it.' }),
  km: number({ describes: 'The way to it.' }),
  locked: defaulted(boolean({ describes: 'It keeps its time when the rest is planned again.' }), false),
  score: number({ describes: 'How much it is due: 1 on the day that its interval ends.' }),
  reasons: list(text({ max: 60 }), { max: 20, describes: 'Why it was chosen: due, birthday, and what modules add.' }),
};

const linksFields = {
  google: list(url(), { max: 20, describes: 'Google Maps, in pieces of eleven places.' }),
  openStreetMap: url({ describes: 'OpenStreetMap.' }),
  waze: list(url(), { max: 101, describes: 'Waze, place by place.' }),
};
/** How map links stand in answers. */
export const mapLinksField = (describes: string) => object('MapLinks', linksFields, { describes });

/** A day of visits of one person. */
export const Route = entity('Route', {
  idPrefix: 'rte',
  describes: 'A day of visits of one person, in the order in which the way is shortest and everybody is met in time.',
  fields: {
    date: date({ describes: 'The day.' }),
    owner: ref('User', { describes: 'Who goes.' }),
    start: geoPoint({ describes: 'Where the day begins.' }),
    end: geoPoint({ describes: 'Where it ends.' }),
    stops: derived(list(object('RouteStop', stopFields), { max: 40, describes: 'The visits in their order.' })),
    km: derived(number({ describes: 'The whole way, the way home included.' })),
    travelMinutes: derived(number({ describes: 'How long the whole way takes.' })),
    visitMinutes: derived(integer({ describes: 'How long all visits take.' })),
    endsAt: derivedOptional(dateTime({ describes: 'When one is home.' })),
    links: derivedOptional(mapLinksField('The route in map programs.')),
    holds: derivedOptional(
      text({ max: 80, unique: true, describes: 'The day of the person that it occupies, once it is confirmed.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: { DRAFT: ['CONFIRMED', 'CANCELLED'], CONFIRMED: ['CANCELLED'], CANCELLED: [] },
    closedIn: ['CANCELLED'],
    frozenIn: ['CANCELLED'],
  },
  owner: ownedBy('owner'),
  keys: { byOwner: { gsi: 2, sort: 'date' }, byDate: { gsi: 3, sort: 'date' } },
  title: ({ date: day }) => day,
  events: { replanned: 'Its visits were put into another order, or one fell out.' },
  prepare: (row) => withTotals(row),
});

/** A route, as code sees it. */
export type RouteRow = Row<typeof Route>;
/** A visit in it. */
export type RouteStop = Values<typeof stopFields>;

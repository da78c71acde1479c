import {
  choice,
  dateTime,
  defaulted,
  derivedOptional,
  entity,
  geoPoint,
  integer,
  list,
  longText,
  noOwner,
  object,
  optional,
  text,
  type Row,
} from '#kernel';
import { fold } from '#modules/platform/search';
import { withReview, zoneProblems } from './zone.rules.ts';

/** The two divisions of the world: as maps have it, and as the tenant divides its sales. */
export const zoneKinds = ['GEOGRAPHIC', 'OWN'] as const;
/** How an account came into its zone. */
export const zoneBases = ['MANUAL', 'ADDRESS', 'POINT'] as const;

const corners = (describes: string) => list(geoPoint(), { max: 2000, describes });
const postcode = (describes: string) => optional(text({ max: 20, describes }));

/** A part of the world, or of the tenant's own division of it, in which accounts lie. */
export const Zone = entity('Zone', {
  idPrefix: 'zon',
  describes:
    'A zone: a geographic one (a country, province, city, range of postcodes), or one of our own division (a route, a district), ' +
    'drawn on the map, made of places, or filled by hand. Accounts find theirs by their main address.',
  fields: {
    key: text({
      min: 1,
      max: 80,
      unique: (key: string) => fold(key),
      search: 'words',
      describes: 'What accounts hold. It never changes; no two zones are alike but for capitals and accents.',
    }),
    labels: object(
      'ZoneLabels',
      { es: text({ max: 80, describes: 'In Spanish.' }), en: text({ max: 80, describes: 'In English.' }) },
      { describes: 'What people read.' },
    ),
    kind: choice(zoneKinds, { named: 'ZoneKind', describes: 'Which division it belongs to.' }),
    areas: defaulted(
      list(
        object('ZoneArea', {
          country: optional(text({ max: 2, pattern: /^[A-Z]{2}$/, describes: 'ISO 3166-1 alpha-2.' })),
          province: optional(
            text({ max: 120, describes: 'Province or state, without regard to capitals and accents.' }),
          ),
          city: optional(text({ max: 120, describes: 'City or town, without regard to capitals and accents.' })),
          postcodeFrom: postcode('The first postcode.'),
          postcodeTo: postcode('The last postcode; a shorter one stands for all that begin with it.'),
        }),
        { max: 500, describes: 'Places that it takes in: an address lies in one when all that is said of it agrees.' },
      ),
      [],
    ),
    polygons: defaulted(
      list(
        object('ZonePolygon', {
          outline: corners('Its corners, in order; it closes by itself. Its edge belongs to it.'),
          holes: optional(
            list(object('ZoneHole', { outline: corners('The corners of the hole. Its edge does not belong to it.') }), {
              max: 50,
              describes: 'What is cut out of it.',
            }),
          ),
        }),
        { max: 50, describes: 'Its shapes on the map. One that crosses the 180th meridian is drawn as two.' },
      ),
      [],
    ),
    priority: defaulted(
      integer({
        min: 0,
        max: 1000,
        describes: 'Where zones of a kind overlap, the highest one counts, then the one that says more of the place.',
      }),
      0,
    ),
    description: optional(longText({ max: 2000, describes: 'Anything else, in words.' })),
    reviewAt: derivedOptional(
      dateTime({ describes: 'When accounts are looked at anew, because its definition has changed.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['RETIRED'], RETIRED: ['ACTIVE'] },
    verbs: { ACTIVE: 'reinstated' },
  },
  owner: noOwner,
  keys: {
    byKey: { gsi: 3, sort: 'key' },
    byKind: { gsi: 4, of: 'kind', sort: 'key', keepsClosed: true },
  },
  defaults: ['create', 'update'],
  timeline: ['id'],
  title: ({ key }) => key,
  events: { settled: 'Its new definition holds everywhere: accounts find their zones anew.' },
  prepare: (after, before) => withReview(after, before),
  check: (after, before) => zoneProblems(after, before),
  dueAt: ({ reviewAt }) => reviewAt,
});

/** A zone, as code sees it. */
export type ZoneRow = Row<typeof Zone>;

import type { GeoPoint, Problem } from '#kernel';
import { trustedFor } from '#kernel/remember';

type Area = {
  readonly country?: string;
  readonly province?: string;
  readonly city?: string;
  readonly postcodeFrom?: string;
  readonly postcodeTo?: string;
};
type Ring = readonly GeoPoint[];
type Polygon = { readonly outline: Ring; readonly holes?: readonly { readonly outline: Ring }[] };

/** What the rules need to know of a zone. */
export type ZoneDefinition = {
  readonly key: string;
  readonly kind: 'GEOGRAPHIC' | 'OWN';
  readonly areas: readonly Area[];
  readonly polygons: readonly Polygon[];
  readonly priority: number;
  readonly status: 'ACTIVE' | 'RETIRED';
};
type Zone = ZoneDefinition & { readonly updatedAt: string; readonly reviewAt?: string };

const definitionOf = ({ kind, areas, polygons, priority, status }: Zone): string =>
  JSON.stringify([kind, areas, polygons, priority, status]);

/**
 * A new definition is followed by a look at all accounts: in two minutes, when every container knows of it and whoever draws
 * zones has drawn the next one too.
 */
export const withReview = (after: Zone, before?: Zone): { readonly reviewAt?: string } => {
  if (before && definitionOf(before) === definitionOf(after)) return {};
  return { reviewAt: new Date(new Date(after.updatedAt).getTime() + 2 * trustedFor).toISOString() };
};

/** What is wrong with a zone. */
export const zoneProblems = (after: Zone, before?: Zone): readonly Problem[] => [
  ...keyProblems(after, before),
  ...emptyProblems(after),
  ...after.areas.flatMap(areaProblems),
  ...after.polygons.flatMap(polygonProblems),
];

const keyProblems = ({ key }: Zone, before?: Zone): readonly Problem[] =>
  before && before.key !== key
    ? [{ code: 'KEY_IS_FIXED', message: 'Accounts hold the key of a zone; change its labels.', path: ['key'] }]
    : [];

const emptyProblems = ({ kind, areas, polygons }: Zone): readonly Problem[] =>
  kind === 'GEOGRAPHIC' && areas.length + polygons.length === 0
    ? [{ code: 'ZONE_EMPTY', message: 'Say where it is: by areas or by polygons.', path: ['areas'] }]
    : [];

const areaProblems = (area: Area, index: number): readonly Problem[] => {
  const path = ['areas', index];
  if (Object.keys(area).length === 0)
    return [{ code: 'ZONE_EMPTY', message: 'An area says a country, province, city or postcodes.', path }];
  const { postcodeFrom: from, postcodeTo: to } = area;
  const isTurned = from !== undefined && to !== undefined && !isWithinPostcodes(from, undefined, to);
  return isTurned ? [{ code: 'POSTCODES_TURNED', message: 'The first postcode comes after the last.', path }] : [];
};

const polygonProblems = ({ outline, holes = [] }: Polygon, index: number): readonly Problem[] =>
  [outline, ...holes.map((hole) => hole.outline)].some((ring) => cornersOf(ring) < 3)
    ? [{ code: 'POLYGON_FLAT', message: 'A polygon has three corners at least.', path: ['polygons', index] }]
    : [];

const cornersOf = (ring: Ring): number =>
  new Set(ring.map(({ latitude, longitude }) => `${String(latitude)} ${String(longitude)}`)).size;

const plainPostcode = (postcode: string): string => postcode.toUpperCase().replace(/[\s.-]/g, '');

/** Letter by letter, which for numbers of one length is by number; the last one may be a beginning. */
export const isWithinPostcodes = (postcode: string, from = '', to = ''): boolean => {
  const [code, first, last] = [postcode, from, to].map(plainPostcode) as [string, string, string];
  return code >= first && (last === '' || code.startsWith(last) || code <= last);
};

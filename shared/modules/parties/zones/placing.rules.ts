import pointInPolygon from 'point-in-polygon-hao';
import type { Address, GeoPoint } from '#kernel';
import { fold } from '#modules/platform/search';
import { isWithinPostcodes, type ZoneDefinition } from './zone.rules.ts';

type Area = ZoneDefinition['areas'][number];
type Ring = readonly GeoPoint[];
type Box = { readonly south: number; readonly north: number; readonly west: number; readonly east: number };
type Shape = { readonly box: Box; readonly outline: number[][][]; readonly holes: readonly number[][][][] };

/** A zone with its shapes laid out to be asked often. */
export type ZoneMap = ZoneDefinition & { readonly shapes: readonly Shape[] };

/** A zone that was found, and by what. */
export type Placement = { readonly key: string; readonly by: 'ADDRESS' | 'POINT' };

/** Where something is. */
export type Place = Pick<Address, 'country' | 'province' | 'city' | 'postcode' | 'point'>;

/** The zones in use as maps, those that count first in front. */
export const mapsOf = (zones: readonly ZoneDefinition[]): readonly ZoneMap[] =>
  zones
    .filter(({ status }) => status === 'ACTIVE')
    .map((zone) => ({ ...zone, shapes: zone.polygons.map(shapeOf) }))
    .sort((left, right) => right.priority - left.priority || (left.key < right.key ? -1 : 1));

const shapeOf = ({ outline, holes = [] }: ZoneDefinition['polygons'][number]): Shape => ({
  box: {
    south: Math.min(...outline.map(({ latitude }) => latitude)),
    north: Math.max(...outline.map(({ latitude }) => latitude)),
    west: Math.min(...outline.map(({ longitude }) => longitude)),
    east: Math.max(...outline.map(({ longitude }) => longitude)),
  },
  outline: [closed(outline)],
  holes: holes.map((hole) => [closed(hole.outline)]),
});

const closed = (ring: Ring): number[][] => {
  const corners = ring.map(({ longitude, latitude }) => [longitude, latitude]);
  const [first] = corners;
  const last = corners.at(-1);
  return first && last && (first[0] !== last[0] || first[1] !== last[1]) ? [...corners, [...first]] : corners;
};

/** Whether a point lies in a shape. The edge belongs to it, that of a hole too. */
const holds = ({ box, outline, holes }: Shape, { latitude, longitude }: GeoPoint): boolean => {
  if (latitude < box.south || latitude > box.north || longitude < box.west || longitude > box.east) return false;
  const point = [longitude, latitude];
  return pointInPolygon(point, outline) !== false && !holes.some((hole) => pointInPolygon(point, hole) === true);
};

/** The zone of a kind in which a place lies: of the highest priority, then the one that says most of it. */
export const placeIn = (
  maps: readonly ZoneMap[],
  kind: ZoneDefinition['kind'],
  place: Place,
): Placement | undefined => {
  let best: (Placement & { readonly priority: number; readonly says: number }) | undefined;
  for (const map of maps) {
    if (map.kind !== kind || (best && map.priority < best.priority)) continue;
    const found = foundIn(map, place);
    if (found && found.says > (best?.says ?? 0)) best = { ...found, key: map.key, priority: map.priority };
  }
  return best && { key: best.key, by: best.by };
};

/** A shape on the map says more of a place than any words. */
const byPoint = 100;

const foundIn = (
  { shapes, areas }: ZoneMap,
  place: Place,
): { readonly by: Placement['by']; readonly says: number } | undefined => {
  const { point } = place;
  if (point && shapes.some((shape) => holds(shape, point))) return { by: 'POINT', says: byPoint };
  const says = Math.max(0, ...areas.map((area) => agreement(area, place)));
  return says > 0 ? { by: 'ADDRESS', says } : undefined;
};

/** How much an area says of a place that agrees with it in all; 0 where it does not. A postcode says more than a city, and so on. */
const agreement = ({ country, province, city, postcodeFrom, postcodeTo }: Area, place: Place): number => {
  const hasPostcodes = postcodeFrom !== undefined || postcodeTo !== undefined;
  const tests: readonly (readonly [isAsked: boolean, agrees: boolean, says: number])[] = [
    [country !== undefined, isSame(country, place.country), 1],
    [province !== undefined, isSame(province, place.province), 2],
    [city !== undefined, isSame(city, place.city), 4],
    [hasPostcodes, place.postcode !== undefined && isWithinPostcodes(place.postcode, postcodeFrom, postcodeTo), 8],
  ];
  const asked = tests.filter(([isAsked]) => isAsked);
  return asked.every(([, agrees]) => agrees) ? asked.reduce((sum, [, , says]) => sum + says, 0) : 0;
};

const isSame = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && fold(left.trim()) === fold(right.trim());

import type { GeoPoint } from '#kernel';

/** A place on earth, or in a plane where one unit is one kilometre and takes one minute. */
export type Point = GeoPoint | { readonly x: number; readonly y: number };

/** How people travel: roads are longer than the straight line, and slower in town than between towns. */
export type Travelling = {
  readonly detour: number;
  readonly urbanKmh: number;
  readonly interCityKmh: number;
  /** So much of each leg is driven at the speed of a town. */
  readonly urbanKm: number;
};

/** What holds where a tenant has settled nothing. */
export const usualTravelling: Travelling = { detour: 1.3, urbanKmh: 35, interCityKmh: 70, urbanKm: 20 };

/** Between places: `km[from][to]` and `minutes[from][to]`. */
export type Distances = {
  readonly km: readonly (readonly number[])[];
  readonly minutes: readonly (readonly number[])[];
};

/** What a matrix says between two places; places that it does not know are nowhere apart. */
export const between = (matrix: Distances['km'], from: number, to: number): number => matrix[from]?.[to] ?? 0;

const earthKm = 6371.0088;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The straight way over the earth, in kilometres (haversine). */
export const straightKm = (from: GeoPoint, to: GeoPoint): number => {
  const north = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const east = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const chord = north + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * east;
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(chord)));
};

const drivingMinutes = (km: number, { urbanKm, urbanKmh, interCityKmh }: Travelling): number => {
  const inTown = Math.min(km, urbanKm);
  return (inTown / urbanKmh + (km - inTown) / interCityKmh) * 60;
};

/** The estimate that needs no map: straight lines, lengthened. */
export const estimatedDistances = (points: readonly Point[], travelling: Travelling = usualTravelling): Distances => {
  const km = points.map((from) => points.map((to) => kmBetween(from, to, travelling)));
  const minutes = points.map((from, row) =>
    points.map((_to, column) => {
      const far = km[row]?.[column] ?? 0;
      return 'x' in from ? far : drivingMinutes(far, travelling);
    }),
  );
  return { km, minutes };
};

const kmBetween = (from: Point, to: Point, { detour }: Travelling): number => {
  if ('x' in from && 'x' in to) return Math.hypot(from.x - to.x, from.y - to.y);
  if ('x' in from || 'x' in to) return Infinity;
  return straightKm(from, to) * detour;
};

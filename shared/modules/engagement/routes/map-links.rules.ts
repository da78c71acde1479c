import type { GeoPoint } from '#kernel';

/** Addresses under which map programs show a route. */
export type MapLinks = {
  readonly google: readonly string[];
  readonly openStreetMap: string;
  readonly waze: readonly string[];
};

const text = ({ latitude, longitude }: GeoPoint): string => `${latitude.toFixed(6)},${longitude.toFixed(6)}`;

/** Google Maps takes nine places between start and destination in one address. */
const mostBetween = 9;

/** The route through these points in order. Google in pieces of eleven places; Waze knows one destination at a time. */
export const mapLinks = (points: readonly GeoPoint[]): MapLinks => ({
  google: pieces(points).map((piece) => {
    const [origin = '', ...rest] = piece.map(text);
    const query = new URLSearchParams({ api: '1', travelmode: 'driving', origin, destination: rest.at(-1) ?? origin });
    if (rest.length > 1) query.set('waypoints', rest.slice(0, -1).join('|'));
    return `https://www.google.com/maps/dir/?${query.toString()}`;
  }),
  openStreetMap: `https://www.openstreetmap.org/directions?engine=fossgis_osrm_car&route=${encodeURIComponent(points.map(text).join(';'))}`,
  waze: points.slice(1).map((point) => `https://waze.com/ul?ll=${encodeURIComponent(text(point))}&navigate=yes`),
});

/** Each piece begins where the one before it ends. */
const pieces = (points: readonly GeoPoint[]): readonly (readonly GeoPoint[])[] => {
  const found: (readonly GeoPoint[])[] = [];
  for (let first = 0; first < points.length - 1 || first === 0; first += mostBetween + 1)
    found.push(points.slice(first, first + mostBetween + 2));
  return found;
};

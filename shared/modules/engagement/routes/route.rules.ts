import type { GeoPoint } from '#kernel';
import { mapLinks } from './map-links.rules.ts';

type Planned = {
  readonly owner: string;
  readonly date: string;
  readonly status: string;
  readonly start: GeoPoint;
  readonly end: GeoPoint;
  readonly stops: readonly { readonly minutes: number; readonly point: GeoPoint }[];
};

/** What follows from the stops, and whether the day is taken. */
export const withTotals = ({ owner, date, status, start, end, stops }: Planned) => ({
  visitMinutes: stops.reduce((sum, { minutes }) => sum + minutes, 0),
  links: mapLinks([start, ...stops.map(({ point }) => point), end]),
  holds: status === 'CONFIRMED' ? `${owner}#${date}` : (null as never),
});

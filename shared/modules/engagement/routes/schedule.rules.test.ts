import { describe, expect, it } from '@jest/globals';
import { straightKm, estimatedDistances } from './geography.rules.ts';
import { mapLinks } from './map-links.rules.ts';
import { begins, cutOut, travelled } from './schedule.rules.ts';

const hours = [
  { from: 480, to: 780 },
  { from: 840, to: 1080 },
];

describe('a day on the road', () => {
  it('travels in its hours and rests over lunch', () => {
    expect([travelled(hours, 400, 30), travelled(hours, 480, 0), travelled(hours, 765, 30)]).toEqual([510, 480, 855]);
    expect(travelled(hours, 1060, 30)).toBe(Infinity);
  });

  it('begins a visit in its window and whole within the hours', () => {
    expect(begins(hours, 740, 30)).toBe(740);
    expect(begins(hours, 760, 30)).toBe(840);
    expect(begins(hours, 500, 30, [{ from: 600, to: 660 }])).toBe(600);
    expect(begins(hours, 700, 30, [{ from: 600, to: 660 }])).toBe(Infinity);
    expect(
      begins(hours, 500, 30, [
        { from: 500, to: 510 },
        { from: 900, to: 910 },
      ]),
    ).toBe(500);
  });

  it('leaves out what is busy', () => {
    expect(
      cutOut(hours, [
        { from: 500, to: 520 },
        { from: 770, to: 850 },
      ]),
    ).toEqual([
      { from: 480, to: 500 },
      { from: 520, to: 770 },
      { from: 850, to: 1080 },
    ]);
  });
});

describe('distances', () => {
  const quito = { latitude: -0.1807, longitude: -78.4678 };
  const guayaquil = { latitude: -2.1894, longitude: -79.8891 };

  it('follow the earth, lengthened by roads, slower in town', () => {
    expect(straightKm(quito, guayaquil)).toBeCloseTo(273.3, 0);
    const { km, minutes } = estimatedDistances([quito, guayaquil]);
    expect(km[0]?.[1]).toBeCloseTo(straightKm(quito, guayaquil) * 1.3, 6);
    expect(minutes[0]?.[1]).toBeCloseTo((20 / 35 + ((km[0]?.[1] ?? 0) - 20) / 70) * 60, 6);
  });

  it('are shown by map programs in pieces that they take', () => {
    const points = Array.from({ length: 13 }, (_, index) => ({ latitude: index, longitude: -78 }));
    const { google, waze, openStreetMap } = mapLinks(points);
    expect(google.map((link) => new URL(link).searchParams.get('waypoints')?.split('|').length)).toEqual([9, 1]);
    expect(new URL(google[1] ?? '').searchParams.get('origin')).toBe('10.000000,-78.000000');
    expect(waze).toHaveLength(12);
    expect(new URL(openStreetMap).searchParams.get('route')?.split(';')).toHaveLength(13);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { burma14, tspInstances } from '#test/support/route-instances';
import { shortestTour } from './tour.rules.ts';

type Place = { readonly x: number; readonly y: number };
const matrixOf = <P>(points: readonly P[], far: (from: P, to: P) => number) =>
  points.map((from) => points.map((to) => far(from, to)));
const straight = (from: Place, to: Place): number => Math.hypot(from.x - to.x, from.y - to.y);
const lengthOf = (matrix: readonly (readonly number[])[], tour: readonly number[]): number =>
  tour.reduce((sum, place, index) => sum + (matrix[place]?.[tour[(index + 1) % tour.length] ?? 0] ?? 0), 0);

/** Held and Karp: the optimum by dynamic programming over the sets of places, for small instances. */
const optimum = (matrix: readonly (readonly number[])[]): number => {
  const last = matrix.length - 1;
  let lengths = new Map<string, number>(
    Array.from({ length: last }, (_, end) => [`${String(1 << end)}:${String(end)}`, matrix[last]?.[end] ?? 0]),
  );
  for (let size = 2; size <= last; size += 1) {
    const longer = new Map<string, number>();
    for (const [key, length] of lengths) {
      const [set = 0, end = 0] = key.split(':').map(Number);
      for (let next = 0; next < last; next += 1) {
        if ((set & (1 << next)) !== 0) continue;
        const name = `${String(set | (1 << next))}:${String(next)}`;
        const total = length + (matrix[end]?.[next] ?? 0);
        if (total < (longer.get(name) ?? Infinity)) longer.set(name, total);
      }
    }
    lengths = longer;
  }
  return Math.min(...[...lengths].map(([key, length]) => length + (matrix[Number(key.split(':')[1])]?.[last] ?? 0)));
};

describe('the shortest tour', () => {
  it.each(tspInstances)('of $name is within two hundredths of the optimum', ({ points, optimum: best }) => {
    const tour = shortestTour(matrixOf(points, straight));
    const rounded = matrixOf(points, (from, to) => Math.round(straight(from, to)));
    expect([...tour].sort((one, other) => one - other)).toEqual([...points.keys()]);
    expect(lengthOf(rounded, tour)).toBeLessThanOrEqual(best * 1.02);
  });

  it('of burma14 is the optimum, by the geographic formula of TSPLIB', () => {
    const radians = (value: number): number =>
      (3.141592 * (Math.trunc(value) + (5 * (value - Math.trunc(value))) / 3)) / 180;
    const far = (from: Place, to: Place): number => {
      const q1 = Math.cos(radians(from.y) - radians(to.y));
      const q2 = Math.cos(radians(from.x) - radians(to.x));
      const q3 = Math.cos(radians(from.x) + radians(to.x));
      return Math.trunc(6378.388 * Math.acos(0.5 * ((1 + q1) * q2 - (1 - q1) * q3)) + 1);
    };
    const matrix = matrixOf(burma14.points, (from, to) => (from === to ? 0 : far(from, to)));
    expect(lengthOf(matrix, shortestTour(matrix))).toBe(burma14.optimum);
  });

  it('is the optimum of ten random places, and the same each time', () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 100 }), y: fc.integer({ min: 0, max: 100 }) });
    fc.assert(
      fc.property(fc.array(place, { minLength: 2, maxLength: 10 }), (points) => {
        const matrix = matrixOf(points, straight);
        const tour = shortestTour(matrix);
        expect(tour).toEqual(shortestTour(matrix));
        expect(lengthOf(matrix, tour)).toBeCloseTo(optimum(matrix), 6);
      }),
      { numRuns: 25 },
    );
  });
});

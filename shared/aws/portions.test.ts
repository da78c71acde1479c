import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inPortions } from './portions.ts';

const limits = { entries: 3, bytes: 10 };

describe('portions', () => {
  it('keep every entry in order, within the limits, and are no more than needed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 })), (sizes) => {
        const portions = inPortions(sizes, (size) => size, limits);
        const total = (portion: readonly number[] = []) => portion.reduce((sum, size) => sum + size, 0);
        expect(portions.flat()).toEqual(sizes);
        for (const [place, portion] of portions.entries()) {
          expect(portion.length).toBeLessThanOrEqual(limits.entries);
          expect(portion.length === 1 || total(portion) <= limits.bytes).toBe(true);
          const next = portions[place + 1]?.[0];
          const full = portion.length === limits.entries || next === undefined || total(portion) + next > limits.bytes;
          expect(full).toBe(true);
        }
      }),
    );
  });
});

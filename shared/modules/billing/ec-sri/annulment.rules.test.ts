import { describe, expect, it } from '@jest/globals';
import { annulmentProblem } from './annulment.rules.ts';

describe('annulling on the portal', () => {
  it.each([
    ['2026-11-22', '2026-11-22', true],
    ['2026-11-22', '2026-12-07', true],
    ['2026-11-22', '2026-12-08', false],
    ['2026-12-31', '2027-01-07', true],
    ['2026-12-31', '2027-01-08', false],
    ['2026-11-22', '2026-11-21', false],
  ])('what was issued on %s on %s: %s', (issuedOn, annulledOn, isPossible) => {
    expect(annulmentProblem({ issuedOn }, annulledOn, '2027-02-01') === undefined).toBe(isPossible);
  });

  it('never for a final consumer', () => {
    expect(annulmentProblem({ issuedOn: '2026-11-22', isUnnamed: true }, '2026-11-22', '2026-11-23')).toBeDefined();
  });

  it('never ahead of time', () => {
    expect(annulmentProblem({ issuedOn: '2026-11-22' }, '2026-11-24', '2026-11-23')).toBeDefined();
  });
});

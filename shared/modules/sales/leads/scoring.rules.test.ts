import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultScoring } from './default-scoring.rules.ts';
import { isFreeMail, nextScoring, scoreOf, type Scored } from './scoring.rules.ts';

const now = new Date('2026-11-22T15:00:00.000Z');
const daysAgo = (days: number): string => new Date(now.getTime() - days * 86_400_000).toISOString();
const lead = (more: Partial<Scored> = {}): Scored => ({ signals: [], ...more });
const did = (...signals: readonly (readonly [signal: string, daysAgo: number])[]): Scored =>
  lead({ signals: signals.map(([signal, days]) => ({ signal, at: daysAgo(days) })) });
const score = (of: Scored) => scoreOf(of, defaultScoring, now);

describe('fit', () => {
  it('adds up what a lead is, with its reasons', () => {
    const found = score(
      lead({
        company: 'Acme',
        phone: '+593991234567',
        employees: 80,
        jobTitle: 'Gerente de compras',
        email: 'a@acme.ec',
      }),
    );
    expect(found).toMatchObject({ fit: 50, behaviour: 0, score: 50, grade: 'B' });
    expect(found.breakdown).toEqual([
      { rule: 'COMPANY', part: 'FIT', points: 10 },
      { rule: 'PHONE', part: 'FIT', points: 5 },
      { rule: 'EMPLOYEES', part: 'FIT', points: 20 },
      { rule: 'ROLE', part: 'FIT', points: 15 },
    ]);
  });

  it('takes ten for an address of a free provider, and is never below nothing', () => {
    expect(score(lead({ company: 'Acme', phone: '1', email: 'ana@gmail.com' })).fit).toBe(5);
    expect(score(lead({ email: 'ana@yahoo.com.ec' }))).toMatchObject({ fit: 0, grade: 'D' });
    expect(isFreeMail('ana@gmailing.com')).toBe(false);
  });
});

describe('behaviour', () => {
  it.each([
    [[['REPLY', 0]], 15],
    [[['REPLY', 14]], 8],
    [[['MEETING', 28]], 5],
    [
      [
        ['MEETING', 0],
        ['REPLY', 0],
        ['PRICING_PAGE', 0],
      ],
      43,
    ],
    [
      [
        ['OPEN', 0],
        ['OPEN', 0],
        ['OPEN', 0],
        ['OPEN', 0],
        ['OPEN', 0],
      ],
      3,
    ],
    [
      [
        ['MEETING', 0],
        ['MEETING', 0],
        ['MEETING', 0],
      ],
      50,
    ],
    [
      [
        ['MEETING', 0],
        ['UNSUBSCRIBE', 0],
      ],
      0,
    ],
    [[['SNEEZE', 0]], 0],
  ] as const)('of %j comes to %i', (signals, points) => {
    expect(score(did(...signals)).behaviour).toBe(points);
  });

  it('fades: never more with time, when all that happened was good', () => {
    const signal = fc.record({
      signal: fc.constantFrom('REPLY', 'MEETING', 'OPEN', 'PRICING_PAGE'),
      at: fc.integer({ min: 0, max: 200 }).map(daysAgo),
    });
    fc.assert(
      fc.property(fc.array(signal), fc.integer({ min: 1, max: 100 }), (signals, days) => {
        const later = new Date(now.getTime() + days * 86_400_000);
        const [is, will] = [now, later].map((at) => scoreOf(lead({ signals }), defaultScoring, at).score);
        expect(will).toBeLessThanOrEqual(is ?? 0);
      }),
    );
  });
});

describe('the next scoring', () => {
  const next = (of: Scored, isQualified = false) => nextScoring(of, defaultScoring, now, isQualified);

  it('is never, when nothing fades', () => {
    expect(next(lead({ company: 'Acme' }))).toBeUndefined();
    expect(next(did(['REPLY', 200]))).toBeUndefined();
  });

  it('is at once over the threshold, and not again once it is qualified', () => {
    const hot = { ...did(['MEETING', 0], ['MEETING', 0]), company: 'Acme', employees: 60, phone: '1' };
    expect(score(hot).score).toBe(75);
    expect(next(hot)).toBe(now.toISOString());
    expect(next(hot, true)).toBe(new Date(now.getTime() + 86_400_000).toISOString());
  });

  it('is on the day on which the grade falls, else in a week', () => {
    const warm = did(['MEETING', 0], ['PRICING_PAGE', 0]);
    expect(score(warm)).toMatchObject({ score: 28, grade: 'C' });
    const at = new Date(next(warm) ?? '');
    expect(scoreOf(warm, defaultScoring, at).grade).toBe('D');
    expect(scoreOf(warm, defaultScoring, new Date(at.getTime() - 86_400_000)).grade).toBe('C');
    expect(next(did(['REPLY', 0]))).toBe(new Date(now.getTime() + 7 * 86_400_000).toISOString());
  });
});

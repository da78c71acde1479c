import { describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { paymentPromises } from './alert-source.rules.ts';
import { planStanding, promiseOutcome, receivedFor } from './promise.rules.ts';

const days = { madeOn: '2026-11-10', promisedOn: '2026-11-20' };

describe('a promise', () => {
  it('counts what comes in from its making to a day after it is due', () => {
    const receipts = [
      { on: '2026-11-09', amount: 1 },
      { on: '2026-11-10', amount: 10 },
      { on: '2026-11-21', amount: 100 },
      { on: '2026-11-22', amount: 1000 },
      { on: '2026-11-15', amount: -5 },
    ];
    expect(receivedFor(days, receipts)).toBe(105);
  });

  it('is kept as soon as all is there, and broken or partly kept when its day is over', () => {
    expect([promiseOutcome(100, 100, false), promiseOutcome(100, 120, true)]).toEqual(['KEPT', 'KEPT']);
    expect([promiseOutcome(100, 99, false), promiseOutcome(100, 0, false)]).toEqual([undefined, undefined]);
    expect([promiseOutcome(100, 99, true), promiseOutcome(100, 0, true)]).toEqual(['PARTIAL', 'BROKEN']);
    expect(promiseOutcome(100, -5, true)).toBe('BROKEN');
  });

  it('in instalments goes on while each is paid in its turn', () => {
    const plan = [
      { dueOn: '2026-11-20', amount: 100 },
      { dueOn: '2026-12-20', amount: 50 },
    ];
    expect(planStanding(plan, 0, '2026-11-21')).toEqual({ paid: 0, isLate: false, nextOn: '2026-11-20' });
    expect(planStanding(plan, 99, '2026-11-22')).toEqual({ paid: 0, isLate: true, nextOn: '2026-11-20' });
    expect(planStanding(plan, 149, '2026-11-22')).toEqual({ paid: 1, isLate: false, nextOn: '2026-12-20' });
    expect(planStanding(plan, 150, '2027-01-01')).toEqual({ paid: 2, isLate: false });
  });
});

describe('what people are alerted to', () => {
  it('is a promise that was broken, or kept in part only', () => {
    const standings = ['OPEN', 'KEPT', 'CANCELLED', 'PARTIAL', 'BROKEN'].map((status) =>
      paymentPromises.kind === 'PROMISE' ? paymentPromises.standing({ status } as unknown as AnyRow).is : undefined,
    );
    expect(standings).toEqual(['OPEN', 'KEPT', 'KEPT', 'BROKEN', 'BROKEN']);
  });
});

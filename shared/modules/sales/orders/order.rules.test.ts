import { describe, expect, it } from '@jest/globals';
import { moneyOf } from '#kernel';
import { creditStanding } from './credit.rules.ts';
import { cancellableOf, isComplete, prepareOrder, progressOf, uninvoicedOf } from './order.rules.ts';
import { limits, periodOf } from './samples.rules.ts';

const usd = (minor: number) => moneyOf(minor, 'USD');
const line = (quantity: string, more: object = {}) => ({
  ...{ quantity, delivered: '0', returned: '0', invoiced: '0', cancelled: '0', total: usd(1000) },
  ...more,
});

describe('where an order is', () => {
  it('follows from the quantities of its lines, each way by itself', () => {
    const progress = (...lines: readonly ReturnType<typeof line>[]) => Object.values(progressOf(lines));
    expect(progress(line('2'))).toEqual(['NONE', 'NONE']);
    expect(progress(line('2', { delivered: '1' }))).toEqual(['PARTIAL', 'NONE']);
    expect(progress(line('2', { delivered: '2', invoiced: '1' }), line('1', { cancelled: '1' }))).toEqual([
      ...['COMPLETE', 'PARTIAL'],
    ]);
    expect(progress(line('2', { delivered: '2', returned: '1', invoiced: '1' }))).toEqual(['COMPLETE', 'COMPLETE']);
    expect(progress(line('2', { cancelled: '2' }))).toEqual(['NONE', 'NONE']);
  });

  it('is complete for samples without an invoice', () => {
    const lines = [line('2', { delivered: '2' })];
    expect(['STANDARD', 'SAMPLE'].map((type) => isComplete({ type, lines }))).toEqual([false, true]);
  });

  it('says what may be cancelled and invoiced, and what that comes to', () => {
    const some = line('10', { delivered: '4', returned: '1', invoiced: '6' });
    expect([cancellableOf(some), uninvoicedOf(some)]).toEqual(['4', '3']);
    const state = { type: 'STANDARD', total: usd(1000), lines: [line('3', { invoiced: '1' })], timeZone: 'UTC' };
    expect(prepareOrder({ ...state, status: 'CONFIRMED' }).uninvoiced).toEqual(usd(667));
    expect(prepareOrder({ ...state, status: 'CANCELLED' }).uninvoiced).toEqual(usd(0));
    expect(prepareOrder({ ...state, status: 'CONFIRMED', type: 'TRANSFER' }).uninvoiced).toEqual(usd(0));
  });

  it('is late the day after the earliest day on which something is still awaited', () => {
    const lines = [
      line('1', { expectedOn: '2026-12-01', delivered: '1' }),
      line('1', { expectedOn: '2026-12-09' }),
      line('1', { expectedOn: '2026-12-05' }),
    ];
    const state = { status: 'CONFIRMED', type: 'STANDARD', total: usd(0), lines, timeZone: 'America/Guayaquil' };
    expect(prepareOrder(state)).toMatchObject({ nextExpectedOn: '2026-12-05', lateAt: '2026-12-06T05:00:00.000Z' });
    expect(prepareOrder({ ...state, toldLateOn: '2026-12-05' }).lateAt).toBeNull();
    expect(prepareOrder({ ...state, status: 'DRAFT' })).toMatchObject({ nextExpectedOn: null, lateAt: null });
  });
});

describe('credit', () => {
  const figures = {
    limit: usd(10_000),
    overdueDays: 0,
    owed: [usd(4000)],
    ordered: [usd(5000)],
    unapplied: [usd(500)],
  };

  it('is the limit less what is owed and ordered, and what was paid ahead', () => {
    const { used, free, holds } = creditStanding(figures, 'USD', usd(1500));
    expect([used, free, holds]).toEqual([usd(8500), usd(1500), []]);
    expect(creditStanding(figures, 'USD', usd(1501)).holds).toEqual(['CREDIT_LIMIT']);
  });

  it('is refused while a customer is blocked, something is overdue too long, or currencies do not add up', () => {
    const holds = (more: object, currency = 'USD') => creditStanding({ ...figures, ...more }, currency).holds;
    expect(holds({ blocked: 'Legal' })).toEqual(['CREDIT_BLOCKED']);
    expect(holds({ overdueDays: 31, maxOverdueDays: 30 })).toEqual(['OVERDUE']);
    expect(holds({ overdueDays: 30, maxOverdueDays: 30 })).toEqual([]);
    expect(holds({ owed: [moneyOf(1, 'EUR')] })).toEqual(['CURRENCY']);
    expect(holds({ ordered: [], isPartial: true })).toEqual(['CREDIT_LIMIT']);
    expect(holds({}, 'EUR')).toEqual(['CURRENCY']);
  });
});

describe('limits of samples', () => {
  it('speak of a product, a family with those within it, a seller, a team, or of all', () => {
    const sample = { product: 'p', family: 'Drinks/Juices', seller: 'u', team: 't' };
    const speaks = (limit: object) => limits({ isActive: true, ...limit }, sample);
    expect([{}, { product: 'p' }, { family: 'Drinks' }, { user: 'u', team: 't' }].map(speaks)).toEqual([
      ...[true, true, true, true],
    ]);
    expect([{ product: 'q' }, { family: 'Drink' }, { user: 'v' }, { isActive: false }].map(speaks)).toEqual([
      ...[false, false, false, false],
    ]);
  });

  it('count in months, quarters and years', () => {
    expect((['MONTH', 'QUARTER', 'YEAR'] as const).map((period) => periodOf('2026-11-22', period))).toEqual([
      ...['2026-11', '2026-Q4', '2026'],
    ]);
  });
});

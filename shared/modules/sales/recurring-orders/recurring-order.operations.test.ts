import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { Order, type OrderRow } from '#modules/sales/orders';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { RecurringOrder, type RecurringOrderRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let account: string;
let coffee: { readonly id: string; readonly version: number };

const run = <Result = RecurringOrderRow>(operation: string, input: Readonly<Record<string, unknown>>) =>
  domain.run<Result>(operation, input, domain.actor());
const usd = (amount: string) => ({ amount, currency: 'USD' });
const agree = (more: object = {}) =>
  run('createRecurringOrder', {
    ...{ account, subject: 'Coffee', rule: 'FREQ=WEEKLY', startsAt: '2026-11-24T13:00:00.000Z' },
    ...{ lines: [{ product: coffee.id, quantity: '2', discounts: [{ kind: 'PERCENT', value: '10' }] }], ...more },
  });
const now = (id: string) => domain.reader().data(RecurringOrder).get(id);
const on = async (moment: string) => {
  await domain.advanceTo(moment);
  await domain.settle();
};
const ordersOf = async (id: string): Promise<readonly OrderRow[]> =>
  (
    await domain
      .reader()
      .data(Order)
      .page('byRecurring' as never, { of: id, first: 50 })
  ).rows;
const ordered = async (id: string) =>
  (await ordersOf(id)).map(
    ({ requestedOn, totals, status }) => `${String(requestedOn)} ${toDecimal(totals.base)} ${status}`,
  );
const dearer = async () => {
  coffee = await run('updateProduct', { id: coffee.id, version: coffee.version, listPrice: usd('20') });
};

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  account = (await run<{ id: string }>('createAccount', { name: 'Customer' })).id;
  coffee = await run('createProduct', { sku: 'COFFEE', name: 'Coffee', kind: 'SERVICE', listPrice: usd('10') });
  await run('createActivityType', { name: { es: 'Tarea', en: 'Task' }, key: 'TASK' });
});

describe('a recurring order', () => {
  it('makes one order at a time, so many days before its day, at the prices of that day', async () => {
    const { id, nextOccurrence, nextAt } = await agree({ leadDays: 1, rule: 'FREQ=WEEKLY;COUNT=3' });
    expect([nextOccurrence, nextAt]).toEqual(['2026-11-24T13:00:00.000Z', '2026-11-23T13:00:00.000Z']);
    await on('2026-11-24T00:00:00.000Z');
    expect(await ordered(id)).toEqual(['2026-11-24 18.00 DRAFT']);
    await dearer();
    await on('2026-12-01T00:00:00.000Z');
    expect(await ordered(id)).toEqual(['2026-11-24 18.00 DRAFT', '2026-12-01 36.00 DRAFT']);
    expect(await now(id)).toMatchObject({ status: 'ACTIVE', made: 2, nextOccurrence: '2026-12-08T13:00:00.000Z' });
    await on('2026-12-31T00:00:00.000Z');
    expect(await now(id)).toMatchObject({ status: 'ENDED', made: 3 });
    expect(await ordered(id)).toHaveLength(3);
  });

  it('keeps the prices of the day of its agreement where that was agreed, and confirms by itself', async () => {
    const { id } = await agree({ priceMode: 'FIXED', autoConfirm: true, headerDiscounts: [{ percent: '5' }] });
    await dearer();
    await on('2026-11-25T00:00:00.000Z');
    const [order] = await ordersOf(id);
    expect(order).toMatchObject({ status: 'CONFIRMED', arePricesAgreed: true });
    expect(await ordered(id)).toEqual(['2026-11-24 17.10 CONFIRMED']);
  });

  it('stays at its time on the clock of its zone, and on the last day of months by the rule for it', async () => {
    const madrid = { timeZone: 'Europe/Madrid', startsAt: '2027-01-31T08:00:00.000Z' };
    const { id } = await agree({ ...madrid, rule: 'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1' });
    const ahead = await run<{ occurrences: readonly string[] }>('occurrencesAhead', { recurringOrder: id, first: 4 });
    expect(ahead.occurrences).toEqual([
      '2027-01-31T08:00:00.000Z',
      '2027-02-28T08:00:00.000Z',
      '2027-03-31T07:00:00.000Z',
      '2027-04-30T07:00:00.000Z',
    ]);
  });

  it('leaves out what it is told to, rests and goes on without what came meanwhile', async () => {
    const { id } = await agree({ except: ['2026-12-01T13:00:00.000Z'] });
    const skipped = await run('skipNextOrder', { id, version: 1 });
    expect(skipped.nextOccurrence).toBe('2026-12-08T13:00:00.000Z');
    const paused = await run('pauseRecurringOrder', { id, version: skipped.version });
    expect(paused.nextAt).toBeUndefined();
    await on('2026-12-16T15:00:00.000Z');
    expect(await ordered(id)).toEqual([]);
    const resumed = await run('resumeRecurringOrder', { id, version: paused.version });
    expect(resumed.nextOccurrence).toBe('2026-12-22T13:00:00.000Z');
    const ended = await run('endRecurringOrder', { id, version: resumed.version });
    await on('2027-01-16T15:00:00.000Z');
    expect(await ordered(id)).toEqual([]);
    expect(await failure(run('resumeRecurringOrder', { id, version: ended.version }))).toBe('INVALID_STATE');
  });

  it('goes on when an occurrence cannot be ordered: its owner gets a task with the reason', async () => {
    const { id } = await agree();
    await run('updateProduct', { id: coffee.id, version: coffee.version, active: false });
    await on('2026-11-25T00:00:00.000Z');
    expect(await now(id)).toMatchObject({
      ...{ made: 0, nextOccurrence: '2026-12-01T13:00:00.000Z' },
      problem: { code: 'PRODUCT_INACTIVE', occurrence: '2026-11-24T13:00:00.000Z' },
    });
    const [task] = (await domain.reader().data(Activity).list({ first: 5 })).rows;
    expect(task?.notes).toContain('PRODUCT_INACTIVE');
    await run('updateProduct', { id: coffee.id, version: coffee.version + 1, active: true });
    await on('2026-12-02T00:00:00.000Z');
    expect((await now(id)).problem).toBeUndefined();
    expect((await ordersOf(id)).map(({ number }) => number)).toEqual(['00001']);
  });

  it('makes the order of an occurrence once, also when it is told to again', async () => {
    const { id } = await agree();
    await on('2026-11-25T00:00:00.000Z');
    const { version } = await now(id);
    const back = { id, version, startsAt: '2026-11-24T13:00:00.000Z' };
    domain.clock.set('2026-11-24T12:00:00.000Z');
    await run('updateRecurringOrder', back);
    await on('2026-11-25T12:00:00.000Z');
    expect(await ordered(id)).toHaveLength(1);
    expect(await now(id)).toMatchObject({ nextOccurrence: '2026-12-01T13:00:00.000Z' });
  });

  it('refuses what is no rule, is over, or ends in two ways', async () => {
    expect(await failure(agree({ rule: 'FREQ=WEEKLY;COUNT=3;UNTIL=20271231T000000Z' }))).toBe('RULE_INVALID');
    expect(await failure(agree({ rule: 'FREQ=WEEKLY;BYDAY=XX' }))).toBe('RULE_INVALID');
    expect(
      await failure(agree({ rule: 'FREQ=WEEKLY;UNTIL=20250101T000000Z', startsAt: '2024-11-24T13:00:00.000Z' })),
    ).toBe('SERIES_OVER');
    expect(await failure(agree({ lines: [] }))).toBe('NO_LINES');
    expect(await failure(agree({ timeZone: 'Moon/Crater' }))).toBe('BAD_INPUT');
    const { id } = await agree();
    await run('updateRecurringOrder', { id, version: 1, lines: [{ product: coffee.id, quantity: '1' }] });
    expect(await failure(run('updateRecurringOrder', { id, version: 1, subject: 'X' }))).toBe('STALE_VERSION');
  });
});

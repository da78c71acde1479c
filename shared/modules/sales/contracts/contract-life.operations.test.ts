import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { startContracting, type Contracting } from '#test/support/contracting';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ContractPeriod } from './index.ts';

const tenanted = withTenantTable();
let contracting: Contracting;
const run: Contracting['run'] = (operation, input) => contracting.run(operation, input);
const draft: Contracting['draft'] = (more) => contracting.draft(more);
const activated: Contracting['activated'] = (more) => contracting.activated(more);
const now: Contracting['now'] = (id) => contracting.now(id);
const billed: Contracting['billed'] = (id) => contracting.billed(id);
const on: Contracting['on'] = (moment) => contracting.on(moment);

beforeEach(async () => {
  contracting = await startContracting(tenanted);
});

describe('a contract that runs', () => {
  it('bills one period at a time, in advance, the first and the last of the calendar by their days', async () => {
    const { id } = await activated({ startsOn: '2026-12-17', endsOn: '2027-02-14', calendarPeriods: true });
    expect(await now(id)).toMatchObject({ status: 'ACTIVE', nextStep: 'PERIOD', signedBy: 'Ana Vera' });
    await on('2026-12-20T12:00:00.000Z');
    expect(await billed(id)).toEqual(['2026-12-17 2026-12-31 2026-12-17 48.39']);
    await on('2027-02-14T12:00:00.000Z');
    expect((await billed(id)).slice(1)).toEqual([
      '2027-01-01 2027-01-31 2027-01-01 100.00',
      '2027-02-01 2027-02-14 2027-02-01 50.00',
    ]);
    const periods = contracting.domain.reader().data(ContractPeriod);
    const [first] = (await periods.page('byContract', { of: id, first: 1 })).rows;
    const whole = await periods.get(first?.id ?? '');
    expect(whole).toMatchObject({ days: 15, ofDays: 31, share: '0.483871', account: contracting.account });
    expect(whole.lines).toMatchObject([{ product: contracting.care, quantity: '1', unitPrice: '48.387097' }]);
    expect([whole.totals.tax, whole.total].map(toDecimal)).toEqual(['7.26', '55.65']);
    await on('2027-02-15T12:00:00.000Z');
    expect(await now(id)).toMatchObject({ status: 'ENDED' });
    expect(await billed(id)).toHaveLength(3);
  });

  it('bills in arrears on the day after, and counts months from its first day without drifting', async () => {
    const { id } = await activated({ startsOn: '2026-12-31', endsOn: '2027-03-15', billing: 'IN_ARREARS' });
    await on('2027-01-29T12:00:00.000Z');
    expect(await billed(id)).toEqual([]);
    await on('2027-04-01T12:00:00.000Z');
    expect(await billed(id)).toEqual([
      '2026-12-31 2027-01-30 2027-01-31 100.00',
      '2027-01-31 2027-02-27 2027-02-28 100.00',
      '2027-02-28 2027-03-15 2027-03-16 51.61',
    ]);
    expect(await now(id)).toMatchObject({ status: 'ENDED' });
  });

  it('changes its prices in its month: periods that began before keep the old ones', async () => {
    const { id } = await activated({
      ...{ startsOn: '2026-11-22', billing: 'IN_ARREARS', calendarPeriods: true, period: 'QUARTER' },
      indexation: { month: 2, percent: '10' },
    });
    await on('2027-07-01T12:00:00.000Z');
    expect((await billed(id)).slice(1)).toEqual([
      '2027-01-01 2027-03-31 2027-04-01 100.00',
      '2027-04-01 2027-06-30 2027-07-01 110.00',
    ]);
    const contract = await now(id);
    expect(contract.priceChanges).toMatchObject([
      { percent: '10', before: { minor: 11_500 }, after: { minor: 12_650 } },
    ]);
    const { version } = contract;
    const given = { id, version, index: 'IPC', from: '105.2', to: '110.46' };
    const changed = await run('indexContract', given);
    expect(changed.priceChanges.at(-1)).toMatchObject({ percent: '5', index: 'IPC: 105.2 → 110.46' });
    expect(toDecimal(changed.totals.base)).toBe('115.50');
    expect(await failure(run('indexContract', { id, version: changed.version, index: 'IPC' }))).toBe(
      'INDEX_INCOMPLETE',
    );
  });

  it('bills what is under way in arrears at the old prices before others that were given count', async () => {
    const { id } = await activated({ startsOn: '2026-12-01', billing: 'IN_ARREARS' });
    await on('2026-12-10T15:00:00.000Z');
    const waiting = await run('indexContract', { id, version: (await now(id)).version, percent: '50' });
    expect([toDecimal(waiting.totals.base), waiting.pendingChange]).toEqual([
      '100.00',
      { on: '2026-12-10', percent: '50' },
    ]);
    await on('2027-02-01T15:00:00.000Z');
    expect((await billed(id)).map((period) => period.slice(-6))).toEqual(['100.00', '150.00']);
    expect((await now(id)).pendingChange).toBeUndefined();
  });

  it('warns of its end with a task, asks for an index that nobody has given, and renews itself', async () => {
    const { id } = await activated({
      ...{ startsOn: '2026-12-01', endsOn: '2027-02-28', period: 'QUARTER', calendarPeriods: false },
      ...{ renewal: 'AUTOMATIC', renewMonths: 3, noticeDays: 15, indexation: { month: 1 } },
    });
    await on('2027-03-02T12:00:00.000Z');
    expect(await now(id)).toMatchObject({
      status: 'ACTIVE',
      endsOn: '2027-05-31',
      renewals: 1,
      noticedFor: '2027-02-28',
    });
    expect(await billed(id)).toHaveLength(2);
    const tasks = (await contracting.domain.reader().data(Activity).list({ first: 10 })).rows;
    expect(tasks.map(({ subject }) => subject.replace(/^.*: /, '')).sort()).toEqual([
      'Indicar el índice de precios',
      'Se renueva solo',
    ]);
  });

  it('rests without being billed: what is in arrears up to yesterday, and again from the day on which it goes on', async () => {
    const { id } = await activated({ startsOn: '2026-12-01', billing: 'IN_ARREARS', calendarPeriods: true });
    await on('2026-12-11T15:00:00.000Z');
    const rest = await run('suspendContract', { id, version: (await now(id)).version, reason: 'Unpaid' });
    expect(rest).toMatchObject({ status: 'SUSPENDED', suspendedOn: '2026-12-11', reason: 'Unpaid' });
    expect(rest.nextStepAt).toBeUndefined();
    await on('2027-01-17T15:00:00.000Z');
    await run('resumeContract', { id, version: rest.version });
    await on('2027-02-01T15:00:00.000Z');
    expect(await billed(id)).toEqual([
      '2026-12-01 2026-12-10 2026-12-11 32.26',
      '2027-01-17 2027-01-31 2027-02-01 48.39',
    ]);
  });

  it('ends on the day for which it is cancelled, at once while it does not run', async () => {
    const { id, version } = await activated({ startsOn: '2026-12-01', calendarPeriods: true });
    const bad = run('cancelContract', { id, version, reason: 'Moves away', on: '2026-11-01' });
    expect(await failure(bad)).toBe('ALREADY_OVER');
    await run('cancelContract', { id, version, reason: 'Moves away', on: '2027-01-10' });
    const later = { id, version: (await now(id)).version, reason: 'Later', on: '2027-03-10' };
    expect(await failure(run('cancelContract', later))).toBe('BAD_INPUT');
    await on('2027-02-01T15:00:00.000Z');
    expect(await now(id)).toMatchObject({ status: 'CANCELLED', reason: 'Moves away' });
    expect((await billed(id)).at(-1)).toBe('2027-01-01 2027-01-10 2027-01-01 32.26');
    const other = await draft();
    expect(await run('cancelContract', { id: other.id, version: 1, reason: 'No' })).toMatchObject({
      status: 'CANCELLED',
    });
  });

  it('bills a period once, also when its step is taken twice', async () => {
    const { id } = await activated({ startsOn: '2026-11-22' });
    await on('2026-11-23T12:00:00.000Z');
    const contract = await now(id);
    const twice = { id, version: contract.version };
    await run('suspendContract', { ...twice, reason: 'Rest' });
    await run('resumeContract', { id, version: contract.version + 1 });
    await on('2026-12-21T12:00:00.000Z');
    expect(await billed(id)).toEqual(['2026-11-22 2026-12-21 2026-11-22 100.00']);
  });
});

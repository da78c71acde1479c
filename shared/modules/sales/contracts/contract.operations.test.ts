import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { Contract, ContractPeriod, type ContractRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let account: string;
let care: string;

const run = <Result = ContractRow>(operation: string, input: Readonly<Record<string, unknown>>) =>
  domain.run<Result>(operation, input, domain.actor());
const draft = (more: object = {}) =>
  run('createContract', {
    ...{ account, subject: 'Care', startsOn: '2026-12-01', lines: [{ product: care, quantity: '1' }] },
    ...more,
  });
const activated = async (more: object = {}) => {
  const { id, version } = await draft(more);
  return run('activateContract', { id, version, by: 'Ana Vera' });
};
const now = (id: string) => domain.reader().data(Contract).get(id);
const on = async (moment: string) => {
  await domain.advanceTo(moment);
  await domain.settle();
};
const periodsOf = async (id: string) =>
  (await domain.reader().data(ContractPeriod).page('byContract', { of: id, first: 50 })).rows;
const billed = async (id: string) =>
  (await periodsOf(id)).map(({ from, to, billOn, totals }) => `${from} ${to} ${billOn} ${toDecimal(totals.base)}`);

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  account = (await run<{ id: string }>('createAccount', { name: 'Customer' })).id;
  const product = { sku: 'CARE', name: 'Care', kind: 'SERVICE', listPrice: { amount: '100', currency: 'USD' } };
  care = (await run<{ id: string }>('createProduct', product)).id;
  await run('createActivityType', { name: { es: 'Tarea', en: 'Task' }, key: 'TASK' });
});

describe('a contract', () => {
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
    const [first] = await periodsOf(id);
    const whole = await domain
      .reader()
      .data(ContractPeriod)
      .get(first?.id ?? '');
    expect(whole).toMatchObject({ days: 15, ofDays: 31, share: '0.483871', account });
    expect(whole.lines).toMatchObject([{ product: care, quantity: '1', unitPrice: '48.387097' }]);
    expect([whole.totals.tax, whole.total].map(toDecimal)).toEqual(['7.26', '55.65']);
    await on('2027-02-15T12:00:00.000Z');
    expect(await now(id)).toMatchObject({ status: 'ENDED' });
    expect(await billed(id)).toHaveLength(3);
  });
});

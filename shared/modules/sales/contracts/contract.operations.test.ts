import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { Signature } from '#modules/platform/signing';
import type { QuoteRow } from '#modules/sales/quotes';
import { failure, startDomain, type Domain } from '#test/support/domain';
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
    const tasks = (await domain.reader().data(Activity).list({ first: 10 })).rows;
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
    await on('2027-02-01T15:00:00.000Z');
    expect(await now(id)).toMatchObject({ status: 'CANCELLED', reason: 'Moves away' });
    expect((await billed(id)).at(-1)).toBe('2027-01-01 2027-01-10 2027-01-01 32.26');
    const other = await draft();
    expect(await run('cancelContract', { id: other.id, version: 1, reason: 'No' })).toMatchObject({
      status: 'CANCELLED',
    });
  });

  it('changes as a draft; once it runs only how it ends', async () => {
    const { id, version } = await draft();
    const twice = await run('updateContract', { id, version, lines: [{ product: care, quantity: '2' }] });
    expect(toDecimal(twice.total)).toBe('230.00');
    expect(await failure(run('updateContract', { id, version, subject: 'X' }))).toBe('STALE_VERSION');
    const bad = { id, version: 2, headerDiscounts: [{ percent: '10' }] };
    expect(await failure(run('updateContract', bad))).toBe('LINES_NEEDED');
    expect(await failure(run('updateContract', { id, version: 2, renewal: 'AUTOMATIC' }))).toBe('BAD_INPUT');
    const running = await run('activateContract', { id, version: 2, by: 'Ana' });
    expect(await failure(run('updateContract', { id, version: running.version, period: 'YEAR' }))).toBe(
      'INVALID_STATE',
    );
    expect(await run('updateContract', { id, version: running.version, noticeDays: 60 })).toMatchObject({
      noticeDays: 60,
    });
    expect(await failure(run('createContract', { account, subject: 'X', startsOn: '2026-12-01', lines: [] }))).toBe(
      'NO_LINES',
    );
  });

  it('is made of an accepted offer: the lines that are named, at the prices that were accepted', async () => {
    const lines = [
      { product: care, quantity: '2', discounts: [{ kind: 'PERCENT', value: '10' }] },
      { product: care, quantity: '1' },
    ];
    const offer = { account, subject: 'Care', validUntil: '2099-12-31', lines, headerDiscounts: [{ percent: '5' }] };
    const contact = (
      await run<{ id: string }>('createContact', { firstName: 'Ana', lastName: 'Vera', account, email: 'a@x.test' })
    ).id;
    const quote = await run<QuoteRow>('createQuote', { ...offer, contact });
    const sent = await run<QuoteRow>('sendQuote', { id: quote.id, version: 1 });
    expect(await failure(run('createContractFromQuote', { quote: quote.id, startsOn: '2026-12-01' }))).toBe(
      'INVALID_STATE',
    );
    await run('acceptQuote', { id: quote.id, version: sent.version, by: 'Ana' });
    await run('updateProduct', { id: care, version: 1, listPrice: { amount: '500', currency: 'USD' } });
    const some = { quote: quote.id, startsOn: '2026-12-01', lines: [{ key: '1' }] };
    const contract = await run('createContractFromQuote', some);
    expect([contract.totals.base, contract.total].map(toDecimal)).toEqual(['171.00', '196.65']);
    expect(await failure(run('createContractFromQuote', some))).toBe('OVER_CONVERTED');
    const rest = await run('createContractFromQuote', { quote: quote.id, startsOn: '2026-12-01' });
    expect(toDecimal(rest.totals.base)).toBe('95.00');
  });

  it('is sent to be signed as a document that stays; signing on paper or cancelling takes the request back', async () => {
    const contact = async (email?: string) =>
      (
        await run<{ id: string }>('createContact', {
          firstName: 'Ana',
          lastName: 'Vera',
          account,
          ...(email && { email }),
        })
      ).id;
    const send = ({ id, version }: ContractRow) => run('sendContract', { id, version });
    expect(await failure(send(await draft()))).toBe('NO_CONTACT');
    expect(await failure(send(await draft({ contact: await contact() })))).toBe('NO_EMAIL');
    const sent = await send(await draft({ contact: await contact('ana@x.test'), locale: 'en' }));
    expect(sent).toMatchObject({ status: 'SENT', locale: 'en' });
    expect(sent.pdfSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await failure(run('updateContract', { id: sent.id, version: sent.version, subject: 'X' }))).toBe(
      'INVALID_STATE',
    );
    const requests = async () =>
      (await domain.reader().data(Signature).page('byRecord', { of: sent.id })).rows.map(({ status }) => status);
    expect(await requests()).toEqual(['SENT']);
    await run('activateContract', { id: sent.id, version: sent.version, by: 'Ana Vera' });
    expect(await requests()).toEqual(['CANCELLED']);
    const other = await send(await draft({ contact: await contact('eva@x.test') }));
    await run('cancelContract', { id: other.id, version: other.version, reason: 'Changed mind' });
    expect(await now(other.id)).toMatchObject({ status: 'CANCELLED', reason: 'Changed mind' });
  });

  it('is renewed by hand before its end, once more or for other months', async () => {
    const { id, version } = await activated({ startsOn: '2026-12-01', endsOn: '2027-02-28', renewMonths: 6 });
    const renewed = await run('renewContract', { id, version });
    expect(renewed).toMatchObject({ endsOn: '2027-08-31', renewals: 1 });
    const again = await run('renewContract', { id, version: renewed.version, months: 1 });
    expect(again).toMatchObject({ endsOn: '2027-09-30', renewals: 2 });
    const open = await activated({ startsOn: '2026-12-01' });
    expect(await failure(run('renewContract', { id: open.id, version: open.version }))).toBe('NO_END');
    expect(await failure(run('resumeContract', { id: open.id, version: open.version }))).toBe('INVALID_STATE');
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

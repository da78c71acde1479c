import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import type { CreditNoteRow, InvoiceRow } from '#modules/billing/invoices';
import { billing } from '#test/support/billing';
import { failure } from '#test/support/domain';
import { line, usd } from '#test/support/invoice-lines';
import { makePeople } from '#test/support/people';
import { CommissionEntry } from './commission-entry.entity.ts';
import { CommissionStatement, type CommissionStatementRow } from './index.ts';

const { start, run, issued, account, domain } = billing();
let [ana, luis] = ['', ''];
beforeEach(async () => {
  await start();
  [ana = '', luis = ''] = await makePeople(domain(), ['Ana', 'Luis']);
});

const tiers = [{ upTo: '100', percent: '3' }, { percent: '5' }];
const plan = (more: object = {}) =>
  run('createCommissionPlan', { name: 'Plan', currency: 'USD', startsOn: '2026-01-01', members: [ana], ...more });
const sell = async (amount: string, more: object = {}) => {
  const invoice = await issued([line('1', amount)], { owner: ana, ...more });
  await domain().settle();
  return invoice;
};
const credit = async (invoice: InvoiceRow, amount: string) => {
  const asked = { invoice: invoice.id, type: 'PRICE', reason: 'R', amount: usd(amount) };
  const { id } = await run<CreditNoteRow>('createCreditNote', asked);
  await run('issueCreditNote', { creditNote: id });
  await domain().settle();
};
const pay = async ({ id }: InvoiceRow, amount: string) => {
  await run('pay', { id, amount: usd(amount) });
  await domain().settle();
};
const statements = async (user: string) => {
  const { trusted } = domain().reader();
  const lists = await Promise.all(
    [true, false].map((open) => trusted(CommissionStatement).page('byUser', { of: user, open })),
  );
  return lists.flatMap(({ rows }) => rows).toSorted((a, b) => a.from.localeCompare(b.from));
};
const totals = async (user = ana) => (await statements(user)).map(({ total }) => toDecimal(total));
const statement = async (user = ana, index = 0): Promise<CommissionStatementRow> => {
  const found = (await statements(user))[index];
  if (!found) throw new Error('There is no such statement.');
  return found;
};
const entries = async (user = ana) =>
  (await domain().reader().trusted(CommissionEntry).page('byUser', { of: user })).rows;
const agree = async () => {
  const as = domain().actor({ id: luis, userId: luis });
  const { approvals } = await domain().run<{ approvals: readonly AnyRow[] }>('approvalsToDecide', {}, as);
  await domain().run('approve', { id: approvals[0]?.id ?? '' }, as);
  await domain().settle();
};
const inDecember = async () => {
  await domain().advanceTo('2026-12-01T06:00:00.000Z');
  await domain().settle();
};

describe('commissions', () => {
  it('are earned in tiers against the quota and shared: 400 of 12,000 is 280 and 120; a credit note of 1,000 takes 35 and 15', async () => {
    const splits = [
      { user: ana, percent: '70' },
      { user: luis, percent: '30' },
    ];
    expect(await failure(plan({ splits: splits.slice(0, 1) }))).toBe('SPLIT_NOT_WHOLE');
    await plan({ tiers, quota: usd('10000'), splits });
    const invoice = await issued([line('1', '12000')], { owner: ana });
    const events = await domain().settle();
    expect([await totals(ana), await totals(luis)]).toEqual([['280.00'], ['120.00']]);
    await consumeEvents(
      domain().runtime,
      events.map((event) => ({ ...event, id: `${event.id}x` })),
    );
    expect([await totals(ana), await totals(luis)]).toEqual([['280.00'], ['120.00']]);
    await credit(invoice, '1000');
    expect([await totals(ana), await totals(luis)]).toEqual([['245.00'], ['105.00']]);
    expect((await entries(luis)).map(({ amount }) => toDecimal(amount)).toSorted()).toEqual(['-15.00', '120.00']);
    expect(await statement()).toMatchObject({ sold: { minor: 1100000 }, attainment: '110' });
  });

  it('are earned by each line at its rate; what is taken back goes at the rate of its sale', async () => {
    const made = await plan({ percent: '2', rates: [{ role: 'seller', percent: '3' }] });
    const invoice = await sell('1000');
    expect(await totals()).toEqual(['30.00']);
    await run('updateCommissionPlan', {
      id: made.id,
      version: made.version,
      rates: [{ role: 'seller', percent: '10' }],
    });
    await credit(invoice, '100');
    expect(await totals()).toEqual(['27.00']);
    await sell('100');
    expect(await totals()).toEqual(['37.00']);
  });

  it('are earned by what is paid, to the cent whatever the parts, where the plan says so', async () => {
    await plan({ basis: 'COLLECTED', percent: '10' });
    const invoice = await sell('100');
    expect(await totals()).toEqual([]);
    await pay(invoice, '57.50');
    expect(await totals()).toEqual(['5.00']);
    await pay(invoice, '19.17');
    await pay(invoice, '38.33');
    expect(await totals()).toEqual(['10.00']);
  });

  it('are earned by the margin, with a cap, and not by others or in other currencies', async () => {
    await plan({ basis: 'MARGIN', percent: '10', cap: usd('30') });
    const product = await run('createProduct', { sku: 'A', name: 'A', listPrice: usd('100'), cost: usd('60') });
    const of = (quantity: string) => ({ product: product.id, quantity });
    await issued([of('2')], { owner: ana });
    await domain().settle();
    expect(await totals()).toEqual(['8.00']);
    await issued([of('2')], { owner: luis });
    await issued([of('10')], { owner: ana });
    await domain().settle();
    expect([await totals(), await totals(luis)]).toEqual([['30.00'], []]);
  });

  it('are earned by what is ordered, and lost when the order is cancelled, where the plan says so', async () => {
    await plan({ basis: 'ORDERED', percent: '10' });
    const order = await run('createOrder', { account: account(), owner: ana, lines: [line('1', '100')] });
    expect(await totals()).toEqual([]);
    const confirmed = await run('confirmOrder', { id: order.id, version: order.version });
    await domain().settle();
    expect(await totals()).toEqual(['10.00']);
    await run('cancelOrder', { id: order.id, version: confirmed.version, reason: 'Changed their mind' });
    await domain().settle();
    expect(await totals()).toEqual(['0.00']);
  });

  it('are lost for each part of an order that is cancelled, once, to the cent', async () => {
    await plan({ basis: 'ORDERED', percent: '10' });
    const lines = [line('4', '25'), line('1', '50')];
    const order = await run('createOrder', { account: account(), owner: ana, lines });
    const confirmed = await run('confirmOrder', { id: order.id, version: order.version });
    await domain().settle();
    expect(await totals()).toEqual(['15.00']);
    const part = { id: order.id, version: confirmed.version, reason: 'Less', lines: [{ key: '1', quantity: '1' }] };
    const reduced = await run('cancelOrder', part);
    await domain().settle();
    expect(await totals()).toEqual(['12.50']);
    await run('cancelOrder', { id: order.id, version: reduced.version, reason: 'Changed their mind' });
    const events = await domain().settle();
    await consumeEvents(
      domain().runtime,
      events.map((event) => ({ ...event, id: `${event.id}x` })),
    );
    expect(await totals()).toEqual(['0.00']);
  });

  it('are held back while an invoice is unpaid too long, and given when it is paid; or lost', async () => {
    await plan({ percent: '10', unpaidDays: 10 });
    await plan({ name: 'Hard', percent: '1', unpaidDays: 10, unpaid: 'CLAW_BACK' });
    const invoice = await sell('100', { paymentDays: 0 });
    expect((await totals()).toSorted()).toEqual(['1.00', '10.00']);
    await domain().advanceTo('2026-12-05T12:00:00.000Z');
    await domain().settle();
    const december = async () =>
      (await statements(ana)).filter(({ from }) => from === '2026-12-01').map(({ total }) => toDecimal(total));
    expect((await december()).toSorted()).toEqual(['-1.00', '-10.00']);
    await pay(invoice, '115');
    expect((await december()).toSorted()).toEqual(['-1.00', '0.00']);
  });

  it('stay held back where an invoice is written off', async () => {
    await plan({ percent: '10', unpaidDays: 10 });
    const invoice = await sell('100', { paymentDays: 0 });
    await domain().advanceTo('2026-12-05T12:00:00.000Z');
    await domain().settle();
    await pay(invoice, '15');
    await run('writeOffForTests', { id: invoice.id, amount: usd('100') });
    await domain().settle();
    expect(await totals()).toEqual(['10.00', '-10.00']);
  });

  it('are taken back by the plan and from the person of the sale, whatever has become of them', async () => {
    const made = await plan({ percent: '10' });
    const invoice = await sell('100');
    await plan({ name: 'Later', percent: '50', members: [ana, luis] });
    await run('updateCommissionPlan', { id: made.id, version: made.version, active: false, members: [luis] });
    await domain().advanceTo('2026-11-28T12:00:00.000Z');
    await credit(invoice, '40');
    expect([await totals(), await totals(luis)]).toEqual([['6.00'], []]);
  });

  it.each([
    ['BAD_INPUT', { members: [] }],
    ['BAD_INPUT', { endsOn: '2025-01-01' }],
    ['BAD_INPUT', { tiers: [{ percent: '1' }, { percent: '2' }] }],
    ['BAD_INPUT', { cap: { amount: '1', currency: 'EUR' } }],
  ])('answer %s for a plan with %j', async (code, more) => {
    expect(await failure(plan(more))).toBe(code);
  });
});

describe('a statement', () => {
  it('is counted against the target of the person, as it is when the period ends, with a bonus and spiffs', async () => {
    const made = await plan({ tiers, bonuses: [{ from: '100', amount: usd('50') }] });
    await sell('1000');
    expect(await totals()).toEqual(['30.00']);
    await run('grantSpiff', { plan: made.id, user: ana, amount: usd('20'), reason: 'First sale' });
    expect(await failure(run('grantSpiff', { plan: made.id, user: luis, amount: usd('20'), reason: 'X' }))).toBe(
      'NOT_A_MEMBER',
    );
    await run('createSalesTarget', { user: ana, from: '2026-11-01', to: '2026-11-30', amount: usd('800') });
    await inDecember();
    expect(await statement()).toMatchObject({
      ...{ status: 'CALCULATED', quota: { minor: 80000 }, attainment: '125' },
      ...{ earned: { minor: 3400 }, bonus: { minor: 5000 }, spiffs: { minor: 2000 }, total: { minor: 10400 } },
    });
  });

  it('is approved by somebody else and never changes again: corrections go to the next one', async () => {
    await plan({ percent: '10' });
    const invoice = await sell('100');
    const open = await statement();
    const named = async () => ({ id: open.id, version: (await statement()).version });
    expect(await failure(run('approveCommissionStatement', await named()))).toBe('INVALID_STATE');
    await inDecember();
    const own = domain().actor({ id: ana, userId: ana });
    expect(await failure(domain().run('approveCommissionStatement', await named(), own))).toBe('OWN_STATEMENT');
    const stranger = domain().actor({ tenant: 'other' });
    expect(await failure(domain().run('approveCommissionStatement', await named(), stranger))).toBe('NOT_FOUND');
    const approved = await run('approveCommissionStatement', await named());
    expect(approved).toMatchObject({ status: 'APPROVED', pdf: expect.any(String) as unknown, total: { minor: 1000 } });
    await credit(invoice, '40');
    expect(await totals()).toEqual(['10.00', '-4.00']);
    expect(await statement(ana, 1)).toMatchObject({ adjustment: { minor: -400 }, earned: { minor: 0 } });
    expect((await statement()).version).toBe(approved.version);
    const paid = { id: open.id, version: approved.version, on: '2026-12-05', reference: 'Payroll' };
    expect(await run('payCommissionStatement', paid)).toMatchObject({ status: 'PAID', paidOn: '2026-12-05' });
  });

  it('is approved by the approvers of its policy', async () => {
    await run('createApprovalPolicy', { name: 'C', kind: 'commission', steps: [{ by: 'PERSON', user: luis }] });
    await plan({ percent: '10' });
    await sell('100');
    await inDecember();
    const { id, version } = await statement();
    expect(await failure(run('approveCommissionStatement', { id, version }))).toBe('APPROVAL_ASKED');
    await agree();
    expect(await statement()).toMatchObject({ status: 'APPROVED' });
  });

  it('is asked about anew where it has changed since', async () => {
    await run('createApprovalPolicy', { name: 'C', kind: 'commission', steps: [{ by: 'PERSON', user: luis }] });
    await plan({ percent: '10' });
    const invoice = await sell('100');
    await inDecember();
    await credit(invoice, '40');
    await agree();
    expect(await statement()).toMatchObject({ status: 'CALCULATED', total: { minor: 600 } });
    await agree();
    expect(await statement()).toMatchObject({ status: 'APPROVED', total: { minor: 600 } });
  });

  it('has its cap when it is corrected, too', async () => {
    await plan({ percent: '10', cap: usd('5') });
    const invoice = await sell('100');
    await inDecember();
    const { id, version } = await statement();
    await run('approveCommissionStatement', { id, version });
    await credit(invoice, '40');
    expect(await totals()).toEqual(['5.00', '0.00']);
    await credit(invoice, '20');
    expect(await totals()).toEqual(['5.00', '-1.00']);
  });
});

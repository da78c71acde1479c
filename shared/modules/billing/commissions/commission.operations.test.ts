import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import type { InvoiceRow } from '#modules/billing/invoices';
import { commissioning, tiers } from '#test/support/commissioning';
import { failure } from '#test/support/domain';
import { line, usd } from '#test/support/invoice-lines';
import { CommissionEntry } from './commission-entry.entity.ts';

const { start, people, run, issued, account, domain, plan, sell, credit, statements, totals, statement } =
  commissioning();
beforeEach(start);

const pay = async ({ id }: InvoiceRow, amount: string) => {
  await run('pay', { id, amount: usd(amount) });
  await domain().settle();
};
const entries = async (user = people.ana) =>
  (await domain().reader().trusted(CommissionEntry).page('byUser', { of: user })).rows;

describe('commissions', () => {
  it('are earned in tiers against the quota and shared: 400 of 12,000 is 280 and 120; a credit note of 1,000 takes 35 and 15', async () => {
    const splits = [
      { user: people.ana, percent: '70' },
      { user: people.luis, percent: '30' },
    ];
    expect(await failure(plan({ splits: splits.slice(0, 1) }))).toBe('SPLIT_NOT_WHOLE');
    await plan({ tiers, quota: usd('10000'), splits });
    const invoice = await issued([line('1', '12000')], { owner: people.ana });
    const events = await domain().settle();
    expect([await totals(people.ana), await totals(people.luis)]).toEqual([['280.00'], ['120.00']]);
    await consumeEvents(
      domain().runtime,
      events.map((event) => ({ ...event, id: `${event.id}x` })),
    );
    expect([await totals(people.ana), await totals(people.luis)]).toEqual([['280.00'], ['120.00']]);
    await credit(invoice, '1000');
    expect([await totals(people.ana), await totals(people.luis)]).toEqual([['245.00'], ['105.00']]);
    expect((await entries(people.luis)).map(({ amount }) => toDecimal(amount)).toSorted()).toEqual([
      '-15.00',
      '120.00',
    ]);
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
    await issued([of('2')], { owner: people.ana });
    await domain().settle();
    expect(await totals()).toEqual(['8.00']);
    await issued([of('2')], { owner: people.luis });
    await issued([of('10')], { owner: people.ana });
    await domain().settle();
    expect([await totals(), await totals(people.luis)]).toEqual([['30.00'], []]);
  });

  it('are earned by what is ordered, and lost when the order is cancelled, where the plan says so', async () => {
    await plan({ basis: 'ORDERED', percent: '10' });
    const order = await run('createOrder', { account: account(), owner: people.ana, lines: [line('1', '100')] });
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
    const order = await run('createOrder', { account: account(), owner: people.ana, lines });
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
      (await statements(people.ana)).filter(({ from }) => from === '2026-12-01').map(({ total }) => toDecimal(total));
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
    await plan({ name: 'Later', percent: '50', members: [people.ana, people.luis] });
    await run('updateCommissionPlan', { id: made.id, version: made.version, active: false, members: [people.luis] });
    await domain().advanceTo('2026-11-28T12:00:00.000Z');
    await credit(invoice, '40');
    expect([await totals(), await totals(people.luis)]).toEqual([['6.00'], []]);
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

import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startOrdering, type Ordering } from '#test/support/ordering';
import type { OrderRow } from './index.ts';
import { usualProducts } from './order-proposal.rules.ts';

const tenanted = withTenantTable();
let on: Ordering;

beforeEach(async () => {
  on = await startOrdering(tenanted);
});

/** The smallest PNG. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('what is usual', () => {
  it('is what most orders have, with the quantity of the last one', () => {
    const line = (product: string, quantity: string) => ({ product, quantity });
    const past = [
      { id: '2026-03', createdAt: '2026-03-01', lines: [line('a', '5'), line('b', '1'), line('a', '2')] },
      { id: '2026-01', createdAt: '2026-01-01', lines: [line('a', '9'), line('c', '1'), { quantity: '1' }] },
      { id: '2026-02', createdAt: '2026-02-01', lines: [line('c', '0')] },
    ];
    expect(usualProducts(past, 2).map(({ product, times, quantity }) => [product, times, quantity])).toEqual([
      ['a', 2, '2'],
      ['b', 1, '1'],
    ]);
  });
});

describe('a proposal', () => {
  it('has what is usual at the prices of today with promotions, stock and credit, in few requests however much that is', async () => {
    await on.warehouse('UIO', { isDefault: true });
    await on.level(on.ids.lamp, '8');
    await on.run('createPromotion', { name: 'Lamps', kind: 'PERCENT', value: '10', products: [on.ids.lamp] });
    await on.run('createPromotion', { name: 'Secret', kind: 'PERCENT', value: '50', coupon: 'SECRET' });
    await on.run('updateAccount', { id: on.ids.account, version: 1, creditLimit: { amount: '900', currency: 'USD' } });
    const order = await on.confirmed([
      { product: on.ids.lamp, quantity: '3' },
      { product: on.ids.chair, quantity: '1' },
    ]);
    await on.run('cancelOrder', {
      id: (await on.draft([{ product: on.ids.chair, quantity: '9' }])).id,
      version: 1,
      reason: 'x',
    });
    await on.draft([{ product: on.ids.lamp, quantity: '4' }]);
    const gone = await on.run('createProduct', {
      sku: 'GONE',
      name: 'Gone',
      listPrice: { amount: '1', currency: 'USD' },
    });
    await on.draft([{ product: gone.id, quantity: '1' }]);
    await on.run('updateProduct', { id: gone.id, version: 1, listPrice: null });
    const propose = () => on.run('orderProposal', { account: on.ids.account });
    expect(await propose()).toMatchObject({
      lastOrders: [{ status: 'DRAFT' }, { status: 'DRAFT' }, { id: order.id }],
      lines: [
        {
          ...{ product: on.ids.lamp, times: 2, quantity: '4', unitPrice: '10', discount: { minor: 400 } },
          ...{ net: { minor: 3600 }, free: '5' },
        },
        { product: gone.id },
        { product: on.ids.chair, times: 1, net: { minor: 10_000 } },
      ],
      promotions: [{ name: 'Lamps' }],
      credit: { limit: { minor: 90_000 }, ordered: { minor: 14_605 }, free: { minor: 75_395 } },
      holds: [],
    });
    const cost = () => on.domain.meter().requests;
    await propose();
    const before = cost();
    await on.draft(Array.from({ length: 40 }, () => ({ product: on.ids.chair, quantity: '1' })));
    await propose();
    expect(cost()).toBeLessThan(before * 1.5 + 5);
  });

  it('becomes the order of a visit, whose result it is; sent again it is the same one', async () => {
    const type = await on.run('createActivityType', { key: 'SEE', name: { es: 'Visita', en: 'Visit' } });
    const visit = await on.run('createActivity', { subject: 'Visit', type: type.id, account: on.ids.account });
    const take = () =>
      on.domain.run<OrderRow>(
        'createOrder',
        { account: on.ids.account, activity: visit.id, lines: [{ product: on.ids.lamp, quantity: '2' }] },
        on.domain.actor(),
        { idempotencyKey: 'visit-1' },
      );
    const order = await take();
    expect((await take()).id).toBe(order.id);
    expect((await on.domain.reader().records([visit.id])).get(visit.id)).toMatchObject({
      result: `${order.number}: 23.00 USD`,
    });
    const stranger = (await on.run('createAccount', { name: 'Somebody else' })).id;
    const elsewhere = { account: stranger, activity: visit.id, lines: [{ product: on.ids.lamp, quantity: '2' }] };
    expect(await failure(on.run('createOrder', elsewhere))).toBe('OTHER_ACCOUNT');
    expect(await failure(on.run('orderProposal', { account: stranger, activity: visit.id }))).toBe('OTHER_ACCOUNT');
  });
});

describe('stock of lines', () => {
  it('is told for orders and offers at once, by line', async () => {
    await on.warehouse('UIO', { isDefault: true });
    await on.warehouse('GYE');
    await on.level(on.ids.chair, '5');
    await on.level(on.ids.chair, '1', 'GYE');
    const lines = [
      { product: on.ids.chair, quantity: '4' },
      { product: on.ids.chair, quantity: '2', warehouse: 'GYE' },
      { product: on.ids.lamp, quantity: '1' },
    ];
    const order = await on.draft(lines);
    const shown = [
      { warehouse: 'UIO', onHand: '5', free: '5', isEnough: true, ageMinutes: 300 },
      { warehouse: 'GYE', onHand: '1', free: '1', isEnough: false },
    ];
    expect((await on.run<{ lines: readonly object[] }>('orderStock', { order: order.id })).lines).toMatchObject(shown);
    const quote = await on.run('createQuote', {
      ...{ account: on.ids.account, subject: 'Office', validUntil: '2099-12-31', lines },
    });
    expect((await on.run<{ lines: readonly object[] }>('quoteStock', { quote: quote.id })).lines).toMatchObject(shown);
    expect(await failure(on.confirmIt(order))).toBe('OUT_OF_STOCK');
  });
});

describe('signing', () => {
  it('is of the order as it was drawn up: a change asks anew, and what is signed does not change', async () => {
    const order = await on.draft([{ product: on.ids.chair, quantity: '1' }], { contact: on.ids.contact });
    const drawn = await on.run<OrderRow>('drawUpOrder', { id: order.id, version: order.version });
    expect(drawn.pdfSha256).toMatch(/^[0-9a-f]{64}$/);
    const changed = await on.run<OrderRow>('updateOrder', {
      ...{ id: order.id, version: drawn.version, lines: [{ product: on.ids.chair, quantity: '2' }] },
    });
    expect(changed.pdf).toBeUndefined();
    const sign = () =>
      on.run('signOnDevice', { record: order.id, signer: { name: 'Ana Vera' }, strokes: png, consent: true });
    await sign();
    const signed = await on.orderNow(order.id);
    expect(signed).toMatchObject({ signedBy: 'Ana Vera', status: 'DRAFT' });
    expect(signed.pdfSha256).not.toBe(drawn.pdfSha256);
    expect(await failure(on.run('updateOrder', { id: order.id, version: signed.version, note: 'x' }))).toBe('SIGNED');
    expect(await on.confirmIt(signed)).toMatchObject({ status: 'CONFIRMED', signedBy: 'Ana Vera' });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import type { ProductRow } from '#modules/catalog/products';
import { StockLevel, StockMovement } from '#modules/catalog/stock';
import { Quote, remainingLines, type QuoteRow } from '#modules/sales/quotes';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startOrdering, type Ordering } from '#test/support/ordering';
import { noteDelivered, noteInvoiced, noteReturned, type OrderRow } from './index.ts';

const tenanted = withTenantTable();
let on: Ordering;

beforeEach(async () => {
  on = await startOrdering(tenanted);
});

describe('an order', () => {
  it('comes of an accepted offer in parts that add up to it, and never comes to more', async () => {
    const quote = await on.run<QuoteRow>('createQuote', {
      ...{ account: on.ids.account, contact: on.ids.contact, subject: 'Office', validUntil: '2099-12-31' },
      lines: [
        { product: on.ids.chair, quantity: '3' },
        { product: on.ids.lamp, quantity: '5', isOptional: true },
      ],
      headerDiscounts: [{ percent: '7' }],
    });
    const sent = await on.run<QuoteRow>('sendQuote', { id: quote.id, version: quote.version });
    await on.run('acceptQuote', { id: quote.id, version: sent.version, by: 'Ana Vera' });
    const key = quote.lines[0]?.key ?? '';
    const first = await on.run<OrderRow>('createOrderFromQuote', { quote: quote.id, lines: [{ key, quantity: '1' }] });
    expect(await failure(on.run('createOrderFromQuote', { quote: quote.id, lines: [{ key, quantity: '3' }] }))).toBe(
      'OVER_CONVERTED',
    );
    const rest = await on.run<OrderRow>('createOrderFromQuote', { quote: quote.id, requestedOn: '2026-12-10' });
    expect([first, rest].map(({ total }) => toDecimal(total))).toEqual(['106.95', '213.90']);
    expect(first.total.minor + rest.total.minor).toBe(quote.total.minor);
    expect(rest).toMatchObject({
      ...{ quote: quote.id, contact: on.ids.contact, arePricesAgreed: true, status: 'DRAFT' },
      lines: [{ quantity: '2', quoteLine: key, expectedOn: '2026-12-10' }],
    });
    expect(await failure(on.run('createOrderFromQuote', { quote: quote.id }))).toBe('NO_LINES');
    expect(await on.domain.reader().data(Quote).get(quote.id)).toMatchObject({ status: 'CONVERTED' });
    expect(await failure(on.run('updateOrder', { id: rest.id, version: 1, lines: [] }))).toBe('PRICES_AGREED');
    await on.warehouse('GYE');
    const later = { id: rest.id, version: 1, requestedOn: '2026-12-20', warehouse: 'GYE' };
    expect(await on.run<OrderRow>('updateOrder', later)).toMatchObject({
      ...{ warehouse: 'GYE', total: { minor: 21_390 }, lines: [{ expectedOn: '2026-12-20' }] },
    });
    const left = async () =>
      remainingLines(await on.domain.reader().data(Quote).get(quote.id)).map(({ remaining }) => remaining);
    const cancel = async ({ id }: OrderRow, lines?: readonly object[]) =>
      on.run<OrderRow>('cancelOrder', {
        ...{ id, version: await on.versionOf(id), reason: 'Later' },
        ...(lines && { lines }),
      });
    await cancel(first);
    expect(await left()).toEqual(['1']);
    expect(await failure(cancel(first))).toBe('INVALID_STATE');
    await on.confirmIt({ ...rest, version: await on.versionOf(rest.id) });
    await cancel(rest, [{ key: rest.lines[0]?.key, quantity: '1' }]);
    expect(await left()).toEqual(['2']);
    await cancel(rest);
    expect(await left()).toEqual(['3']);
    const again = await on.run<OrderRow>('createOrderFromQuote', { quote: quote.id });
    expect(again).toMatchObject({ total: quote.total, lines: [{ quantity: '3' }] });
  });
});

describe('a confirmed order', () => {
  it('puts stock by, moves on with what is delivered and invoiced, and is closed with the last of it', async () => {
    await on.warehouse('UIO', { isDefault: true });
    const chairs = await on.level(on.ids.chair, '5');
    const order = await on.confirmed([{ product: on.ids.chair, quantity: '4' }]);
    expect(order).toMatchObject({ status: 'CONFIRMED', warehouse: 'UIO', fulfilment: 'NONE', invoicing: 'NONE' });
    expect(await on.stockNow(chairs.id)).toMatchObject({ onHand: '5', promised: '4', free: '1' });
    expect(toDecimal(order.uninvoiced)).toBe('460.00');
    const [{ key } = { key: '' }] = order.lines;
    const note = (work: typeof noteDelivered, quantity: string) =>
      on.inWrite((context) => work(context, order.id, [{ key, quantity }]));
    expect(await note(noteDelivered, '4.5')).toBe('OVER_DELIVERY');
    expect(await note(noteDelivered, '3')).toBe('nothing failed');
    expect(await on.stockNow(chairs.id)).toMatchObject({ onHand: '2', promised: '1', free: '1' });
    expect(await on.orderNow(order.id)).toMatchObject({
      fulfilment: 'PARTIAL',
      lines: [{ reserved: '1', taken: '3' }],
    });
    expect(await note(noteReturned, '4')).toBe('OVER_RETURN');
    expect(await note(noteReturned, '1')).toBe('nothing failed');
    expect(await on.stockNow(chairs.id)).toMatchObject({ onHand: '3', promised: '1' });
    expect(await note(noteInvoiced, '4')).toBe('OVER_INVOICED');
    expect(await note(noteDelivered, '1')).toBe('nothing failed');
    expect(await note(noteInvoiced, '3')).toBe('nothing failed');
    expect(await on.orderNow(order.id)).toMatchObject({
      ...{ status: 'CLOSED', fulfilment: 'COMPLETE', invoicing: 'COMPLETE', uninvoiced: { minor: 0 } },
    });
    expect(await note(noteInvoiced, '-1')).toBe('nothing failed');
    expect(await on.orderNow(order.id)).toMatchObject({ status: 'CONFIRMED', invoicing: 'PARTIAL' });
    expect(await on.inWrite((context) => noteInvoiced(context, order.id, [{ key: 'x', quantity: '1' }]))).toBe(
      'LINE_NOT_FOUND',
    );
    const { rows } = await on.domain.reader().data(StockMovement).page('byRecord', { of: order.id });
    expect(rows.map(({ reason, items }) => [reason, items[0]?.quantity]).sort()).toEqual([
      ['RETURN', '1'],
      ['SALE', '-1'],
      ['SALE', '-3'],
    ]);
  });

  it('never promises more than is free, however many confirm at once; who wants to waits for the rest', async () => {
    await on.warehouse();
    const chairs = await on.level(on.ids.chair, '5');
    const drafts: OrderRow[] = [];
    for (let count = 0; count < 6; count++)
      drafts.push(await on.draft([{ product: on.ids.chair, quantity: '2' }], { warehouse: 'UIO' }));
    const outcomes = await Promise.all(drafts.map((order) => failure(on.confirmIt(order))));
    expect(outcomes.filter((outcome) => outcome === 'nothing failed')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'OUT_OF_STOCK')).toHaveLength(4);
    expect(await on.stockNow(chairs.id)).toMatchObject({ promised: '4', free: '1' });
    const [waiting] = drafts.filter((_, index) => outcomes[index] === 'OUT_OF_STOCK');
    if (!waiting) throw new Error('Nobody waits.');
    const short = await on.confirmIt(waiting, { acceptsShortage: true });
    expect(short.lines).toMatchObject([{ quantity: '2', reserved: '1' }]);
    const { version } = await on.stockNow(chairs.id);
    await on.run('updateStockLevel', { id: chairs.id, version, onHand: '20', countedAt: '2026-11-22T12:00:00Z' });
    const served = await on.run<OrderRow>('reserveOrder', { id: short.id, version: short.version });
    expect(served.lines).toMatchObject([{ reserved: '2' }]);
    expect(await on.stockNow(chairs.id)).toMatchObject({ onHand: '20', promised: '6', free: '14' });
  });

  it('leaves from another warehouse when it is told to, with what is put by', async () => {
    await on.warehouse('UIO', { isDefault: true });
    await on.warehouse('GYE');
    await on.warehouse('OLD', { active: false });
    const [here, there] = [await on.level(on.ids.chair, '5'), await on.level(on.ids.chair, '1', 'GYE')];
    const order = await on.confirmed([
      { product: on.ids.chair, quantity: '2' },
      { product: on.ids.chair, quantity: '3' },
    ]);
    const ship = (more: object) => on.run<OrderRow>('shipOrderFrom', { id: order.id, version: order.version, ...more });
    expect(await failure(ship({ warehouse: 'OLD' }))).toBe('WAREHOUSE_INACTIVE');
    expect(await failure(ship({ warehouse: 'GYE', lines: ['9'] }))).toBe('LINE_NOT_FOUND');
    const moved = await ship({ warehouse: 'GYE', lines: ['1'] });
    expect(moved.lines).toMatchObject([{ warehouse: 'GYE', reserved: '1' }, { reserved: '3' }]);
    expect([(await on.stockNow(here.id)).promised, (await on.stockNow(there.id)).promised]).toEqual(['3', '1']);
  });

  it('takes boxes and sets from stock as what they hold, and services not at all', async () => {
    await on.warehouse('UIO', { isDefault: true });
    const set = await on.run<ProductRow>('createProduct', {
      ...{ sku: 'SET', name: 'Set', listPrice: { amount: '120', currency: 'USD' } },
      bundle: [
        { product: on.ids.chair, quantity: '2' },
        { product: on.ids.lamp, quantity: '1' },
      ],
    });
    const lamp = await on.domain.reader().records([on.ids.lamp]);
    await on.run('updateProduct', {
      ...{ id: on.ids.lamp, version: lamp.get(on.ids.lamp)?.version },
      units: [{ unit: 'box', holds: '12' }],
    });
    const work = await on.run<ProductRow>('createProduct', {
      ...{ sku: 'WORK', name: 'Work', kind: 'SERVICE', listPrice: { amount: '20', currency: 'USD' } },
    });
    const [chairs, lamps] = [await on.level(on.ids.chair, '100'), await on.level(on.ids.lamp, '100')];
    await on.confirmed([
      { product: set.id, quantity: '3' },
      { product: on.ids.lamp, quantity: '2', unit: 'box' },
      { product: work.id, quantity: '8' },
    ]);
    expect([(await on.stockNow(chairs.id)).promised, (await on.stockNow(lamps.id)).promised]).toEqual(['6', '27']);
  });

  it('is cancelled as far as nothing was delivered or invoiced, and what it held is free again', async () => {
    await on.warehouse('UIO', { isDefault: true });
    const chairs = await on.level(on.ids.chair, '10');
    const order = await on.confirmed([
      { product: on.ids.chair, quantity: '4' },
      { product: on.ids.lamp, quantity: '1' },
    ]);
    const [first, second] = order.lines.map(({ key }) => key);
    await on.inWrite((context) => noteDelivered(context, order.id, [{ key: first ?? '', quantity: '1' }]));
    const now = await on.orderNow(order.id);
    const cancel = (lines: readonly object[] | undefined, version: number) =>
      on.run<OrderRow>('cancelOrder', { id: order.id, version, reason: 'Changed plans', ...(lines && { lines }) });
    expect(await failure(cancel([{ key: first, quantity: '4' }], now.version))).toBe('OVER_CANCELLED');
    const less = await cancel([{ key: second, quantity: '1' }], now.version);
    expect(less).toMatchObject({ status: 'CONFIRMED', fulfilment: 'PARTIAL' });
    expect(toDecimal(less.uninvoiced)).toBe('460.00');
    const rest = await cancel(undefined, less.version);
    expect(rest).toMatchObject({ status: 'CONFIRMED', fulfilment: 'COMPLETE', lines: [{ cancelled: '3' }, {}] });
    expect(await on.stockNow(chairs.id)).toMatchObject({ onHand: '9', promised: '0' });
    expect(await failure(cancel(undefined, rest.version))).toBe('NOTHING_LEFT');
    await on.inWrite((context) => noteInvoiced(context, order.id, [{ key: first ?? '', quantity: '1' }]));
    expect(await on.orderNow(order.id)).toMatchObject({ status: 'CLOSED' });

    const other = await on.confirmed([{ product: on.ids.chair, quantity: '2' }]);
    expect(await failure(on.run('closeOrder', { id: other.id, version: other.version, reason: 'x' }))).toBe(
      'NOTHING_DELIVERED',
    );
    const gone = await on.run<OrderRow>('cancelOrder', { id: other.id, version: other.version, reason: 'x' });
    expect(gone).toMatchObject({ status: 'CANCELLED', uninvoiced: { minor: 0 } });
    expect(await on.stockNow(chairs.id)).toMatchObject({ promised: '0' });
    expect(await on.inWrite((context) => noteDelivered(context, other.id, []))).toBe('INVALID_STATE');
  });

  it('that is closed early can still be invoiced for what was delivered', async () => {
    const order = await on.confirmed([{ product: on.ids.chair, quantity: '4' }]);
    const key = order.lines[0]?.key ?? '';
    await on.inWrite((context) => noteDelivered(context, order.id, [{ key, quantity: '1' }]));
    const { version } = await on.orderNow(order.id);
    const closed = await on.run<OrderRow>('closeOrder', { id: order.id, version, reason: 'Enough' });
    expect(closed).toMatchObject({ status: 'CLOSED', reason: 'Enough', lines: [{ cancelled: '3' }] });
    expect(toDecimal(closed.uninvoiced)).toBe('115.00');
    expect(await on.inWrite((context) => noteInvoiced(context, order.id, [{ key, quantity: '2' }]))).toBe(
      'OVER_INVOICED',
    );
    expect(await on.inWrite((context) => noteInvoiced(context, order.id, [{ key, quantity: '1' }]))).toBe(
      'nothing failed',
    );
    expect(await on.orderNow(order.id)).toMatchObject({ status: 'CLOSED', invoicing: 'COMPLETE' });
  });

  it('with hundreds of places of stock is put by in several writes', async () => {
    await on.warehouse('UIO', { isDefault: true });
    const made = await Promise.all(
      Array.from({ length: 65 }, async (_, count) => {
        const product = await on.run<ProductRow>('createProduct', {
          ...{ sku: `P${String(count)}`, name: 'P', listPrice: { amount: '1', currency: 'USD' } },
        });
        return { product: product.id, level: (await on.level(product.id, '3')).id };
      }),
    );
    const order = await on.confirmed(made.map(({ product }) => ({ product, quantity: '2' })));
    expect(order.lines.filter(({ reserved }) => reserved === '2')).toHaveLength(60);
    await on.domain.settle();
    expect((await on.orderNow(order.id)).lines.every(({ reserved }) => reserved === '2')).toBe(true);
    const { version } = await on.orderNow(order.id);
    await on.run('cancelOrder', { id: order.id, version, reason: 'x' });
    await on.domain.settle();
    const freed = await on.domain
      .reader()
      .trusted(StockLevel)
      .getMany(made.map((each) => each.level));
    expect([...freed.values()].every(({ promised }) => promised === '0')).toBe(true);
  });
});

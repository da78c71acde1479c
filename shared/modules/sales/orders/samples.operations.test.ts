import { beforeEach, describe, expect, it } from '@jest/globals';
import { StockMovement } from '#modules/catalog/stock';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startOrdering, type Ordering } from '#test/support/ordering';
import { makePeople } from '#test/support/people';
import { noteDelivered, noteInvoiced, Order } from './index.ts';

const tenanted = withTenantTable();
let on: Ordering;

beforeEach(async () => {
  on = await startOrdering(tenanted);
});

describe('an order of samples', () => {
  it('counts samples on limits of the seller, the product and the period, and takes them from stock as such', async () => {
    await on.warehouse('UIO', { isDefault: true });
    const chairs = await on.level(on.ids.chair, '9');
    await on.run('createSampleLimit', { name: 'Chairs', product: on.ids.chair, quantity: '2', period: 'MONTH' });
    const sample = (quantity: string) => on.draft([{ product: on.ids.chair, quantity }], { type: 'SAMPLE' });
    const first = await on.confirmIt(await sample('2'));
    expect(first).toMatchObject({ total: { minor: 0 }, totals: { gross: { minor: 200_00 } }, status: 'CONFIRMED' });
    const more = await sample('1');
    expect(await failure(on.confirmIt(more))).toBe('SAMPLE_LIMIT');
    const key = first.lines[0]?.key ?? '';
    await on.inWrite((context) => noteDelivered(context, first.id, [{ key, quantity: '1' }]));
    expect(await on.inWrite((context) => noteInvoiced(context, first.id, [{ key, quantity: '1' }]))).toBe(
      'OVER_INVOICED',
    );
    const { rows } = await on.domain.reader().data(StockMovement).page('byReason', { of: 'SAMPLE' });
    expect(rows).toMatchObject([{ record: first.id, items: [{ quantity: '-1', warehouse: 'UIO' }] }]);
    expect(await on.stockNow(chairs.id)).toMatchObject({ onHand: '8', promised: '1' });
    const { version } = await on.orderNow(first.id);
    await on.run('cancelOrder', { id: first.id, version, reason: 'x' });
    expect(await on.orderNow(first.id)).toMatchObject({ status: 'CLOSED' });
    expect(await on.confirmIt(more)).toMatchObject({ status: 'CONFIRMED' });
  });

  it('gives samples back to the month and the seller that they were counted on', async () => {
    const [sol = '', mar = ''] = await makePeople(on.domain, ['Sol', 'Mar']);
    on.domain.clock.set('2026-12-01T03:00:00.000Z');
    await on.run('createSampleLimit', { name: 'Chairs', product: on.ids.chair, quantity: '2', period: 'MONTH' });
    const sample = () => on.draft([{ product: on.ids.chair, quantity: '2' }], { type: 'SAMPLE', owner: sol });
    const first = await on.confirmIt(await sample());
    expect(first.sampled).toMatchObject({ on: '2026-11-30', seller: sol });
    const second = await sample();
    expect(await failure(on.confirmIt(second))).toBe('SAMPLE_LIMIT');
    await on.inWrite(async ({ trusted }) => {
      trusted(Order).update(await trusted(Order).get(first.id), { owner: mar });
    });
    await on.run('cancelOrder', { id: first.id, version: await on.versionOf(first.id), reason: 'x' });
    expect(await on.confirmIt(second)).toMatchObject({ status: 'CONFIRMED' });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import { Approval } from '#modules/platform/approvals';
import { Notification } from '#modules/platform/notifications';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startOrdering, type Ordering } from '#test/support/ordering';
import { makePeople } from '#test/support/people';
import { Order, type OrderRow } from './index.ts';

const tenanted = withTenantTable();
let on: Ordering;

beforeEach(async () => {
  on = await startOrdering(tenanted);
});

describe('confirming', () => {
  it('sees prices that have changed since, and keeps or renews them as it is told', async () => {
    const order = await on.draft([{ product: on.ids.lamp, quantity: '3' }]);
    const lamp = (await on.domain.reader().records([on.ids.lamp])).get(on.ids.lamp);
    await on.run('updateProduct', {
      ...{ id: on.ids.lamp, version: lamp?.version, listPrice: { amount: '12', currency: 'USD' } },
    });
    expect(await on.run('orderPriceChanges', { order: order.id })).toMatchObject({
      hasChanged: true,
      totalNow: { minor: 41_40 },
      lines: [{ unitPriceBefore: '10', unitPriceNow: '12', totalBefore: { minor: 34_50 }, totalNow: { minor: 41_40 } }],
    });
    expect(await failure(on.confirmIt(order))).toBe('PRICES_CHANGED');
    expect(await on.orderNow(order.id)).toMatchObject({ status: 'DRAFT', version: 1 });
    const kept = await on.confirmIt(order, { changedPrices: 'KEEP' });
    expect([kept.status, toDecimal(kept.total)]).toEqual(['CONFIRMED', '34.50']);
    const later = await on.draft([{ product: on.ids.lamp, quantity: '3' }]);
    const again = (await on.domain.reader().records([on.ids.lamp])).get(on.ids.lamp);
    await on.run('updateProduct', {
      ...{ id: on.ids.lamp, version: again?.version, listPrice: { amount: '11', currency: 'USD' } },
    });
    expect(toDecimal((await on.confirmIt(later, { changedPrices: 'RENEW' })).total)).toBe('37.95');
  });

  it('counts the uses of promotions, and cancelling gives them back', async () => {
    await on.run('createPromotion', { name: 'First', kind: 'PERCENT', value: '50', coupon: 'FIRST', maxUses: 1 });
    const make = () => on.draft([{ product: on.ids.chair, quantity: '1' }], { coupons: ['FIRST'] });
    const [one, two] = [await make(), await make()];
    const first = await on.confirmIt(one);
    expect(toDecimal(first.total)).toBe('57.50');
    expect(await failure(on.confirmIt(two))).toBe('PROMOTION_USED_UP');
    await on.run('cancelOrder', { id: first.id, version: first.version, reason: 'x' });
    expect(await on.confirmIt(two)).toMatchObject({ status: 'CONFIRMED' });
  });

  it('asks for credit: the limit holds with what is ordered, a block always; releasing says why', async () => {
    await on.run('updateAccount', { id: on.ids.account, version: 1, creditLimit: { amount: '200', currency: 'USD' } });
    await on.confirmed([{ product: on.ids.chair, quantity: '1' }]);
    const over = await on.draft([{ product: on.ids.chair, quantity: '1' }]);
    expect(await failure(on.confirmIt(over))).toBe('CREDIT_BLOCKED');
    const within = await on.confirmed([{ product: on.ids.lamp, quantity: '7' }]);
    expect(within.status).toBe('CONFIRMED');
    expect(await on.run('customerCredit', { account: on.ids.account })).toMatchObject({
      credit: { limit: { minor: 200_00 }, ordered: { minor: 195_50 }, free: { minor: 4_50 } },
      holds: [],
    });
    const released = await on.run<OrderRow>('releaseOrder', { id: over.id, version: 1, reason: 'Paid by phone' });
    expect(released).toMatchObject({
      ...{ status: 'CONFIRMED', heldFor: ['CREDIT_LIMIT'], released: { reason: 'Paid by phone' } },
    });
    const blocked = (await on.domain.reader().records([on.ids.account])).get(on.ids.account);
    await on.run('blockCredit', { id: on.ids.account, version: blocked?.version, reason: 'Cheques bounced' });
    const cheap = await on.draft([{ product: on.ids.lamp, quantity: '0.1' }]);
    expect(await failure(on.confirmIt(cheap))).toBe('CREDIT_BLOCKED');
    const now = (await on.domain.reader().records([on.ids.account])).get(on.ids.account);
    await on.run('updateAccount', { id: on.ids.account, version: now?.version, creditLimit: null });
    await on.run('unblockCredit', { id: on.ids.account, version: (now?.version ?? 0) + 1 });
    expect(await on.confirmIt(cheap)).toMatchObject({ status: 'CONFIRMED' });
  });

  it('looks at credit order by order, however many confirm at once', async () => {
    await on.run('updateAccount', { id: on.ids.account, version: 1, creditLimit: { amount: '120', currency: 'USD' } });
    const make = () => on.draft([{ product: on.ids.chair, quantity: '1' }]);
    const drafts = [await make(), await make(), await make()];
    const outcomes = await Promise.all(drafts.map((order) => failure(on.confirmIt(order))));
    expect(outcomes.sort()).toEqual(['CREDIT_BLOCKED', 'CREDIT_BLOCKED', 'nothing failed']);
  });

  it('waits for approvers where a policy names them, and is done when they agree', async () => {
    const [approver = ''] = await makePeople(on.domain, ['Boss']);
    await on.run('createApprovalPolicy', { name: 'Credit', kind: 'order', steps: [{ by: 'PERSON', user: approver }] });
    await on.run('updateAccount', { id: on.ids.account, version: 1, creditLimit: { amount: '50', currency: 'USD' } });
    const decide = async (operation: 'approve' | 'reject') => {
      const waiting = await on.confirmed([{ product: on.ids.chair, quantity: '1' }]);
      expect(waiting).toMatchObject({ status: 'PENDING_APPROVAL', heldFor: ['CREDIT_LIMIT'] });
      const { rows } = await on.domain.reader().trusted(Approval).page('byRecord', { of: waiting.id });
      await on.domain.run(
        operation,
        { id: rows[0]?.id, comment: 'As said' },
        on.domain.actor({ id: approver, userId: approver }),
      );
      await on.domain.settle();
      return on.orderNow(waiting.id);
    };
    expect(await decide('reject')).toMatchObject({ status: 'DRAFT', reason: 'As said' });
    expect(await decide('approve')).toMatchObject({
      ...{ status: 'CONFIRMED', released: { reason: 'As said', by: approver } },
    });
    const released = await on.draft([{ product: on.ids.chair, quantity: '1' }]);
    expect(await failure(on.run('releaseOrder', { id: released.id, version: 1, reason: 'x' }))).toBe('APPROVAL_NEEDED');
  });

  it('that was approved too late, when a promotion is used up, is a draft again with the reason', async () => {
    const [approver = ''] = await makePeople(on.domain, ['Boss']);
    await on.run('createApprovalPolicy', { name: 'x', kind: 'order', steps: [{ by: 'PERSON', user: approver }] });
    const once = { name: 'First', kind: 'PERCENT', value: '50', coupon: 'FIRST', maxUses: 1 };
    await on.run('createPromotion', once);
    const other = (await on.run('createAccount', { name: 'Other' })).id;
    await on.run('updateAccount', { id: on.ids.account, version: 1, creditLimit: { amount: '5', currency: 'USD' } });
    const lines = [{ product: on.ids.chair, quantity: '1' }];
    const waiting = await on.confirmed(lines, { coupons: ['FIRST'] });
    expect(await on.confirmed(lines, { coupons: ['FIRST'], account: other })).toMatchObject({ status: 'CONFIRMED' });
    const { rows } = await on.domain.reader().trusted(Approval).page('byRecord', { of: waiting.id });
    await on.domain.run('approve', { id: rows[0]?.id }, on.domain.actor({ id: approver, userId: approver }));
    await on.domain.settle();
    const now = await on.orderNow(waiting.id);
    expect([now.status, now.reason]).toEqual(['DRAFT', expect.stringContaining('PROMOTION_USED_UP') as unknown]);
  });

  it('asks about what is given away, then for credit; who cancels asks nobody any more', async () => {
    const [approver = ''] = await makePeople(on.domain, ['Boss']);
    const policy = (kind: string, more: object = {}) =>
      on.run('createApprovalPolicy', { name: kind, kind, steps: [{ by: 'PERSON', user: approver }], ...more });
    await policy('order.discount', { from: { amount: '20', currency: 'USD' } });
    await policy('order');
    await on.run('updateAccount', { id: on.ids.account, version: 1, creditLimit: { amount: '50', currency: 'USD' } });
    const off = (percent: string) =>
      on.draft([{ product: on.ids.chair, quantity: '1' }], { headerDiscounts: [{ percent }] });
    expect(await on.confirmIt(await off('10'))).toMatchObject({ heldFor: ['CREDIT_LIMIT'] });
    const order = await on.confirmIt(await off('30'));
    expect(order).toMatchObject({ status: 'PENDING_APPROVAL', heldFor: ['DISCOUNT'] });
    const asked = async () =>
      (await on.domain.reader().trusted(Approval).page('byRecord', { of: order.id })).rows.map(
        ({ id, kind, status, amount }) => ({ id, said: `${kind} ${status} ${String(amount?.minor)}` }),
      );
    const [first] = await asked();
    expect(first?.said).toBe('order.discount PENDING 3000');
    await on.domain.run('approve', { id: first?.id }, on.domain.actor({ id: approver, userId: approver }));
    await on.domain.settle();
    const now = await on.orderNow(order.id);
    expect(now).toMatchObject({ status: 'PENDING_APPROVAL', heldFor: ['CREDIT_LIMIT'] });
    await on.run('cancelOrder', { id: order.id, version: now.version, reason: 'x' });
    await on.domain.settle();
    expect((await asked()).map(({ said }) => said).sort()).toEqual([
      'order WITHDRAWN 8050',
      'order.discount APPROVED 3000',
    ]);
    expect(await on.orderNow(order.id)).toMatchObject({ status: 'CANCELLED' });
  });

  it('is not walked around by a release: approvers decide what is given away, and only what is held is released', async () => {
    const [approver = ''] = await makePeople(on.domain, ['Boss']);
    const steps = [{ by: 'PERSON', user: approver }];
    await on.run('createApprovalPolicy', { name: 'Discounts', kind: 'order.discount', steps });
    const release = ({ id, version }: OrderRow) => on.run<OrderRow>('releaseOrder', { id, version, reason: 'x' });
    const lines = [{ product: on.ids.chair, quantity: '1' }];
    expect(await failure(release(await on.draft(lines)))).toBe('NOT_HELD');
    await on.run('updateAccount', { id: on.ids.account, version: 1, creditLimit: { amount: '5', currency: 'USD' } });
    const order = await on.draft(lines, { headerDiscounts: [{ percent: '30' }] });
    expect(await failure(release(order))).toBe('APPROVAL_NEEDED');
    await on.confirmIt(order);
    const { rows } = await on.domain.reader().trusted(Approval).page('byRecord', { of: order.id });
    await on.domain.run('approve', { id: rows[0]?.id }, on.domain.actor({ id: approver, userId: approver }));
    await on.domain.settle();
    const agreed = await on.orderNow(order.id);
    expect([agreed.status, agreed.reason?.split(':')[0]]).toEqual(['DRAFT', 'CREDIT_BLOCKED']);
    expect(await release(agreed)).toMatchObject({ status: 'CONFIRMED', heldFor: ['CREDIT_LIMIT'] });
  });

  it('takes 500 lines and refuses what cannot be', async () => {
    const lines = (count: number) => Array.from({ length: count }, () => ({ product: on.ids.lamp, quantity: '1' }));
    const large = await on.confirmed(lines(500));
    expect([large.lines.length, toDecimal(large.total)]).toEqual([500, '5750.00']);
    expect(await failure(on.draft(lines(501)))).toBe('BAD_INPUT');
    const refused = async (values: object, more: object = {}) =>
      failure(on.draft([{ product: on.ids.lamp, quantity: '1', ...values }], more));
    expect([
      await refused({ quantity: '-1' }),
      await refused({ quantity: '0' }),
      await refused({}, { warehouse: 'NOWHERE' }),
      await refused({ warehouse: 'NOWHERE' }),
      await refused({}, { headerDiscounts: [{ amount: { amount: '1', currency: 'EUR' } }] }),
      await refused({}, { currency: 'EUR' }),
      await refused({}, { coupons: ['NONE'] }),
      await failure(on.draft([])),
    ]).toEqual([
      ...['BAD_INPUT', 'BAD_INPUT', 'WAREHOUSE_UNKNOWN', 'WAREHOUSE_UNKNOWN', 'CURRENCY_MISMATCH'],
      ...['PRICE_NOT_FOUND', 'COUPON_UNKNOWN', 'NO_LINES'],
    ]);
    expect((await on.domain.reader().data(Order).page('all', {})).rows.map(({ id }) => id)).toEqual([large.id]);
    expect(await failure(on.confirmIt(large))).toBe('INVALID_STATE');
  });

  it('is told when the awaited day has passed, once for each day', async () => {
    const [owner = ''] = await makePeople(on.domain, ['Sol']);
    on.domain.clock.set('2026-11-23T04:58:00.000Z');
    const order = await on.confirmed([{ product: on.ids.lamp, quantity: '2' }], { owner, requestedOn: '2026-11-22' });
    expect(order).toMatchObject({ nextExpectedOn: '2026-11-22', lateAt: '2026-11-23T05:00:00.000Z' });
    await on.domain.advanceTo('2026-11-23T05:01:00.000Z');
    await on.domain.settle();
    const now = await on.orderNow(order.id);
    expect(now).toMatchObject({ toldLateOn: '2026-11-22' });
    expect(now.lateAt).toBeUndefined();
    const { rows } = await on.domain.reader().trusted(Notification).list({ first: 10 });
    expect(rows.filter(({ kind }) => kind === 'order.late')).toMatchObject([{ user: owner, about: order.id }]);
    expect(await on.run('orderProgress', { order: order.id })).toMatchObject({
      late: true,
      lines: [{ ordered: '2', shipped: '0', missing: '2', expectedOn: '2026-11-22', late: true }],
    });
    const later = await on.run<OrderRow>('expectOrder', {
      ...{ id: order.id, version: now.version, expectedOn: '2026-12-01' },
    });
    expect(later.lateAt).toBe('2026-12-02T05:00:00.000Z');
    expect(await on.run('orderProgress', { order: order.id })).toMatchObject({ late: false });
  });
});

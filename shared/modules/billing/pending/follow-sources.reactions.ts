// What happens to items while they wait: what they are of comes back, is cancelled or is invoiced elsewhere; blocks come and go.
import { reaction, readOn, type Context } from '#kernel';
import { Delivery } from '#modules/sales/deliveries';
import { Order } from '#modules/sales/orders';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { atMost, minus, reducedTo, uninvoicedOf } from './billable.rules.ts';
import { isWaiting, refreshBlocks } from './blocks.operations.ts';
import { itemsOfOrder } from './billable-sources.reactions.ts';

/** Items of one customer that wait, at most, that follow a change of its terms at once. */
const mostItems = 1000;
/** Items written at once. */
const atOnce = 50;

export const followDeliveries = reaction('followBilledDeliveries', {
  describes:
    'Takes off what is to be invoiced what came back or was cancelled before, and lifts what a confirmation lifts.',
  on: ['delivery.returned', 'delivery.cancelled', 'delivery.delivered'],
  run: async (event, context) => {
    const delivery = await context.trusted(Delivery).find(event.record.id);
    if (!delivery) return;
    const items = (await itemsOf(context, 'byDelivery', delivery.id)).filter(isWaiting);
    const lines = new Map(delivery.lines.map((line) => [line.key, line]));
    await each(context, items, async (inPiece, item) => {
      const line = lines.get(item.deliveryLine ?? '');
      const left = delivery.status === 'CANCELLED' || !line ? '0' : minus(line.quantity, line.returned);
      const kept = reduce(inPiece, item, left, delivery.reason ?? 'It came back.');
      if (kept && isWaiting(kept)) await refreshBlocks(inPiece, [kept]);
    });
  },
});

export const followOrders = reaction('followBilledOrders', {
  describes:
    'Takes off what is to be invoiced what of an order was cancelled, came back or was invoiced elsewhere, and follows its reference.',
  on: ['order.progressed', 'order.reduced', 'order.cancelled', 'order.closed', 'order.updated'],
  run: async (event, context) => {
    const items = (await itemsOfOrder(context, event.record.id)).filter(isWaiting);
    const order = items.length === 0 ? undefined : await context.trusted(Order).find(event.record.id);
    if (!order) return;
    const left = new Map(
      order.lines.map((line) => [line.key, order.status === 'CANCELLED' ? '0' : uninvoicedOf(line)]),
    );
    await each(context, items, async (inPiece, item) => {
      const most = left.get(item.orderLine ?? '') ?? '0';
      left.set(item.orderLine ?? '', minus(most, item.quantity));
      const kept = reduce(
        inPiece,
        item,
        most,
        order.reason ?? 'It is not wanted, came back or was invoiced elsewhere.',
      );
      if (kept && isWaiting(kept)) await refreshBlocks(inPiece, [kept]);
    });
  },
});

export const followTerms = reaction('followBillingTerms', {
  describes: 'Looks anew at what keeps the items of a customer from being invoiced when its terms or data change.',
  on: ['account.updated', 'account.creditBlocked', 'account.creditUnblocked'],
  run: async (event, context) => {
    if (!watched.some((name) => name in event.changed)) return;
    const items = (await itemsOf(context, 'byAccount', event.record.id)).filter(isWaiting);
    await each(context, items, async (inPiece, item) => {
      await refreshBlocks(inPiece, [item]);
    });
  },
});

const watched = ['taxId', 'type', 'needsReference', 'needsProofOfDelivery', 'creditBlocked'] as const;

const itemsOf = async (
  { trusted }: Context,
  key: 'byDelivery' | 'byAccount',
  of: string,
): Promise<readonly BillableItemRow[]> =>
  (await readOn((asked) => trusted(BillableItem).page(key, { of, ...asked }), mostItems)).rows;

/** Does something with each item as it is now, many in one write. */
const each = async (
  context: Context,
  items: readonly BillableItemRow[],
  run: (inPiece: Context, item: BillableItemRow) => Promise<void>,
): Promise<void> => {
  for (let from = 0; from < items.length; from += atOnce) {
    const ids = items.slice(from, from + atOnce).map(({ id }) => id);
    const outcomes = await context.together(
      ids.map((id) => ({
        key: id,
        reads: [id],
        run: async (inPiece: Context) => {
          const item = await inPiece.trusted(BillableItem).get(id);
          if (isWaiting(item)) await run(inPiece, item);
          return item;
        },
      })),
    );
    const failed = outcomes.find(({ status }) => status === 'failed');
    if (failed) throw failed.error;
  }
};

/** An item of which at most so much is left; of which nothing is left is never invoiced. */
const reduce = (
  { trusted }: Context,
  item: BillableItemRow,
  most: string,
  reason: string,
): BillableItemRow | undefined => {
  const quantity = atMost(item.quantity, most);
  if (quantity === item.quantity) return item;
  if (quantity === '0') return trusted(BillableItem).move(item, 'WAIVED', { reason });
  return trusted(BillableItem).update(item, reducedTo(item, quantity), { event: 'billableItem.reduced' });
};

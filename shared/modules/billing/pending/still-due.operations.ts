// What of items that are free again is still to be invoiced: less came back, was cancelled or waits by itself meanwhile.
import { readOn, type Context } from '#kernel';
import { Delivery } from '#modules/sales/deliveries';
import { Order } from '#modules/sales/orders';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { atMost, minus, totalOf, uninvoicedOf } from './billable.rules.ts';
import { isWaiting } from './blocks.operations.ts';
import { itemsOfOrder } from './billable-sources.reactions.ts';

/** Items of one delivery, at most: 500 lines, credited in several parts. */
const mostItemsOfDelivery = 5000;

/** So many of a line of a delivery, of an order, of both or of none. */
export type Freed = Pick<BillableItemRow, 'order' | 'orderLine' | 'delivery' | 'deliveryLine' | 'quantity'>;

/** How many of each are still to be invoiced, once deliveries and orders no longer count them as invoiced. */
export const stillDue = async (context: Context, freed: readonly Freed[]): Promise<readonly string[]> => {
  const left = new Map([
    ...(await leftOfOrders(context, idsOf(freed, 'order'))),
    ...(await leftOfDeliveries(context, idsOf(freed, 'delivery'))),
  ]);
  return freed.map((each) => {
    const sources = [lineOf(each.order, each.orderLine), lineOf(each.delivery, each.deliveryLine)].filter((source) =>
      left.has(source),
    );
    const quantity = sources.reduce((most, source) => atMost(most, left.get(source) ?? most), each.quantity);
    for (const source of sources) left.set(source, minus(left.get(source) ?? quantity, quantity));
    return quantity;
  });
};

const lineOf = (id = '', key = ''): string => `${id}/${key}`;

const idsOf = (freed: readonly Freed[], name: 'order' | 'delivery'): readonly string[] => [
  ...new Set(freed.flatMap((each) => each[name] ?? [])),
];

type Left = readonly (readonly [source: string, quantity: string])[];

const leftOfOrders = async (context: Context, ids: readonly string[]): Promise<Left> =>
  all(ids, async (id) => {
    const [order, items] = await Promise.all([context.trusted(Order).get(id), itemsOfOrder(context, id)]);
    const isGone = order.status === 'CANCELLED';
    return order.lines.map((line) => {
      const waits = waitingIn(items.filter(({ orderLine }) => orderLine === line.key));
      return [`${id}/${line.key}`, isGone ? '0' : minus(uninvoicedOf(line), waits)];
    });
  });

const leftOfDeliveries = async (context: Context, ids: readonly string[]): Promise<Left> =>
  all(ids, async (of) => {
    const items = context.trusted(BillableItem);
    const [delivery, { rows }] = await Promise.all([
      context.trusted(Delivery).get(of),
      readOn((asked) => items.page('byDelivery', { of, ...asked }), mostItemsOfDelivery),
    ]);
    const isGone = delivery.status === 'CANCELLED';
    return delivery.lines.map(({ key, quantity, returned, invoiced }) => {
      const waits = waitingIn(rows.filter(({ deliveryLine }) => deliveryLine === key));
      return [`${of}/${key}`, isGone ? '0' : minus(quantity, totalOf([returned, invoiced, waits]))];
    });
  });

const all = async (ids: readonly string[], leftOf: (id: string) => Promise<Left>): Promise<Left> =>
  (await Promise.all(ids.map(leftOf))).flat();

const waitingIn = (items: readonly BillableItemRow[]): string =>
  totalOf(items.filter(isWaiting).map(({ quantity }) => quantity));

// What becomes an item to be invoiced: lines of deliveries, of orders that are invoiced at once, and periods of contracts.
import { given, reaction, readOn, type Context } from '#kernel';
import { ContractPeriod } from '#modules/sales/contracts';
import { Delivery, type DeliveryRow } from '#modules/sales/deliveries';
import { Order, wantedOf, type OrderRow } from '#modules/sales/orders';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { atMost, billedLine, minus, totalOf, uninvoicedOf } from './billable.rules.ts';
import { isWaiting } from './blocks.operations.ts';
import { makeItems, type NewItem } from './make-items.operations.ts';
import { BilledAccount } from './trading-terms.entity.ts';

/** Items of one order, at most: 500 lines, delivered in several parts. */
const mostItemsOfOrder = 5000;

export const billDeliveries = reaction('billDeliveries', {
  describes: 'Makes what was delivered an item to be invoiced, unless its customer is invoiced for the order.',
  on: ['delivery.issued'],
  run: async (event, context) => {
    const delivery = await context.trusted(Delivery).find(event.record.id);
    if (!delivery || delivery.status === 'CANCELLED') return;
    await makeItems(context, await itemsOfDelivery(context, delivery));
  },
});

/** What of a delivery is to be invoiced and is no item yet. */
export const itemsOfDelivery = async (context: Context, delivery: DeliveryRow): Promise<readonly NewItem[]> => {
  const open = delivery.order === undefined ? undefined : await openLines(context, delivery.order);
  if (open?.isInvoiced === false) return [];
  return delivery.lines.flatMap((line) => {
    const left = minus(line.quantity, totalOf([line.returned, line.invoiced]));
    const quantity = atMost(left, open?.of(line.orderLine) ?? left);
    if (quantity === '0') return [];
    return [
      {
        ...aboutDelivery(delivery),
        ...billedLine(line, quantity),
        ...given({ orderLine: line.orderLine }),
        kind: 'DELIVERY' as const,
        source: `${delivery.id}/${line.key}`,
        deliveryLine: line.key,
      },
    ];
  });
};

const aboutDelivery = ({ id, account, order, reference, shipTo, owner, team, total, issuedOn = '' }: DeliveryRow) =>
  given({ account, order, delivery: id, reference, shipTo, owner, team, currency: total.currency, readyOn: issuedOn });

/** What of an order neither an invoice nor an item has taken, by line. */
const openLines = async (context: Context, id: string) => {
  const [order, items] = await Promise.all([context.trusted(Order).get(id), itemsOfOrder(context, id)]);
  const lines = new Map(order.lines.map((line) => [line.key, line]));
  return {
    isInvoiced: order.type === 'STANDARD',
    of: (key = ''): string => {
      const line = lines.get(key);
      const waiting = items.filter((item) => item.orderLine === key && isWaiting(item)).map(({ quantity }) => quantity);
      // What came back is taken off the delivery that it came from.
      return line ? minus(wantedOf(line), totalOf([line.invoiced, ...waiting])) : '0';
    },
  };
};

/** All items of an order. */
export const itemsOfOrder = async ({ trusted }: Context, order: string): Promise<readonly BillableItemRow[]> =>
  (await readOn((asked) => trusted(BillableItem).page('byOrder', { of: order, ...asked }), mostItemsOfOrder)).rows;

export const billOrders = reaction('billOrders', {
  describes: 'Makes the lines of a confirmed order items to be invoiced, where its customer is invoiced for orders.',
  on: ['order.confirmed'],
  run: async (event, context) => {
    const order = await context.trusted(Order).find(event.record.id);
    if (order?.type !== 'STANDARD' || (order.status !== 'CONFIRMED' && order.status !== 'CLOSED')) return;
    const account = await context.trusted(BilledAccount).get(order.account);
    if (account.invoicingPolicy === 'ON_ORDER') await makeItems(context, itemsOf(order, context.clock.today()));
  },
});

const itemsOf = (order: OrderRow, readyOn: string): readonly NewItem[] =>
  order.lines.flatMap((line) => {
    const quantity = uninvoicedOf(line);
    if (quantity === '0' || quantity.startsWith('-')) return [];
    const { id, account, reference, shipTo, owner, team, total } = order;
    return [
      {
        ...given({ account, reference, shipTo, owner, team, order: id, orderLine: line.key, readyOn }),
        ...billedLine(line, quantity),
        kind: 'ORDER' as const,
        currency: total.currency,
        source: `${id}/${line.key}`,
      },
    ];
  });

export const billContractPeriods = reaction('billContractPeriods', {
  describes: 'Makes a period of a contract that is due items to be invoiced.',
  on: ['contractPeriod.cameDue'],
  run: async (event, context) => {
    const period = await context.trusted(ContractPeriod).find(event.record.id);
    if (!period) return;
    const { id, account, contract, billOn, currency, from, to, ownerId, teamId } = period;
    const about = given({
      account,
      contract,
      contractPeriod: id,
      readyOn: billOn,
      currency,
      owner: ownerId,
      team: teamId,
    });
    await makeItems(
      context,
      period.lines.map((line) => ({
        ...about,
        ...billedLine({ ...line, note: [line.note, `${from} – ${to}`].filter(Boolean).join('\n') }),
        kind: 'CONTRACT_PERIOD' as const,
        source: `${id}/${line.key}`,
      })),
    );
  },
});

// What happens to a delivery that was issued: it arrives, with proof; some of it comes back; or it is cancelled before it left.
import {
  boolean,
  dateTime,
  decimal,
  defaulted,
  DomainError,
  given,
  list,
  mutation,
  object,
  optional,
  recordInput,
  text,
  type Context,
} from '#kernel';
import { mostLines } from '#modules/catalog/pricing';
import { readableFile } from '#modules/platform/files';
import { noteReceived, noteReturned } from '#modules/sales/orders';
import { noteConverted } from '#modules/sales/quotes';
import { withMore } from './delivery-lines.operations.ts';
import { giveUpReturned, putBackIntoStock } from './delivery-stock.operations.ts';
import { proofInput } from './delivery-fields.entity.ts';
import { Delivery, type DeliveryRow } from './delivery.entity.ts';
import { isSome, less, stateAfterReturn, takenOf, type LineQuantity } from './delivery.rules.ts';
import { noteOnOrder } from './issue-delivery.operations.ts';

const own = recordInput('Delivery');

export const confirmDelivery = mutation('confirmDelivery', {
  describes:
    'Notes that an issued delivery has arrived: who received it, with signature, photo and place as far as there are any.',
  needs: 'delivery.confirm',
  input: {
    ...own,
    ...proofInput,
    at: optional(dateTime({ describes: 'When it was handed over; now when absent.' })),
  },
  returns: Delivery,
  fails: ['NOT_AN_IMAGE', 'FILE_NOT_UPLOADED', 'IN_THE_FUTURE'],
  run: async ({ id, version: _version, at, ...said }, context) => {
    const delivery = await context.data(Delivery).get(id);
    const now = context.clock.instant();
    if (at !== undefined && at > now) throw new DomainError('IN_THE_FUTURE', 'It cannot have arrived yet.', ['at']);
    await assertPicture(context, said.signature, 'signature');
    await assertPicture(context, said.photo, 'photo');
    const delivered = context.data(Delivery).move(delivery, 'DELIVERED', { proof: { ...given(said), at: at ?? now } });
    if (delivery.order !== undefined) await noteReceived(context, delivery.order, orderLinesOf(delivery));
    return delivered;
  },
});

const assertPicture = async (context: Context, id: string | undefined, name: string): Promise<void> => {
  if (id === undefined) return;
  const { contentType } = await readableFile(context, id);
  if (!contentType.startsWith('image/')) throw new DomainError('NOT_AN_IMAGE', `The ${name} is no picture.`, [name]);
};

const orderLinesOf = ({ lines }: DeliveryRow, taken?: readonly LineQuantity[]): readonly LineQuantity[] => {
  const quantities = new Map(taken?.map(({ key, quantity }) => [key, quantity]));
  return lines.flatMap(({ key, orderLine, quantity }) => {
    const meant = taken ? quantities.get(key) : quantity;
    return orderLine === undefined || meant === undefined ? [] : [{ key: orderLine, quantity: meant }];
  });
};

const returnedLine = {
  key: text({ max: 30, describes: 'The line, by its key.' }),
  quantity: decimal({ min: '0', describes: 'How much of it.' }),
};

export const returnDelivery = mutation('returnDelivery', {
  describes:
    'Notes that some or all of a delivery came back, and why. What is as good as new goes back into stock. What was invoiced of it asks for a credit note.',
  needs: 'delivery.return',
  input: {
    ...own,
    lines: optional(
      list(object('ReturnedQuantity', returnedLine), {
        max: mostLines,
        describes: 'Which lines; all of it when absent.',
      }),
    ),
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
    restock: defaulted(boolean({ describes: 'Whether it goes back into stock.' }), true),
  },
  returns: Delivery,
  fails: ['OVER_RETURN', 'LINE_NOT_FOUND', 'LINE_TWICE', 'NO_LINES'],
  run: async ({ id, lines: asked, reason, restock }, context) => {
    const delivery = await context.data(Delivery).get(id);
    if (delivery.status !== 'DELIVERED' && delivery.status !== 'PARTIALLY_RETURNED')
      throw new DomainError('INVALID_STATE', `It is ${delivery.status}; what was delivered comes back.`, ['id']);
    const taken = takenOf(
      delivery.lines.map(({ key, quantity, returned }) => ({ key, left: less(quantity, returned) })),
      asked,
      'OVER_RETURN',
    );
    if (delivery.order !== undefined) await noteReturned(context, delivery.order, orderLinesOf(delivery, taken));
    if (delivery.order === undefined && restock) await putBackIntoStock(context, delivery, taken);
    if (delivery.order !== undefined && !restock) await giveUpReturned(context, delivery, taken);
    return takeBack(context, delivery, taken, reason);
  },
});

const takeBack = (
  { data }: Context,
  delivery: DeliveryRow,
  taken: readonly LineQuantity[],
  reason: string,
): DeliveryRow => {
  const lines = withMore(delivery.lines, 'returned', taken);
  const status = stateAfterReturn(lines);
  const changes = { lines, reason };
  return status === delivery.status
    ? data(Delivery).update(delivery, changes, { event: 'delivery.returned', evenFrozen: true })
    : data(Delivery).move(delivery, status, changes);
};

export const cancelDelivery = mutation('cancelDelivery', {
  describes:
    'Cancels a delivery that has not arrived and of which nothing was invoiced. One that was issued keeps its number; stock, order and offer get everything back.',
  needs: 'delivery.cancel',
  input: { ...own, reason: text({ min: 1, max: 500, describes: 'Why.' }) },
  returns: Delivery,
  fails: ['ALREADY_INVOICED'],
  run: async ({ id, reason }, context) => {
    const delivery = await context.data(Delivery).get(id);
    if (delivery.lines.some(({ invoiced }) => isSome(invoiced)))
      throw new DomainError('ALREADY_INVOICED', 'Void its invoice, or credit it, before.', ['id']);
    const cancelled = context.data(Delivery).move(delivery, 'CANCELLED', { reason });
    await giveBackToQuote(context, delivery);
    if (delivery.status === 'ISSUED') {
      await noteOnOrder(context, delivery, -1);
      if (delivery.order === undefined) await putBackIntoStock(context, delivery);
    }
    return cancelled;
  },
});

/** What an offer counted as taken waits again. */
const giveBackToQuote = async (context: Context, { quote, lines }: DeliveryRow): Promise<void> => {
  if (quote === undefined) return;
  const taken = lines.map(({ quoteLine = '', quantity }) => ({ key: quoteLine, quantity: `-${quantity}` }));
  await noteConverted(context, quote, taken);
};

import {
  boolean,
  date,
  decimal,
  DomainError,
  list,
  mutation,
  object,
  optional,
  query,
  ref,
  text,
  versionInput,
} from '#kernel';
import { given } from '#kernel';
import { Order } from './order.entity.ts';
import { undeliveredOf, wantedOf } from './order.rules.ts';
import { alignStock } from './order-stock.operations.ts';

const lineProgress = object('OrderLineProgress', {
  key: text({ max: 30, describes: 'Which line.' }),
  product: optional(ref('Product', { describes: 'The product.' })),
  description: optional(text({ max: 500, describes: 'What it says on the order.' })),
  ordered: decimal({ describes: 'How many are wanted: ordered, less what was cancelled.' }),
  reserved: decimal({ describes: 'How many are put by in stock.' }),
  shipped: decimal({ describes: 'How many have left.' }),
  received: decimal({ describes: 'How many the customer has received.' }),
  returned: decimal({ describes: 'How many came back.' }),
  invoiced: decimal({ describes: 'How many are invoiced.' }),
  missing: decimal({ describes: 'How many are still to leave.' }),
  expectedOn: optional(date({ describes: 'The day on which it is to arrive.' })),
  late: boolean({ describes: 'Whether that day has passed, and not all was delivered.' }),
});

export const orderProgress = query('orderProgress', {
  describes: 'How far an order is, line by line, until the customer has received it.',
  needs: 'order.read',
  input: { order: ref('Order', { describes: 'Which order.' }) },
  on: 'Order.progress',
  returns: {
    lines: list(lineProgress, { max: 500, describes: 'One for each line.' }),
    late: boolean({ describes: 'Whether anything is late.' }),
  },
  run: async ({ order: id }, { data, clock }) => {
    const order = await data(Order).get(id);
    const today = clock.today();
    const lines = order.lines.map((line) => {
      const missing = order.status === 'CANCELLED' ? '0' : undeliveredOf(line);
      return {
        ...given({ product: line.product, description: line.description, expectedOn: line.expectedOn }),
        ...{ key: line.key, ordered: wantedOf(line), reserved: line.reserved, shipped: line.delivered },
        ...{ received: line.received, returned: line.returned, invoiced: line.invoiced, missing },
        late: order.status === 'CONFIRMED' && missing !== '0' && (line.expectedOn ?? today) < today,
      };
    });
    return { lines, late: lines.some(({ late }) => late) };
  },
});

export const expectOrder = mutation('expectOrder', {
  describes:
    'Says on which day lines of a confirmed order are to arrive now; whoever sells is told when that day passes.',
  needs: 'order.update',
  input: {
    id: ref('Order', { describes: 'Which order.' }),
    version: versionInput,
    expectedOn: date({ describes: 'The day.' }),
    lines: optional(list(text({ max: 30 }), { max: 500, describes: 'The keys of the lines; all when absent.' })),
  },
  returns: Order,
  fails: ['LINE_NOT_FOUND'],
  run: async ({ id, expectedOn, lines: keys }, { data }) => {
    const order = await data(Order).get(id);
    const unknown = keys?.find((key) => !order.lines.some((line) => line.key === key));
    if (unknown !== undefined) throw new DomainError('LINE_NOT_FOUND', `The order has no line ${unknown}.`, ['lines']);
    const lines = order.lines.map((line) => (keys?.includes(line.key) === false ? line : { ...line, expectedOn }));
    return data(Order).update(order, { lines }, { event: 'order.expected' });
  },
});

export const reserveOrder = mutation('reserveOrder', {
  describes: 'Puts by what has come into stock since for a confirmed order that could not have all it wants.',
  needs: 'order.update',
  input: {
    id: ref('Order', { describes: 'Which order.' }),
    version: versionInput,
  },
  returns: Order,
  run: async ({ id }, context) => {
    const order = await context.data(Order).get(id);
    return context.data(Order).update(order, { lines: await alignStock(context, order) }, { event: 'order.reserved' });
  },
});

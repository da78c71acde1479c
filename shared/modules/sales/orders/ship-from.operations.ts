import { DomainError, list, mutation, optional, ref, text, versionInput } from '#kernel';
import { assertWarehouses } from '#modules/catalog/stock';
import { Order } from './order.entity.ts';
import { alignStock } from './order-stock.operations.ts';

/** Lines whose stock one write can free in one warehouse and put by in another. */
const mostLines = 30;

export const shipOrderFrom = mutation('shipOrderFrom', {
  describes:
    'Lets an order, or some lines of it, leave from another warehouse: a draft or a confirmed one. What was put by is free again where it was, and what is free is put by where it is now.',
  needs: 'order.update',
  input: {
    id: ref('Order', { describes: 'Which order.' }),
    version: versionInput,
    warehouse: text({ min: 1, max: 80, describes: 'The code of the warehouse.' }),
    lines: optional(
      list(text({ max: 30 }), { max: mostLines, describes: 'The keys of the lines; all when absent, of 30 at most.' }),
    ),
  },
  returns: Order,
  fails: ['WAREHOUSE_UNKNOWN', 'WAREHOUSE_INACTIVE', 'LINE_NOT_FOUND'],
  run: async ({ id, warehouse, lines: keys }, context) => {
    const order = await context.data(Order).get(id);
    await assertWarehouses(context, [warehouse]);
    const meant = order.lines.filter(({ key }) => keys?.includes(key) ?? true);
    if (meant.length < (keys?.length ?? 0))
      throw new DomainError('LINE_NOT_FOUND', 'The order has no such line.', ['lines']);
    if (meant.length > mostLines) throw new DomainError('TOO_LARGE', 'Name at most 30 lines.', ['lines']);
    const freed = await alignStock(context, { ...order, status: 'DRAFT', lines: meant });
    const placed = freed.map((line) => ({ ...line, warehouse }));
    const moved = new Map((await alignStock(context, { ...order, lines: placed })).map((line) => [line.key, line]));
    const lines = order.lines.map((line) => moved.get(line.key) ?? line);
    return context.data(Order).update(order, { lines }, { event: 'order.reserved' });
  },
});

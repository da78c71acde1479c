// Orders that are not wanted any more, in whole or in part.
import { decimal, DomainError, list, mutation, object, optional, recordInput, text, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { giveBackPromotions } from '#modules/catalog/promotions';
import { Approval } from '#modules/platform/approvals';
import { approvalKinds } from './confirm-order.operations.ts';
import { saveProgress, type NotedLine } from './note-progress.operations.ts';
import { Order, type OrderLine, type OrderRow } from './order.entity.ts';
import { cancellableOf, wantedOf } from './order.rules.ts';
import { giveBackOffer } from './quote-order.operations.ts';
import { alignStock } from './order-stock.operations.ts';
import { giveBackSamples } from './samples.operations.ts';

const input = {
  ...recordInput('Order'),
  reason: text({ min: 1, max: 500, describes: 'Why.' }),
};

/** Under this extension point modules behind this one say which orders cannot be cancelled: values of `CancelGuard`. */
export const cancelGuards = 'orders.cancelGuards';

/** @throws HANDED_OVER where somebody else is serving the order */
export type CancelGuard = (context: Context, order: OrderRow) => Promise<void>;

export const cancelOrder = mutation('cancelOrder', {
  describes:
    'Cancels an order, or part of it: what was neither delivered nor invoiced. Stock and promotions are free again, and an offer that it came of can be ordered again. It is CANCELLED when nothing of it remains; otherwise what was delivered and invoiced stays. What a wholesaler was sent is not cancelled: the wholesaler answers first.',
  needs: 'order.cancel',
  input: {
    ...input,
    lines: optional(
      list(
        object('CancelledQuantity', {
          key: text({ max: 30, describes: 'Which line.' }),
          quantity: decimal({ min: '0.000001', describes: 'How many of it are not wanted.' }),
        }),
        { max: 500, describes: 'Which lines of a confirmed order, and how many of each; all that may be when absent.' },
      ),
    ),
  },
  returns: Order,
  fails: ['OVER_CANCELLED', 'LINE_NOT_FOUND', 'LINE_TWICE', 'NOTHING_LEFT', 'HANDED_OVER'],
  run: async ({ id, reason, lines: some }, context) => {
    const order = await context.data(Order).get(id);
    if (order.status === 'PENDING_APPROVAL') await withdrawQuestion(context, order);
    if (order.status !== 'CONFIRMED' && order.status !== 'CLOSED') return giveUp(context, order, reason);
    assertConfirmed(order);
    await assertOurs(context, order);
    return reduce(context, order, some ?? allLeft(order), reason);
  },
});

export const closeOrder = mutation('closeOrder', {
  describes:
    'Closes a confirmed order of which part was delivered or invoiced: what was not is cancelled. What was delivered can still be invoiced.',
  needs: 'order.close',
  input,
  returns: Order,
  fails: ['NOTHING_DELIVERED'],
  run: async ({ id, reason }, context) => {
    const order = await context.data(Order).get(id);
    assertConfirmed(order);
    const { lines, cancelled } = without(order, allLeft(order));
    if (lines.every(isGone))
      throw new DomainError('NOTHING_DELIVERED', 'Nothing was delivered or invoiced; cancel it.', ['id']);
    await giveBack(context, order, cancelled);
    return endAs(context, { ...order, lines }, 'CLOSED', reason);
  },
});

/** Nobody is asked any longer whether it may be confirmed. */
const withdrawQuestion = async ({ trusted }: Context, { id }: OrderRow): Promise<void> => {
  for (const kind of approvalKinds) {
    const approval = await trusted(Approval).findUnique('asked', `${id}/${kind}`);
    if (approval) trusted(Approval).move(approval, 'WITHDRAWN', { waitingFor: [], asked: null });
  }
};

const assertConfirmed = ({ status }: OrderRow): void => {
  if (status !== 'CONFIRMED')
    throw new DomainError('INVALID_STATE', `It is ${status}; nothing of it can be cancelled.`, ['id']);
};

const assertOurs = async (context: Context, order: OrderRow): Promise<void> => {
  for (const guard of context.registry.contributions(cancelGuards) as readonly CancelGuard[])
    await guard(context, order);
};

const allLeft = ({ lines }: OrderRow): readonly NotedLine[] =>
  lines.map((line) => ({ key: line.key, quantity: cancellableOf(line) })).filter(({ quantity }) => quantity !== '0');

const isGone = (line: OrderLine): boolean => new Exact(wantedOf(line)).isZero();

const reduce = async (
  context: Context,
  order: OrderRow,
  asked: readonly NotedLine[],
  reason: string,
): Promise<OrderRow> => {
  if (asked.length === 0) throw new DomainError('NOTHING_LEFT', 'All of it was delivered or invoiced.', ['id']);
  const { lines, cancelled } = without(order, asked);
  await giveBack(context, order, cancelled);
  if (!lines.every(isGone)) return saveProgress(context, order, lines, 'order.reduced');
  await giveBackPromotions(context, order.promotions, order.account);
  return endAs(context, { ...order, lines }, 'CANCELLED', reason);
};

/** What was never confirmed counted nowhere but on its offer. */
const giveUp = async (context: Context, order: OrderRow, reason: string): Promise<OrderRow> => {
  const ended = await endAs(context, order, 'CANCELLED', reason);
  await giveBackOffer(context, order, allLeft(order));
  return ended;
};

const giveBack = async (context: Context, order: OrderRow, cancelled: readonly NotedLine[]): Promise<void> => {
  await giveBackSamples(context, order, cancelled);
  await giveBackOffer(context, order, cancelled);
};

const endAs = async (
  context: Context,
  order: OrderRow,
  status: 'CANCELLED' | 'CLOSED',
  reason: string,
): Promise<OrderRow> => {
  const lines = await alignStock(context, { ...order, status });
  return context.data(Order).move(order, status, { lines, reason, closedAt: context.clock.instant() });
};

/** The lines without what is not wanted any more. @throws LINE_NOT_FOUND, LINE_TWICE, OVER_CANCELLED */
const without = ({ lines }: OrderRow, asked: readonly NotedLine[]) => {
  const byKey = new Map(lines.map((line) => [line.key, line]));
  if (new Set(asked.map(({ key }) => key)).size < asked.length)
    throw new DomainError('LINE_TWICE', 'A line is named twice.', ['lines']);
  asked.forEach(({ key, quantity }, index) => {
    const line = byKey.get(key);
    if (!line) throw new DomainError('LINE_NOT_FOUND', `The order has no line ${key}.`, ['lines', index, 'key']);
    if (new Exact(quantity).gt(cancellableOf(line)))
      throw new DomainError('OVER_CANCELLED', `Of line ${key} only ${cancellableOf(line)} may be cancelled.`, [
        ...['lines', index, 'quantity'],
      ]);
    byKey.set(key, { ...line, cancelled: decimalText(new Exact(line.cancelled).plus(quantity)) });
  });
  return { lines: [...byKey.values()], cancelled: asked };
};

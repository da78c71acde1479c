// Keeps what is said to keep items from being invoiced as their customers, orders and deliveries are now.
import type { Context } from '#kernel';
import { Delivery, type DeliveryRow } from '#modules/sales/deliveries';
import { Order, type OrderRow } from '#modules/sales/orders';
import { BillableItem, type BillableItemRow, type BillingBlock } from './billable-item.entity.ts';
import { blocksAfter, saySame } from './blocks.rules.ts';
import { BilledAccount, type BilledAccountRow } from './trading-terms.entity.ts';

/** What blocks depend on. */
export type Around = {
  readonly accounts: ReadonlyMap<string, BilledAccountRow>;
  readonly orders: ReadonlyMap<string, OrderRow>;
  readonly deliveries: ReadonlyMap<string, DeliveryRow>;
};

type Sourced = Pick<BillableItemRow, 'account' | 'order' | 'delivery' | 'reference'>;

const idsOf = (values: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(values.flatMap((value) => value ?? [])),
];

/** Reads what the blocks of items depend on, in three requests. */
export const readAround = async ({ trusted }: Context, items: readonly Sourced[]): Promise<Around> => {
  const [accounts, orders, deliveries] = await Promise.all([
    trusted(BilledAccount).getMany(idsOf(items.map(({ account }) => account))),
    trusted(Order).getMany(idsOf(items.map(({ order }) => order))),
    trusted(Delivery).getMany(idsOf(items.map(({ delivery }) => delivery))),
  ]);
  return { accounts, orders, deliveries };
};

/** What keeps an item from being invoiced now. */
export const blocksOf = (
  item: Sourced & { readonly blockedBy?: readonly BillingBlock[] },
  { accounts, orders, deliveries }: Around,
  at: string,
): readonly BillingBlock[] => {
  const account = accounts.get(item.account);
  const before = item.blockedBy ?? [];
  if (!account) return before;
  const delivery = item.delivery === undefined ? undefined : deliveries.get(item.delivery);
  const reference = item.reference ?? (item.order === undefined ? undefined : orders.get(item.order)?.reference);
  return blocksAfter(before, { account, reference, isUnconfirmed: delivery?.status === 'ISSUED' }, at);
};

/** Whether an item waits to be invoiced. */
export const isWaiting = ({ status }: Pick<BillableItemRow, 'status'>): boolean =>
  status === 'PENDING' || status === 'PENDING_REINVOICE';

/** Items with the blocks that they have now; those that changed are written. */
export const refreshBlocks = async (
  context: Context,
  items: readonly BillableItemRow[],
): Promise<readonly BillableItemRow[]> => {
  const around = await readAround(context, items);
  const at = context.clock.instant();
  return items.map((item) => (isWaiting(item) ? withBlocks(context, item, blocksOf(item, around, at)) : item));
};

/** An item with these blocks. */
export const withBlocks = (
  { trusted }: Context,
  item: BillableItemRow,
  blockedBy: readonly BillingBlock[],
): BillableItemRow => {
  if (saySame(item.blockedBy, blockedBy)) return item;
  const isMore = blockedBy.length > item.blockedBy.length;
  return trusted(BillableItem).update(
    item,
    { blockedBy },
    { event: isMore ? 'billableItem.blocked' : 'billableItem.unblocked' },
  );
};

// What a delivery without an order does to stock: goods leave when it is issued, and come back when it is cancelled or returned.
// Those of an order leave and come back as the lines of the order count them.
import type { Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { Product } from '#modules/catalog/products';
import { changeStock, noteMovement, type MovementReason, type StockItem } from '#modules/catalog/stock';
import { Order, stockOf } from '#modules/sales/orders';
import type { DeliveryRow } from './delivery.entity.ts';
import type { LineQuantity } from './delivery.rules.ts';

/** Takes what is delivered from the warehouses that it names; what names none is counted nowhere. */
export const takeFromStock = async (context: Context, delivery: DeliveryRow): Promise<void> =>
  move(context, 'SALE', delivery, await stockItems(context, delivery, delivery.warehouse));

/** Puts back what was taken: some lines, or all. */
export const putBackIntoStock = async (
  context: Context,
  delivery: DeliveryRow,
  taken?: readonly LineQuantity[],
): Promise<void> => move(context, 'RETURN', delivery, await stockItems(context, delivery, delivery.warehouse, taken));

/** Takes again what an order has put back though it is of no more use. */
export const giveUpReturned = async (
  context: Context,
  delivery: DeliveryRow,
  taken: readonly LineQuantity[],
): Promise<void> => {
  const order = delivery.order === undefined ? undefined : await context.trusted(Order).get(delivery.order);
  const items = await stockItems(context, delivery, order?.warehouse, taken);
  await move(context, 'SALE', delivery, items);
};

const move = async (
  context: Context,
  reason: MovementReason,
  { id }: DeliveryRow,
  items: readonly StockItem[],
): Promise<void> => {
  const onHand = (quantity: string): string => (reason === 'RETURN' ? quantity : `-${quantity}`);
  await changeStock(
    context,
    items.map((item) => ({ ...item, promised: '0', onHand: onHand(item.quantity) })),
  );
  noteMovement(context, reason, id, items);
};

const stockItems = async (
  { trusted }: Context,
  { lines }: DeliveryRow,
  usual: string | undefined,
  taken?: readonly LineQuantity[],
): Promise<readonly StockItem[]> => {
  const products = await trusted(Product).getMany([...new Set(lines.flatMap(({ product }) => product ?? []))]);
  const quantities = new Map((taken ?? lines).map(({ key, quantity }) => [key, quantity]));
  return lines.flatMap((line) => {
    const warehouse = line.warehouse ?? usual;
    const quantity = quantities.get(line.key);
    if (warehouse === undefined || quantity === undefined) return [];
    return stockOf(products.get(line.product ?? ''), line.unit).map((one) => ({
      ...{ product: one.product, warehouse },
      quantity: decimalText(new Exact(one.quantity).times(quantity)),
    }));
  });
};

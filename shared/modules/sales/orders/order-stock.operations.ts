// Keeps stock as the lines of an order ask for it, in the order's own write.
import type { Context } from '#kernel';
import { DomainError } from '#kernel';
import { changeStock, freeOf, levelsAt, noteMovement, type StockLevelRow } from '#modules/catalog/stock';
import { Exact } from '#kernel/decimals';
import type { OrderLine, OrderRow } from './order.entity.ts';
import { placesOf, planStock, shortLines } from './stock-plan.rules.ts';

/** Places of stock that one write changes, at most: a document with more is served in several writes, one behind the other. */
export const mostPlaces = 60;

type Stocked = Pick<OrderRow, 'id' | 'status' | 'type' | 'warehouse' | 'lines'>;

/** Promises, releases, takes and takes back what the lines ask for now. Answers the lines with what they hold and have taken. */
export const alignStock = async (context: Context, order: Stocked): Promise<readonly OrderLine[]> => {
  const levels = await levelsOf(context, order);
  const { lines, changes } = planStock(order, freeIn(levels), mostPlaces);
  await changeStock(context, changes, levels);
  noteMovements(context, order, changes);
  return lines;
};

/** @throws OUT_OF_STOCK with the lines that cannot have all they want */
export const assertInStock = async (context: Context, order: Stocked): Promise<void> => {
  const short = shortLines(order, freeIn(await levelsOf(context, order)));
  if (short.length > 0)
    throw new DomainError(
      'OUT_OF_STOCK',
      `Not enough is free for ${short.map(({ key, description }) => `line ${key} (${description ?? ''})`).join(', ')}.`.slice(
        0,
        500,
      ),
      ['lines', order.lines.findIndex(({ key }) => key === short[0]?.key)],
    );
};

const levelsOf = (context: Context, order: Stocked): Promise<ReadonlyMap<string, StockLevelRow>> =>
  levelsAt(
    context,
    order.lines.flatMap((line) => placesOf(line, order)),
  );

const freeIn = (levels: ReadonlyMap<string, StockLevelRow>): ReadonlyMap<string, string> =>
  new Map([...levels].map(([place, level]) => [place, freeOf(level)]));

const noteMovements = (context: Context, { id, type }: Stocked, changes: ReturnType<typeof planStock>['changes']) => {
  const moved = changes.map(({ product, warehouse, onHand }) => ({ product, warehouse, quantity: new Exact(onHand) }));
  const sign = (quantity: InstanceType<typeof Exact>) => quantity.abs().toFixed();
  const items = (all: typeof moved) => all.map((each) => ({ ...each, quantity: sign(each.quantity) }));
  noteMovement(
    context,
    type === 'SAMPLE' ? 'SAMPLE' : 'SALE',
    id,
    items(moved.filter(({ quantity }) => quantity.lt(0))),
  );
  noteMovement(context, 'RETURN', id, items(moved.filter(({ quantity }) => quantity.gt(0))));
};

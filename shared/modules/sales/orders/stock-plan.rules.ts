// What the lines of an order have to promise of stock and take from it, so that stock agrees with them.
import { decimalText, Exact } from '#kernel/decimals';
import { undeliveredOf, type LineQuantities } from './order.rules.ts';

/** A line, as far as stock goes. */
export type StockLine = LineQuantities & {
  readonly key: string;
  readonly warehouse?: string;
  readonly stock: readonly { readonly product: string; readonly quantity: string }[];
  readonly reserved: string;
  readonly taken: string;
};

/** A change of a level. */
export type LevelChange = {
  readonly product: string;
  readonly warehouse: string;
  readonly promised: string;
  readonly onHand: string;
};

/** The order around the lines. */
export type StockOrder = { readonly status: string; readonly type: string; readonly warehouse?: string };

/** Where a line takes its stock from: nowhere when nobody has said a warehouse, and in what a wholesaler delivers. */
export const placesOf = (
  line: Pick<StockLine, 'stock' | 'warehouse'>,
  order: Pick<StockOrder, 'warehouse' | 'type'>,
): readonly { readonly product: string; readonly warehouse: string; readonly quantity: string }[] => {
  const warehouse = line.warehouse ?? order.warehouse;
  if (warehouse === undefined || order.type === 'TRANSFER') return [];
  return line.stock.map((each) => ({ ...each, warehouse }));
};

/** How many of a line are to be put by while its order is in force. */
const wantedIn = (line: StockLine, { status }: StockOrder): string =>
  status === 'CONFIRMED' ? undeliveredOf(line) : '0';

const takenIn = ({ delivered, returned }: LineQuantities): string => decimalText(new Exact(delivered).minus(returned));

type Free = Map<string, InstanceType<typeof Exact>>;
type Plan<Line> = { readonly lines: readonly Line[]; readonly changes: readonly LevelChange[] };

/**
 * The lines with what they now hold and have taken, and the changes of levels that go with it. Lines come in their order, and no
 * more is promised than is free at any place; `free` has the places of which somebody has told, by `product warehouse`.
 * Behind `mostPlaces` places the other lines stay as they are, for another write.
 */
export const planStock = <Line extends StockLine>(
  order: StockOrder & { readonly lines: readonly Line[] },
  free: ReadonlyMap<string, string>,
  mostPlaces: number,
): Plan<Line> => {
  const left: Free = new Map([...free].map(([place, quantity]) => [place, new Exact(quantity)]));
  const touched = new Set<string>();
  const changes: LevelChange[] = [];
  const lines = order.lines.map((line) => {
    const places = placesOf(line, order).filter((place) => left.has(keyOf(place)));
    const planned = planLine(line, order, places, left);
    const more = planned.changes.map(keyOf).filter((place) => !touched.has(place));
    if (touched.size + more.length > mostPlaces) return line;
    for (const place of more) touched.add(place);
    for (const change of planned.changes)
      left.set(keyOf(change), (left.get(keyOf(change)) ?? new Exact(0)).plus(change.onHand).minus(change.promised));
    changes.push(...planned.changes);
    return planned.line;
  });
  return { lines, changes };
};

const keyOf = ({ product, warehouse }: { readonly product: string; readonly warehouse: string }): string =>
  `${product} ${warehouse}`;

const planLine = <Line extends StockLine>(
  line: Line,
  order: StockOrder,
  places: ReturnType<typeof placesOf>,
  left: Free,
): { readonly line: Line; readonly changes: readonly LevelChange[] } => {
  const taken = takenIn(line);
  const leaving = new Exact(taken).minus(line.taken);
  const reserved = places.length === 0 ? new Exact(0) : holdable(line, wantedIn(line, order), places, left);
  const more = reserved.minus(line.reserved);
  const changes = places.map(({ product, warehouse, quantity }) => ({
    ...{ product, warehouse },
    promised: decimalText(more.times(quantity)),
    onHand: decimalText(leaving.times(quantity).negated()),
  }));
  const isStill = leaving.isZero() && more.isZero();
  if (isStill) return { line, changes: [] };
  return { line: { ...line, taken, reserved: decimalText(reserved) }, changes };
};

/** What a line can hold: all it wants, or what it holds already and what is free beside it at every place. */
const holdable = (line: StockLine, wanted: string, places: ReturnType<typeof placesOf>, left: Free) => {
  const has = new Exact(line.reserved);
  if (has.gte(wanted)) return new Exact(wanted);
  const most = places.map((place) =>
    Exact.max(0, left.get(keyOf(place)) ?? 0)
      .div(place.quantity)
      .toDecimalPlaces(6, Exact.ROUND_DOWN),
  );
  return Exact.min(wanted, has.plus(Exact.min(...most)));
};

/** The lines that cannot hold all they want; those that nobody tells the stock of are no matter. */
export const shortLines = <Line extends StockLine>(
  order: StockOrder & { readonly lines: readonly Line[] },
  free: ReadonlyMap<string, string>,
): readonly Line[] =>
  planStock(order, free, Number.MAX_SAFE_INTEGER).lines.filter(
    (line) =>
      placesOf(line, order).some((place) => free.has(keyOf(place))) &&
      new Exact(line.reserved).lt(wantedIn(line, order)),
  );

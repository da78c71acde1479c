// Promises and moves of stock, in the write of the document that asks for them. A level changes under its version, so that two
// orders never get the same last piece: who comes second is run again and finds less.
import { DomainError, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { placeOf, StockLevel, type StockLevelRow } from './stock-level.entity.ts';
import { freeOf } from './stock.rules.ts';
import { StockMovement, type MovementReason } from './stock-movement.entity.ts';

/** So much of a product in a warehouse, in the unit of the product. */
export type StockItem = { readonly product: string; readonly warehouse: string; readonly quantity: string };

/** What becomes of a level: how much more (or less) is promised of it, how much more (or less) lies there. */
export type StockChange = {
  readonly product: string;
  readonly warehouse: string;
  readonly promised: string;
  readonly onHand: string;
};

/** The levels of places, by place; those of which nobody has told are left out. */
export const levelsAt = async (
  { trusted }: Context,
  places: readonly { readonly product: string; readonly warehouse: string }[],
): Promise<ReadonlyMap<string, StockLevelRow>> => {
  const asked = [...new Set(places.map(placeOf))];
  if (asked.length === 0) return new Map();
  const found = await trusted(StockLevel).findAllUnique('place', asked);
  return new Map([...found].filter(([, { archivedAt }]) => archivedAt === undefined));
};

/**
 * Changes levels, each once however often it is named. Places of which nobody has told are passed over.
 * @throws OUT_OF_STOCK when more is to be promised than is free
 */
export const changeStock = async (
  context: Context,
  changes: readonly StockChange[],
  known?: ReadonlyMap<string, StockLevelRow>,
): Promise<void> => {
  const levels = known ?? (await levelsAt(context, changes));
  for (const [place, change] of summed(changes)) {
    const level = levels.get(place);
    if (level) applyTo(context, level, change);
  }
};

const summed = (changes: readonly StockChange[]): ReadonlyMap<string, StockChange> => {
  const byPlace = new Map<string, StockChange>();
  for (const change of changes) {
    const before = byPlace.get(placeOf(change));
    byPlace.set(placeOf(change), {
      ...change,
      promised: decimalText(new Exact(before?.promised ?? 0).plus(change.promised)),
      onHand: decimalText(new Exact(before?.onHand ?? 0).plus(change.onHand)),
    });
  }
  return byPlace;
};

const applyTo = ({ trusted }: Context, level: StockLevelRow, { promised, onHand }: StockChange): void => {
  const wanted = new Exact(promised);
  if (wanted.gt(0) && wanted.gt(freeOf(level)))
    throw new DomainError('OUT_OF_STOCK', `Of ${promised} in ${level.warehouse} ${freeOf(level)} are free.`, ['lines']);
  trusted(StockLevel).update(
    level,
    {
      promised: decimalText(Exact.max(0, wanted.plus(level.promised ?? 0))),
      onHand: decimalText(new Exact(level.onHand).plus(onHand)),
    },
    { aside: true },
  );
};

/** Notes what left (or, as a return, came back), and why. */
export const noteMovement = (
  { trusted }: Context,
  reason: MovementReason,
  record: string,
  items: readonly StockItem[],
): void => {
  const moved = items.map((item) => ({
    ...item,
    quantity: reason === 'RETURN' ? item.quantity : negative(item.quantity),
  }));
  if (moved.length > 0) trusted(StockMovement).create({ reason, record, items: moved });
};

const negative = (quantity: string): string => decimalText(new Exact(quantity).negated());

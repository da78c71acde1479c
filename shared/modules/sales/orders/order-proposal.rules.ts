// What a customer usually orders, from its last orders.
import { compareDecimals } from '#kernel/decimals';

type Past = {
  readonly id: string;
  readonly createdAt: string;
  readonly lines: readonly { readonly product?: string; readonly quantity: string; readonly unit?: string }[];
};

/** A product that was ordered, how often, and what was ordered of it last. */
export type Usual = {
  readonly product: string;
  readonly times: number;
  readonly quantity: string;
  readonly unit?: string;
  readonly lastOrderedAt: string;
  /** The order in which it was ordered last. */
  readonly order: string;
};

/** Where an order stands among others: by its time, then by its id. */
export const placeOf = ({ createdAt, id }: Pick<Past, 'createdAt' | 'id'>): string => `${createdAt} ${id}`;

/** The products of past orders, the most usual first; of equally usual ones what was ordered last. */
export const usualProducts = (past: readonly Past[], most: number): readonly Usual[] => {
  const found = new Map<string, Usual>();
  for (const { id, createdAt, lines } of [...past].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)))
    for (const { product, quantity, unit } of lines) {
      if (product === undefined || compareDecimals(quantity, '0') <= 0) continue;
      const before = found.get(product);
      const isSameOrder = before?.order === id;
      found.set(product, {
        ...{ product, quantity, order: id, lastOrderedAt: createdAt },
        times: (before?.times ?? 0) + (isSameOrder ? 0 : 1),
        ...(unit !== undefined && { unit }),
      });
    }
  return [...found.values()]
    .sort((a, b) => b.times - a.times || (`${a.lastOrderedAt} ${a.order}` > `${b.lastOrderedAt} ${b.order}` ? -1 : 1))
    .slice(0, most);
};

// The lines of a document before they are priced: each has its key, and a product that may be sold.
import { DomainError, type Context } from '#kernel';
import { Product, type ProductRow } from '#modules/catalog/products';
import { mostLines, type LineInput } from './document-line.entity.ts';

/** A line that is known by its key. */
export type KeyedLine = LineInput & { readonly key: string };

/** Lines keep the key that they have; new ones take the next number. @throws TOO_MANY_LINES, LINE_TWICE */
export const withKeys = <Line extends LineInput>(lines: readonly Line[]): readonly (Line & KeyedLine)[] => {
  if (lines.length > mostLines)
    throw new DomainError('TOO_MANY_LINES', `A document has at most ${String(mostLines)} lines.`, ['lines']);
  const taken = new Set(lines.flatMap(({ key }) => key ?? []));
  let next = 0;
  const free = (): string => {
    do next++;
    while (taken.has(String(next)));
    return String(next);
  };
  const keyed = lines.map((line) => ({ ...line, key: line.key ?? free() }));
  if (new Set(keyed.map(({ key }) => key)).size < keyed.length)
    throw new DomainError('LINE_TWICE', 'Two lines have the same key.', ['lines']);
  return keyed;
};

/** The products of lines that were agreed before, whatever became of them since. */
export const knownProducts = (
  { trusted }: Context,
  lines: readonly KeyedLine[],
): Promise<ReadonlyMap<string, ProductRow>> =>
  trusted(Product).getMany([...new Set(lines.flatMap(({ product }) => product ?? []))]);

/** The products of the lines, in one request. @throws NOT_FOUND, LINE_INCOMPLETE, PRODUCT_INACTIVE, UNIT_UNKNOWN */
export const productsOf = async (
  { data }: Context,
  lines: readonly KeyedLine[],
): Promise<ReadonlyMap<string, ProductRow>> => {
  const products = await data(Product).getMany([...new Set(lines.flatMap(({ product }) => product ?? []))]);
  lines.forEach((line, index) => {
    if (line.product === undefined) assertSaysItself(line, index);
    else assertSellable(line, products.get(line.product), index);
  });
  return products;
};

const assertSaysItself = ({ description, unitPrice }: KeyedLine, index: number): void => {
  if (description === undefined || unitPrice === undefined)
    throw new DomainError('LINE_INCOMPLETE', 'A line without a product says what it is and what it costs.', [
      'lines',
      index,
    ]);
};

const assertSellable = ({ unit }: KeyedLine, product: ProductRow | undefined, index: number): void => {
  const path = ['lines', index, 'product'];
  if (!product) throw new DomainError('NOT_FOUND', 'There is no such product.', path);
  if (!product.active || !product.isSold || product.archivedAt !== undefined)
    throw new DomainError('PRODUCT_INACTIVE', `${product.name} is not sold.`, path);
  if (unit !== undefined && unit !== product.unit && !(product.units ?? []).some((other) => other.unit === unit))
    throw new DomainError('UNIT_UNKNOWN', `${product.name} is not sold by ${unit}.`, ['lines', index, 'unit']);
};

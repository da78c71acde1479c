import {
  choice,
  date,
  derivedOptional,
  integer,
  list,
  ref,
  text,
  type AnyEntity,
  type AnyRow,
  type Context,
  type FieldMap,
  type Row,
} from '#kernel';
import type { Moment, SegmentRelation, Standing, Values } from '#modules/parties/segments';
import { Product, type ProductRow } from '#modules/catalog/products';
import { affinitySources, likingAt, type Liking, type Signal } from './affinity.rules.ts';

/** The relation under which criteria of segments find it. */
export const affinities = 'affinities';

/** What somebody likes, and how much. */
export const affinityFields = {
  product: derivedOptional(ref('Product', { describes: 'The product, where it is one.' })),
  family: derivedOptional(text({ max: 80, describes: 'The family of products, where it is one.' })),
  characteristic: derivedOptional(
    text({ max: 300, describes: 'The characteristic of products, where it is one: `colour: red`.' }),
  ),
  strength: integer({ min: 1, max: 5, describes: 'How much: 1 little, 5 very much.' }),
  date: date({ describes: 'What shows it happened last on this day.' }),
  sources: list(choice(affinitySources, { named: 'AffinitySource' }), {
    max: 4,
    describes: 'What shows it: purchases, what somebody said, opportunities, activities.',
  }),
} satisfies FieldMap;

/** What a record shows of the tastes of an account. */
export type Shown = Signal & { readonly account: string };

/** How a kind of record shows what accounts like; for the extension point `segments.relations`. */
export const affinitiesShownBy = <E extends AnyEntity>(
  of: E,
  shows: (row: Row<E>) => readonly Shown[],
): SegmentRelation => ({
  name: affinities,
  describes:
    'What the account likes: products, families, characteristics; by purchases, opportunities, activities and its own words.',
  subject: 'Account',
  of,
  fields: affinityFields,
  facts: (row: AnyRow) => shows(row as Row<E>).map(({ account, ...signal }) => ({ subject: account, values: signal })),
  settle: settleAffinities,
});

/** What signals come to at a moment, product by product, family by family, characteristic by characteristic; the strongest first. */
const settleAffinities = async (facts: readonly Values[], { at }: Moment, { trusted }: Context): Promise<Standing> => {
  const signals = facts as unknown as readonly Signal[];
  const products = await trusted(Product).getMany([...new Set(signals.map(({ product }) => product))]);
  const likings = [
    ...likingsBy('product', signals, at, ({ product }) => [product]),
    ...likingsBy('family', signals, at, ({ product }) => products.get(product)?.family ?? []),
    ...likingsBy('characteristic', signals, at, ({ product }) => characteristicsOf(products.get(product))),
  ];
  return {
    facts: likings
      .map(({ fadesAt: _fadesAt, ...liking }) => liking)
      .sort((one, other) => other.strength - one.strength || (one.date < other.date ? 1 : -1)),
    ...(likings.length > 0 && { changesAt: Math.min(...likings.map(({ fadesAt }) => fadesAt)) }),
  };
};

const characteristicsOf = (product: ProductRow | undefined): readonly string[] =>
  (product?.characteristics ?? []).map(({ name, value, unit }) =>
    [`${name}:`, value, ...(unit === undefined ? [] : [unit])].join(' '),
  );

const likingsBy = (
  name: 'product' | 'family' | 'characteristic',
  signals: readonly Signal[],
  at: number,
  thingsOf: (signal: Signal) => string | readonly string[],
): readonly (Liking & Values)[] => {
  const all = signals.flatMap((signal) => [thingsOf(signal)].flat().map((thing) => ({ thing, signal })));
  return [...Map.groupBy(all, ({ thing }) => thing)].flatMap(([thing, group]) => {
    const liking = likingAt(
      group.map(({ signal }) => signal),
      at,
    );
    return liking ? [{ [name]: thing, ...liking }] : [];
  });
};

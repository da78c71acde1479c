import {
  date,
  dateTime,
  decimal,
  derived,
  derivedOptional,
  entity,
  externalIds,
  list,
  noOwner,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';
import { freeOf, stockProblems } from './stock.rules.ts';

/** How much of a product lies in a warehouse. */
export const StockLevel = entity('StockLevel', {
  idPrefix: 'stk',
  describes:
    'How much of a product lies in a warehouse, as the system that counts it last said, and what of it our own orders have promised since.',
  fields: {
    product: ref('Product', { describes: 'Which product.' }),
    warehouse: text({ max: 80, describes: 'Which warehouse, by its name or code there.' }),
    onHand: decimal({ scale: 6, describes: 'What lies there.' }),
    reserved: optional(
      decimal({ scale: 6, min: '0', describes: 'What of it others have promised: orders that are not ours to track.' }),
    ),
    incoming: optional(
      list(
        object('IncomingStock', {
          expectedOn: date({ describes: 'The day on which it is awaited.' }),
          quantity: decimal({ min: '0', describes: 'How many.' }),
        }),
        { max: 50, describes: 'What is on its way.' },
      ),
    ),
    promised: derivedOptional(decimal({ scale: 6, describes: 'What of it confirmed orders of ours have reserved.' })),
    free: derived(decimal({ scale: 6, describes: 'What can still be promised.' })),
    countedAt: dateTime({ describes: 'As of when.' }),
    place: derived(text({ max: 130, unique: true, describes: 'Product and warehouse in one.' })),
    externalIds: externalIds(),
  },
  owner: noOwner,
  keys: {
    byProduct: { gsi: 1, of: 'product', sort: 'warehouse', on: 'Product.stock' },
    all: { gsi: 3, sort: 'countedAt' },
  },
  defaults: ['create', 'update', 'archive'],
  title: ({ place }) => place,
  prepare: ({ product, warehouse, ...level }) => ({ place: placeOf({ product, warehouse }), free: freeOf(level) }),
  check: (row) => stockProblems(row),
});

/** Product and warehouse in one: by which a level is found. */
export const placeOf = ({ product, warehouse }: { readonly product: string; readonly warehouse: string }): string =>
  `${product} ${warehouse}`;

/** A level, as code sees it. */
export type StockLevelRow = Row<typeof StockLevel>;

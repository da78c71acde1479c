import { dateTime, decimal, derived, entity, externalIds, noOwner, optional, ref, text, type Row } from '#kernel';
import { freeOf, stockProblems } from './stock.rules.ts';

/** How much of a product lies in a warehouse. */
export const StockLevel = entity('StockLevel', {
  idPrefix: 'stk',
  describes: 'How much of a product lies in a warehouse, as the system that counts it last said.',
  fields: {
    product: ref('Product', { describes: 'Which product.' }),
    warehouse: text({ max: 80, describes: 'Which warehouse, by its name or code there.' }),
    onHand: decimal({ scale: 6, describes: 'What lies there.' }),
    reserved: optional(decimal({ scale: 6, min: '0', describes: 'What of it is promised already.' })),
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
  prepare: ({ product, warehouse, onHand, reserved = '0' }) => ({
    place: `${product} ${warehouse}`,
    free: freeOf(onHand, reserved),
  }),
  check: (row) => stockProblems(row),
});

/** A level, as code sees it. */
export type StockLevelRow = Row<typeof StockLevel>;

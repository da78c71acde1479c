import { choice, decimal, entity, list, noOwner, object, ref, text, type Row } from '#kernel';

/** Why stock moves. */
export const movementReasons = ['SALE', 'SAMPLE', 'RETURN'] as const;
/** Why stock moves. */
export type MovementReason = (typeof movementReasons)[number];

/** Stock that left or came back because of a document. */
export const StockMovement = entity('StockMovement', {
  idPrefix: 'stm',
  describes: 'Stock that left or came back because of one of our documents, and why. It is written once and stays.',
  fields: {
    reason: choice(movementReasons, {
      named: 'StockMovementReason',
      describes: 'A sale, a sample given away, or goods that came back.',
    }),
    record: ref('*', { describes: 'The document that moved it.' }),
    items: list(
      object('MovedStock', {
        product: ref('Product', { describes: 'Which product.' }),
        warehouse: text({ max: 80, describes: 'The warehouse that it left, or came back to.' }),
        quantity: decimal({ describes: 'How many, in the unit of the product; negative for what left.' }),
      }),
      { max: 500, describes: 'What moved.' },
    ),
  },
  owner: noOwner,
  keys: {
    byRecord: { gsi: 1, of: 'record', sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byReason: { gsi: 4, of: 'reason', sort: 'createdAt', keepsClosed: true },
  },
  defaults: [],
  title: ({ reason }) => reason,
});

/** A movement, as code sees it. */
export type StockMovementRow = Row<typeof StockMovement>;

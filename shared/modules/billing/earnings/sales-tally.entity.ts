import { date, entity, list, money, noOwner, object, optional, text, type Row } from '#kernel';

/** What a document sold or took back. It never changes: what is taken back is a tally of its own. */
export const SalesTally = entity('SalesTally', {
  idPrefix: 'sty',
  describes:
    'What an invoice sold, or a credit note took back, by product: totals of what people sell are added up of it.',
  fields: {
    user: text({ max: 60, describes: 'Who sold it.' }),
    on: date({ describes: 'The day of the document.' }),
    products: list(
      object('TalliedProduct', {
        product: optional(text({ max: 60, describes: 'What; absent for a line without product.' })),
        amount: money({ describes: 'For how much, without taxes.' }),
      }),
      { max: 1000, describes: 'What was sold, each product once.' },
    ),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'on' } },
  defaults: [],
  internal: true,
  title: ({ on }) => on,
});

/** A tally, as code sees it. */
export type SalesTallyRow = Row<typeof SalesTally>;

import {
  boolean,
  date,
  decimal,
  defaulted,
  entity,
  externalIds,
  noOwner,
  object,
  optional,
  percent,
  ref,
  text,
  type Row,
} from '#kernel';

const adjustment = object(
  'PriceAdjustment',
  {
    percent: optional(percent({ min: '-100', max: '1000', describes: 'Percent on top; `-10` is ten percent less.' })),
    roundTo: optional(decimal({ min: '0.000001', describes: 'Then rounded to a multiple of this: 0.05.' })),
    surcharge: optional(
      decimal({ min: '-1000000', describes: 'Then this much more; `-0.01` for prices that end in 99.' }),
    ),
    minMargin: optional(decimal({ describes: 'At least this much above the price below.' })),
    maxMargin: optional(decimal({ describes: 'At most this much above the price below.' })),
  },
  { describes: 'How prices that the list does not hold itself are made of those below it.' },
);

/** Prices for some customers, for a time. */
export const PriceList = entity('PriceList', {
  idPrefix: 'pls',
  describes:
    'Prices for some customers, for a time: its own, and for everything else those of the list that it rests upon, or of the products, adjusted.',
  fields: {
    name: text({ min: 1, max: 100, search: 'words', describes: 'What it is called: Retail 2027, Wholesale.' }),
    currency: text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, describes: 'ISO 4217; prices that name none are in it.' }),
    basedOn: optional(
      ref('PriceList', {
        describes: 'The list whose prices count where it has none; at most five one upon the other.',
      }),
    ),
    adjustment: optional(adjustment),
    includesTax: defaulted(boolean({ describes: 'Whether its prices hold taxes already.' }), false),
    isDefault: defaulted(boolean({ describes: 'Whether it is for customers who have no list of their own.' }), false),
    channel: optional(text({ max: 40, describes: 'Only for sales through this channel: web, store.' })),
    validFrom: optional(date({ describes: 'The first day.' })),
    validTo: optional(date({ describes: 'The last day.' })),
    externalIds: externalIds(),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: ({ validFrom, validTo }) =>
    validFrom !== undefined && validTo !== undefined && validTo < validFrom
      ? [{ code: 'BAD_INPUT', message: 'It ends before it begins.', path: ['validTo'] }]
      : [],
});

/** A list, as code sees it. */
export type PriceListRow = Row<typeof PriceList>;

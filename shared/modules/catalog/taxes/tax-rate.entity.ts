import {
  choice,
  date,
  decimal,
  defaulted,
  derived,
  entity,
  noOwner,
  object,
  optional,
  percent,
  text,
  type Row,
} from '#kernel';
import { taxKinds } from './tax-amounts.rules.ts';
import { taxCategories } from './tax-rates.rules.ts';

/** The field that says how sales of a product are taxed. */
export const taxCategory = choice(taxCategories, {
  named: 'TaxCategory',
  describes: 'How sales of it are taxed; the country says at which rate.',
});

/** A rate that the tenant has written down, besides those of its country. */
export const OwnTaxRate = entity('OwnTaxRate', {
  idPrefix: 'txr',
  describes:
    'A tax that the tenant has written down, besides those of its country or in place of one with the same code: an excise, a local rate, a new law. It holds from day to day; a change of the rate is another row.',
  fields: {
    country: text({ min: 2, max: 2, pattern: /^[A-Z]{2}$/, describes: 'Where it holds, ISO 3166-1 alpha-2.' }),
    code: text({ min: 1, max: 40, describes: 'By which products name it, and by which it is summed up: EC-ICE-3011.' }),
    kind: choice(taxKinds, {
      named: 'TaxKind',
      describes:
        'What it is laid on: EXCISE and SURCHARGE on the net amount, VAT on net amount and excise, LEVY by the unit, WITHHOLDING off what is paid.',
    }),
    percent: defaulted(percent({ max: '1000', describes: 'The rate.' }), '0'),
    perUnit: optional(
      decimal({ min: '0', describes: 'The amount for each unit, in place of a rate, in the currency of the country.' }),
    ),
    category: optional(taxCategory),
    validFrom: optional(date({ describes: 'The first day; ever since when absent.' })),
    validTo: optional(date({ describes: 'The last day; until further notice when absent.' })),
    nameEs: text({ max: 100, describes: 'What it is called in Spanish.' }),
    nameEn: text({ max: 100, describes: 'What it is called in English.' }),
    authority: optional(
      object(
        'TaxAuthorityCodes',
        {
          tax: text({ max: 10, describes: 'Its code of the tax.' }),
          rate: text({ max: 10, describes: 'Its code of the rate.' }),
        },
        { describes: 'The codes by which the tax office knows it; electronic invoices need them.' },
      ),
    ),
    place: derived(text({ max: 100, unique: true, describes: 'Code and first day; there is one row for each.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'place' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ nameEn }) => nameEn,
  prepare: ({ code, validFrom }) => ({ place: `${code} ${validFrom ?? 'ever'}` }),
  check: ({ validFrom, validTo }) =>
    validFrom !== undefined && validTo !== undefined && validTo < validFrom
      ? [{ code: 'BAD_INPUT', message: 'It ends before it begins.', path: ['validTo'] }]
      : [],
});

/** An own rate, as code sees it. */
export type OwnTaxRateRow = Row<typeof OwnTaxRate>;

import {
  choice,
  date,
  decimal,
  DomainError,
  given,
  list,
  object,
  optional,
  percent,
  query,
  readOn,
  signedIn,
  text,
  type Context,
} from '#kernel';
import { nationalTaxes } from './national-taxes.rules.ts';
import { taxKinds, type TaxRounding } from './tax-amounts.rules.ts';
import { OwnTaxRate, taxCategory, type OwnTaxRateRow } from './tax-rate.entity.ts';
import {
  isUnrated,
  ratesOn,
  roundingOf,
  taxesOn,
  unknownCodes,
  type TaxedCustomer,
  type TaxedItem,
  type TaxRow,
} from './tax-rates.rules.ts';

/** Own rates of a tenant, at most. */
const mostOwn = 500;

/** The taxes of the tenant's country on a day. */
export type TaxBook = {
  readonly rounding: TaxRounding;
  readonly rates: readonly TaxRow[];
  /** The taxes on a sale. @throws TAX_NOT_FOUND for a code or a category that has no rate on the day */
  taxesOn(item: TaxedItem, customer: TaxedCustomer): readonly TaxRow[];
};

/** Opens the tax book for a day: one request for the tenant's own rates. */
export const openTaxBook = async ({ trusted, actor }: Context, day: string): Promise<TaxBook> => {
  const { rows } = await readOn((asked) => trusted(OwnTaxRate).page('all', asked), mostOwn);
  const own = rows.filter(({ archivedAt }) => archivedAt === undefined);
  const rates = ratesOn([...own.map(rowOf), ...nationalTaxes], actor.country, day);
  return {
    rates,
    rounding: roundingOf(actor.country),
    taxesOn(item, customer) {
      const [unknown] = unknownCodes(item.codes, rates);
      if (unknown !== undefined)
        throw new DomainError('TAX_NOT_FOUND', `There is no rate ${unknown} on ${day}.`, ['taxCodes']);
      if (isUnrated(item, customer, rates))
        throw new DomainError('TAX_NOT_FOUND', `${actor.country} has no VAT rate for ${item.category} on ${day}.`, [
          'taxCategory',
        ]);
      return taxesOn(item, customer, rates, day);
    },
  };
};

const rowOf = ({ country, code, kind, percent: rate, ...row }: OwnTaxRateRow): TaxRow =>
  given({
    ...{ country, code, kind, percent: rate, es: row.nameEs, en: row.nameEn },
    from: row.validFrom,
    to: row.validTo,
    category: row.category,
    perUnit: row.perUnit,
    authority: row.authority,
  });

export const taxRates = query('taxRates', {
  describes:
    'The taxes that hold on a day in the country of the tenant: those of the law and those that it has written down.',
  needs: signedIn,
  input: { on: optional(date({ describes: 'The day; today when not said.' })) },
  returns: {
    rates: list(
      object('TaxRate', {
        code: text({ describes: 'By which products name it.' }),
        kind: choice(taxKinds, { named: 'TaxKind', describes: 'What it is laid on.' }),
        percent: percent({ max: '1000', describes: 'The rate.' }),
        perUnit: optional(decimal({ describes: 'The amount for each unit, in place of a rate.' })),
        category: optional(taxCategory),
        from: optional(date({ describes: 'The first day.' })),
        to: optional(date({ describes: 'The last day.' })),
        es: text({ describes: 'What it is called in Spanish.' }),
        en: text({ describes: 'What it is called in English.' }),
      }),
      { max: 1000, describes: 'One for each code.' },
    ),
  },
  run: async ({ on }, context) => ({ rates: (await openTaxBook(context, on ?? context.clock.today())).rates }),
});

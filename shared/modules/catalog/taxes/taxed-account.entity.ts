import { choice, date, extended, list, object, optional, text, type Row } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { taxTreatments } from './tax-rates.rules.ts';

/** What taxes make of an account. */
export const accountTaxFields = {
  taxTreatment: optional(
    choice(taxTreatments, {
      named: 'TaxTreatment',
      describes:
        'How it stands to taxes: EXEMPT pays no VAT, EXPORT at zero, EQUIVALENCE_SURCHARGE a retailer in Spain that pays it, WITHHOLDS keeps income tax back on services. NORMAL when not said.',
    }),
  ),
  taxExemptions: optional(
    list(
      object('TaxExemption', {
        code: text({ max: 40, describes: 'The tax that it does not pay: EC-ICE-3011.' }),
        reason: text({ max: 200, describes: 'Why, and the document that says so.' }),
        from: optional(date({ describes: 'The first day.' })),
        to: optional(date({ describes: 'The last day.' })),
      }),
      { max: 20, describes: 'Single taxes that it does not pay.' },
    ),
  ),
};

/** An account with what taxes make of it. */
export const TaxedAccount = extended(Account, accountTaxFields);
/** Such an account, as code sees it. */
export type TaxedAccountRow = Row<typeof TaxedAccount>;

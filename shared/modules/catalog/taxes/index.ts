import { module } from '#kernel';
import { taxRates } from './tax.operations.ts';
import { OwnTaxRate } from './tax-rate.entity.ts';
import { accountTaxFields } from './taxed-account.entity.ts';

/** Taxes on sales: rates by country and day, and what they come to. */
export const taxes = module('catalog/taxes', {
  entities: [OwnTaxRate],
  extensions: [{ of: 'Account', fields: accountTaxFields }],
  operations: [taxRates],
});
export {
  addTaxes,
  includedTaxes,
  taxKinds,
  taxRoundings,
  taxesInPrice,
  taxSummary,
  type TaxAmount,
  type TaxedLine,
  type TaxRate,
  type TaxRounding,
} from './tax-amounts.rules.ts';
export { openTaxBook, type TaxBook } from './tax.operations.ts';
export { taxCategory } from './tax-rate.entity.ts';
export { taxCategories, type TaxCategory, type TaxedCustomer, type TaxedItem, type TaxRow } from './tax-rates.rules.ts';
export { TaxedAccount, type TaxedAccountRow } from './taxed-account.entity.ts';

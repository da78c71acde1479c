import { extended, optional, ref, text, type Row } from '#kernel';
import { TaxedAccount } from '#modules/catalog/taxes';

/** What prices make of an account. */
export const accountPriceFields = {
  priceList: optional(
    ref('PriceList', { describes: 'The price list that counts for it; the default one when absent.' }),
  ),
  priceGroup: optional(
    text({ max: 80, describes: 'The group by whose special prices it buys: a chain, a buying group.' }),
  ),
};

/** An account with its taxes and prices. */
export const BuyingAccount = extended(TaxedAccount, accountPriceFields);
/** Such an account, as code sees it. */
export type BuyingAccountRow = Row<typeof BuyingAccount>;

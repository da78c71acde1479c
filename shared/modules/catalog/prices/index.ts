import { module } from '#kernel';
import { masterPoint } from '#modules/platform/exchange';
import { accountPriceFields } from './customer-prices.entity.ts';
import { priceMasters } from './masters.rules.ts';
import { createPriceList, setPrices, updatePriceList } from './price-list.operations.ts';
import { PriceList } from './price-list.entity.ts';
import { Price } from './price.entity.ts';

const seen = { entities: { PriceList: { read: 'all' }, Price: { read: 'all' } } } as const;

/** What things cost: price lists, special prices of customers and groups. */
export const prices = module('catalog/prices', {
  entities: [PriceList, Price],
  extensions: [{ of: 'Account', fields: accountPriceFields }],
  operations: [createPriceList, updatePriceList, setPrices],
  contributes: { [masterPoint]: priceMasters, 'role-grants': [{ roles: ['manager', 'seller', 'support'], ...seen }] },
});
export { BuyingAccount, type BuyingAccountRow } from './customer-prices.entity.ts';
export { findPrices, type Customer } from './find-prices.operations.ts';
export { PriceList, type PriceListRow } from './price-list.entity.ts';
export { Price, type PriceRow } from './price.entity.ts';
export type { PriceAsk } from './price-entries.rules.ts';
export type { PricedItem } from './price-places.rules.ts';
export { priceSteps, type FoundPrice, type TraceStep } from './price.rules.ts';

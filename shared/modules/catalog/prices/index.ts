import { module } from '#kernel';
import { masterPoint } from '#modules/platform/exchange';
import type { RoleGrant } from '#modules/platform/roles';
import { accountPriceFields } from './customer-prices.entity.ts';
import { priceMasters } from './masters.rules.ts';
import { createPriceList, updatePriceList } from './price-list.operations.ts';
import { PriceList } from './price-list.entity.ts';
import { Price, SpecialPrice } from './price.entity.ts';
import { setPrices, setSpecialPrices } from './set-prices.operations.ts';

const open = { PriceList: { read: 'all' }, Price: { read: 'all' } } as const;

/** Lists are no secret; a customer's own prices reach as far as its account does. */
const grants: readonly RoleGrant[] = [
  { roles: ['manager', 'seller'], entities: { ...open, SpecialPrice: { read: 'team' } } },
  { roles: ['support'], entities: { ...open, SpecialPrice: { read: 'all' } } },
];

/** What things cost: price lists, special prices of customers and groups. */
export const prices = module('catalog/prices', {
  entities: [PriceList, Price, SpecialPrice],
  extensions: [{ of: 'Account', fields: accountPriceFields }],
  operations: [createPriceList, updatePriceList, setPrices, setSpecialPrices],
  contributes: { [masterPoint]: priceMasters, 'role-grants': grants },
});
export { BuyingAccount, type BuyingAccountRow } from './customer-prices.entity.ts';
export { findPrices, type Customer } from './find-prices.operations.ts';
export { PriceList, type PriceListRow } from './price-list.entity.ts';
export { Price, SpecialPrice, type PriceRow, type SpecialPriceRow } from './price.entity.ts';
export type { PriceAsk } from './price-entries.rules.ts';
export type { PricedItem } from './price-places.rules.ts';
export { priceSteps, type FoundPrice, type TraceStep } from './price.rules.ts';

import type { Master } from '#modules/platform/exchange';

/** What other systems know of prices. */
export const priceMasters: readonly Master[] = [
  {
    kind: 'PRICE_LISTS',
    describes: 'Price lists of the other system, without the prices in them.',
    entity: 'PriceList',
    makes: true,
  },
  {
    kind: 'LIST_PRICES',
    describes:
      'Prices of a list or of a group of customers, for a product, a family or a brand, as that system has them.',
    entity: 'Price',
    makes: true,
  },
  {
    kind: 'SPECIAL_PRICES',
    describes: 'Special prices of single customers, for a product, a family or a brand, as that system has them.',
    entity: 'SpecialPrice',
    makes: true,
  },
];

import type { Master } from '#modules/platform/exchange';

/** What other systems know of products. */
export const productMasters: readonly Master[] = [
  {
    kind: 'PRODUCTS',
    describes: 'Products of the other system. One that is here under the same code (sku) already is taken as the same.',
    entity: 'Product',
    makes: true,
    owned: [
      'sku',
      'name',
      'kind',
      'family',
      'brand',
      'barcode',
      'unit',
      'isSold',
      'isBought',
      'cost',
      'taxCategory',
      'active',
    ],
    matchBy: 'sku',
    matchKey: ({ sku }) => (typeof sku === 'string' ? sku : undefined),
  },
  {
    kind: 'PRICES',
    describes: 'Prices of products that are here already, by the product’s id there.',
    entity: 'Product',
    makes: false,
    owned: ['listPrice', 'cost'],
  },
];

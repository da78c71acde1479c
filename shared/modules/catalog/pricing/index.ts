import { module } from '#kernel';
import { permissionPoint } from '#modules/platform/roles';
import { explainPrice, priceLines } from './explain-price.operations.ts';
import { priceByHand } from './price-document.operations.ts';

/** What documents come to: lines, taxes, discounts and rounding, once for quotes, orders, deliveries, invoices and credit notes. */
export const pricing = module('catalog/pricing', {
  operations: [priceLines, explainPrice],
  contributes: {
    [permissionPoint]: [priceByHand],
    'role-grants': [
      { roles: ['administrator', 'manager', 'seller'], grants: [priceByHand] },
      { roles: ['support'], withholds: [priceByHand] },
    ],
  },
});
export { agreedLine, askedLine, type AgreedShare } from './agreed-lines.rules.ts';
export { documentAmounts, type DocumentAmounts, type DocumentLine } from './document-amounts.rules.ts';
export {
  documentTax,
  documentTotals,
  headerDiscount,
  lineInput,
  mostLines,
  pricedLine,
  type LineInput,
  type StoredLine,
  type StoredTotals,
} from './document-line.entity.ts';
export { pricedTable, pricedTotals, type LinePictures } from './priced-table.rules.ts';
export { pricingFails } from './explain-price.operations.ts';
export { withKeys } from './keyed-lines.operations.ts';
export { shareOfLine, totalsOfLines, type LinePart } from './line-share.rules.ts';
export { openPricing, priceDocument, type PricedDocument, type PricingRequest } from './price-document.operations.ts';
export { itemOf } from './pricing.rules.ts';

// The lines and totals that quotes, orders, deliveries, invoices and credit notes share, as fields.
import {
  choice,
  decimal,
  defaulted,
  list,
  longText,
  money,
  object,
  optional,
  percent,
  ref,
  text,
  type Accepted,
  type Values,
} from '#kernel';
import { priceSteps } from '#modules/catalog/prices';
import { taxCategory, taxKinds } from '#modules/catalog/taxes';
import { discountKinds, discountSources, discountStackings } from './line-amounts.rules.ts';

/** Lines of a document, at most (design.md section 3). */
export const mostLines = 500;

const manualDiscount = {
  kind: choice(discountKinds, {
    named: 'DiscountKind',
    describes: 'A percentage, an amount off each unit, an amount off the line, or the price of a unit.',
  }),
  value: decimal({ min: '0', describes: 'The percentage or the amount, in the currency of the document.' }),
  stacking: defaulted(
    choice(discountStackings, {
      named: 'DiscountStacking',
      describes: 'How percentages meet: one upon the other, added up first, or only the best of their group.',
    }),
    'CASCADE',
  ),
  group: optional(text({ max: 40, describes: 'The group of exclusive discounts.' })),
};

const line = {
  product: optional(ref('Product', { describes: 'What is sold; a line without one needs a description and a price.' })),
  description: optional(
    text({ max: 500, describes: 'What it says on the document; the name of the product when absent.' }),
  ),
  note: optional(longText({ max: 2000, describes: 'More about it, below the line.' })),
  quantity: decimal({ min: '0', describes: 'How many. Never negative: what comes back is a credit note.' }),
  unit: optional(text({ max: 20, describes: 'In which unit; the product’s own when absent.' })),
  warehouse: optional(text({ max: 80, describes: 'From where it leaves, where that is another than the document’s.' })),
  taxCategory: optional(taxCategory),
  taxCodes: optional(list(text({ max: 40 }), { max: 10, describes: 'Taxes in place of the product’s own.' })),
};

/** A line as a client gives it. */
export const lineInput = {
  key: optional(
    text({
      min: 1,
      max: 30,
      describes: 'By which the line is known in its document; kept when lines are sent again. Made when absent.',
    }),
  ),
  ...line,
  unitPrice: optional(
    decimal({
      min: '0',
      describes: 'A price by hand, in place of the one that the price lists know. Needs the permission price.override.',
    }),
  ),
  discounts: optional(list(object('DiscountByHand', manualDiscount), { max: 10, describes: 'Discounts by hand.' })),
};
/** A line as a client gives it, accepted. */
export type LineInput = Accepted<typeof lineInput>;

const discount = {
  id: text({ max: 60, describes: 'What granted it: a promotion, an agreement, a price; `manual-1` by hand.' }),
  source: choice(discountSources, { named: 'DiscountSource', describes: 'Where it comes from.' }),
  ...manualDiscount,
};

const taxFields = {
  code: text({ max: 40, describes: 'Which tax.' }),
  kind: choice(taxKinds, { named: 'TaxKind', describes: 'What it is laid on.' }),
  percent: percent({ max: '1000', describes: 'At which rate.' }),
  base: money({ describes: 'On which amount.' }),
  amount: money({ describes: 'How much.' }),
};
/** A tax of a line or a document. */
export const documentTax = object('DocumentTax', taxFields);

const traceStep = object('PriceTraceStep', {
  step: text({
    max: 20,
    describes: 'Where it was looked for: CONTRACT, PRICELIST, PRODUCT; what was done: ADJUSTMENT, UNIT.',
  }),
  place: optional(text({ max: 250, describes: 'The record that said it.' })),
  value: text({ max: 60, describes: 'What the price was then.' }),
});

/** A priced line, as documents keep it. */
export const pricedLine = {
  key: text({ max: 30, describes: 'By which the line is known in its document.' }),
  ...line,
  code: optional(text({ max: 60, describes: 'The code of the product.' })),
  unitPrice: decimal({ describes: 'The price of one, before discounts.' }),
  priceStep: choice(priceSteps, { named: 'PriceStep', describes: 'Who knew the price.' }),
  priceTrace: list(traceStep, { max: 20, describes: 'How the price came about.' }),
  unitCost: {
    ...optional(
      money({ describes: 'What one costs us; not shown to those from whom the cost of products is hidden.' }),
    ),
    seenWith: 'Product.cost',
  },
  discounts: list(object('LineDiscount', discount), { max: 20, describes: 'The discounts that counted.' }),
  promotions: list(
    object('LinePromotion', {
      promotion: ref('Promotion', { describes: 'The promotion.' }),
      amount: money({ describes: 'What it took off.' }),
    }),
    { max: 20, describes: 'Promotions over several lines that took something off.' },
  ),
  gross: money({ describes: 'Quantity times price.' }),
  discount: money({ describes: 'What discounts and promotions took off.' }),
  net: money({ describes: 'What is left of it.' }),
  headerDiscount: money({ describes: 'Its share of the discount on the whole document.' }),
  base: money({ describes: 'What is left without taxes.' }),
  taxes: list(documentTax, { max: 10, describes: 'Its taxes.' }),
  tax: money({ describes: 'All of them, less what is withheld.' }),
  total: money({ describes: 'With taxes.' }),
};
/** A priced line, as documents keep it. */
export type StoredLine = Values<typeof pricedLine>;

/** A discount on the whole document. */
export const headerDiscount = object('HeaderDiscount', {
  percent: optional(percent({ describes: 'A percentage; several count one upon the other.' })),
  amount: optional(money({ describes: 'In place of it an amount, taken off behind the percentages.' })),
});

/** The totals of a document. */
export const documentTotals = {
  gross: money({ describes: 'Quantities times prices.' }),
  lineDiscount: money({ describes: 'What discounts and promotions took off the lines.' }),
  headerDiscount: money({ describes: 'What discounts on the whole document took off.' }),
  base: money({ describes: 'What is left without taxes.' }),
  taxes: list(documentTax, { max: 50, describes: 'Taxes, one row for each rate.' }),
  tax: money({ describes: 'All of them, less what is withheld.' }),
  total: money({ describes: 'What it costs.' }),
  payable: money({ describes: 'What is to be paid once the customer has withheld taxes.' }),
};
/** The totals of a document. */
export type StoredTotals = Values<typeof documentTotals>;

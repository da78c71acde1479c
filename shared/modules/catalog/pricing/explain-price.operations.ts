import { date, decimal, list, object, optional, query, ref, text, type Context } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { documentTotals, headerDiscount, lineInput, mostLines, pricedLine } from './document-line.entity.ts';
import { priceDocument } from './price-document.operations.ts';

const terms = {
  account: optional(ref('Account', { describes: 'Who buys.' })),
  currency: optional(text({ min: 3, max: 3, describes: 'ISO 4217; the tenant’s own when absent.' })),
  on: optional(date({ describes: 'The day of the document; today when absent.' })),
  priceList: optional(ref('PriceList', { describes: 'In place of the customer’s own list.' })),
  channel: optional(text({ max: 40, describes: 'The channel of the sale.' })),
  warehouse: optional(text({ max: 80, describes: 'From where it leaves.' })),
  coupons: optional(list(text({ max: 40 }), { max: 10, describes: 'Words of promotions.' })),
};

/** What cannot be priced. */
export const pricingFails = [
  'TOO_MANY_LINES',
  'LINE_TWICE',
  'LINE_INCOMPLETE',
  'PRICE_NOT_FOUND',
  'PRICE_LIST_NOT_IN_FORCE',
  'PRODUCT_INACTIVE',
  'UNIT_UNKNOWN',
  'TAX_NOT_FOUND',
  'COUPON_UNKNOWN',
  'CURRENCY_MISMATCH',
] as const;

/** What a customer pays is for those to know who may see the customer. @throws NOT_FOUND */
const assertMaySee = async ({ account }: { readonly account?: string }, { data }: Context): Promise<void> => {
  if (account !== undefined) await data(Account).get(account);
};

export const priceLines = query('priceLines', {
  describes:
    'What a document would come to: the price of each line for this customer on this day, discounts, promotions and taxes. Nothing is kept.',
  needs: 'price.read',
  input: {
    ...terms,
    lines: list(object('DocumentLine', lineInput), { max: mostLines, describes: 'What is bought.' }),
    headerDiscounts: optional(list(headerDiscount, { max: 5, describes: 'Discounts on the whole of it.' })),
  },
  returns: {
    lines: list(object('PricedLine', pricedLine), { max: mostLines, describes: 'The lines, priced.' }),
    totals: object('DocumentTotals', documentTotals, { describes: 'What they come to.' }),
  },
  fails: pricingFails,
  run: async ({ on, currency, ...asked }, context) => {
    await assertMaySee(asked, context);
    const { lines, totals } = await priceDocument(context, {
      ...asked,
      day: on ?? context.clock.today(),
      currency: currency ?? context.actor.currency,
    });
    return { lines, totals };
  },
});

export const explainPrice = query('explainPrice', {
  describes: 'Why a product costs a customer what it does: each step of the search, each discount, and the taxes.',
  needs: 'price.read',
  input: {
    ...terms,
    product: ref('Product', { describes: 'The product or variant.' }),
    quantity: optional(decimal({ min: '0', describes: 'How many; one when absent.' })),
    unit: optional(text({ max: 20, describes: 'In which unit.' })),
  },
  returns: {
    line: object('PricedLine', pricedLine, {
      describes: 'The line that it would be, `priceTrace` telling how its price came about.',
    }),
  },
  fails: pricingFails,
  run: async ({ on, currency, product, quantity = '1', unit, ...asked }, context) => {
    await assertMaySee(asked, context);
    const { lines } = await priceDocument(context, {
      ...asked,
      day: on ?? context.clock.today(),
      currency: currency ?? context.actor.currency,
      lines: [{ product, quantity, ...(unit !== undefined && { unit }) }],
    });
    const [line] = lines;
    if (!line) throw new RangeError('One line was asked for.');
    return { line };
  },
});

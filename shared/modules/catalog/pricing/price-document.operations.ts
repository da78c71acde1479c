// Prices a document: what each line costs this customer today. Quotes, orders, deliveries and invoices all ask here.
import { DomainError, given, mayDo, type Actor, type Context, type Money } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import {
  BuyingAccount,
  findPrices,
  type BuyingAccountRow,
  type FoundPrice,
  type PricedItem,
} from '#modules/catalog/prices';
import type { ProductRow } from '#modules/catalog/products';
import { promotionsFor, type PromotionRow, type ScopedLine } from '#modules/catalog/promotions';
import { openTaxBook, taxesInPrice, type TaxBook, type TaxRounding } from '#modules/catalog/taxes';
import { documentAmounts, type DocumentLine, type HeaderDiscount } from './document-amounts.rules.ts';
import type { LineInput, StoredLine, StoredTotals } from './document-line.entity.ts';
import { knownProducts, productsOf, withKeys, type KeyedLine } from './keyed-lines.operations.ts';
import { discountsFrom, documentPromotions, itemOf } from './pricing.rules.ts';
import { storedDocument, type Priced } from './stored-lines.rules.ts';

/** The permission to say what a product costs. */
export const priceByHand = 'price.override';

/** What is to be priced, for whom, and when. */
export type PricingRequest = {
  readonly account?: string;
  readonly currency: string;
  readonly day: string;
  readonly lines: readonly LineInput[];
  readonly headerDiscounts?: readonly { readonly percent?: string; readonly amount?: Money }[];
  readonly coupons?: readonly string[];
  readonly priceList?: string;
  readonly channel?: string;
  readonly warehouse?: string;
  readonly exchangeRates?: readonly { readonly currency: string; readonly rate: string }[];
  /** Prices and discounts hold taxes. */
  readonly pricesIncludeTax?: boolean;
  /** Prices were agreed before (`agreedLine`): nobody is asked whether they may say them, and nothing of today is taken off. */
  readonly agreed?: boolean;
};

/** A priced document: lines and totals as documents keep them. */
export type PricedDocument = {
  readonly lines: readonly StoredLine[];
  readonly totals: StoredTotals;
  readonly promotions: readonly string[];
  readonly taxRounding: TaxRounding;
};

/** What lines come to, of those that were read: all of them, or some, with discounts on the whole of those. */
export type Pricing = (
  isMeant: (line: { readonly key: string }) => boolean,
  headerDiscounts: PricingRequest['headerDiscounts'],
) => PricedDocument;

/** Prices a document. @throws what `openPricing` throws */
export const priceDocument = async (context: Context, request: PricingRequest): Promise<PricedDocument> =>
  (await openPricing(context, request))(() => true, request.headerDiscounts);

/**
 * Reads what the prices of lines need: customer and products, promotions and taxes at once, then all prices: three round trips.
 * @throws TOO_MANY_LINES, LINE_TWICE, PRICE_NOT_FOUND, PRICE_LIST_NOT_IN_FORCE, PRODUCT_INACTIVE, UNIT_UNKNOWN, TAX_NOT_FOUND, COUPON_UNKNOWN, FORBIDDEN
 */
export const openPricing = async (context: Context, request: PricingRequest): Promise<Pricing> => {
  const lines = withKeys(request.lines);
  const { agreed = false } = request;
  const reading = agreed ? knownProducts(context, lines) : productsOf(context, lines);
  // Whichever answer comes first: of a customer and a product that are not there, the customer is told.
  reading.catch(() => undefined);
  const customer = await customerOf(context, request);
  const products = await reading;
  const items = lines.map((line) => ({ line, product: products.get(line.product ?? '') }));
  if (agreed)
    return agreedPricing(items, { book: await openTaxBook(context, request.day), running: [], customer, request });
  const sale = saleOf(request, customer);
  const [book, running] = await Promise.all([openTaxBook(context, request.day), promotionsFor(context, sale)]);
  const found = await findPrices(
    context,
    sale,
    items.map((item) => askOf(item, request)),
  );
  const priced = items.map((item, index) => ({
    ...item,
    price: priceOf(context.actor, item.line, found[index], index),
  }));
  const around = { book, running, customer, request };
  return (isMeant, headerDiscounts) =>
    pricedDocument(
      priced.filter(({ line }) => isMeant(line)),
      headerDiscounts,
      around,
    );
};

/** What was agreed is neither looked up nor reduced once more. */
const agreedPricing = (items: readonly Item[], around: Around): Pricing => {
  const priced = items.map((item) => ({ ...item, price: agreedPrice(item.line) }));
  return (isMeant, headerDiscounts) =>
    pricedDocument(
      priced.filter(({ line }) => isMeant(line)),
      headerDiscounts,
      around,
    );
};

const agreedPrice = ({ unitPrice = '0' }: KeyedLine): FoundPrice => ({
  ...{ unitPrice, step: 'MANUAL', includesTax: false, percentOff: [] },
  trace: [{ step: 'MANUAL', value: unitPrice }],
});

const pricedDocument = (
  priced: readonly Priced[],
  headerDiscounts: PricingRequest['headerDiscounts'] = [],
  around: Around,
): PricedDocument => {
  const { book, running, request } = around;
  const lines = priced.map((each) => documentLine(each, around));
  const amounts = documentAmounts({
    currency: request.currency,
    lines,
    promotions: documentPromotions(running, lines, request.currency),
    headerDiscounts: headerDiscounts.flatMap(headerDiscountsOf),
    taxRounding: book.rounding,
    pricesIncludeTax: request.pricesIncludeTax ?? false,
  });
  return { ...storedDocument(priced, amounts), taxRounding: book.rounding };
};

/** The customer is known to whoever may see the document; the role over accounts has been asked for it before. */
const customerOf = async ({ trusted }: Context, { account }: PricingRequest): Promise<BuyingAccountRow | undefined> =>
  account === undefined ? undefined : trusted(BuyingAccount).get(account);

const saleOf = (
  { day, coupons = [], account, channel, priceList }: PricingRequest,
  customer: BuyingAccountRow | undefined,
) =>
  given({
    ...{ day, coupons, account, channel },
    priceGroup: customer?.priceGroup,
    priceList,
    ownList: customer?.priceList,
  });

type Item = { readonly line: KeyedLine; readonly product: ProductRow | undefined };

/** Lines without a product are asked for too, so that the answers stand in the order of the lines; nobody knows their price. */
const askOf = ({ line, product }: Item, { day, currency, channel, ...request }: PricingRequest) => ({
  item: product ? itemOf(product) : nothing,
  ask: given({
    ...{ day, currency, channel, quantity: line.quantity },
    unit: line.unit ?? product?.unit ?? '',
    rates: new Map((request.exchangeRates ?? []).map((each) => [each.currency, each.rate])),
    warehouse: line.warehouse ?? request.warehouse,
  }),
});

const nothing: PricedItem = { product: '', ownUnit: '', units: new Map() };

/** What was found, or what somebody who may has said by hand. */
const priceOf = (actor: Actor, line: KeyedLine, found: FoundPrice | undefined, index: number): FoundPrice => {
  assertMayPrice(actor, line, index);
  if (line.unitPrice !== undefined) {
    const trace = [{ step: 'MANUAL' as const, value: line.unitPrice }, ...(found?.trace ?? [])];
    return { unitPrice: line.unitPrice, step: 'MANUAL', includesTax: false, percentOff: [], trace };
  }
  if (found) return found;
  throw new DomainError('PRICE_NOT_FOUND', 'Nobody knows what this costs; a price by hand is needed.', [
    'lines',
    index,
  ]);
};

/** A net price among the discounts is a price by hand as well. */
const assertMayPrice = (actor: Actor, { product, unitPrice, discounts = [] }: KeyedLine, index: number): void => {
  const said = unitPrice === undefined ? 'discounts' : 'unitPrice';
  const isSaid = unitPrice !== undefined || discounts.some(({ kind }) => kind === 'NET_PRICE');
  if (product !== undefined && isSaid && !mayDo(actor, priceByHand))
    throw new DomainError('FORBIDDEN', 'You may not say what a product costs.', ['lines', index, said]);
};

const headerDiscountsOf = ({
  percent,
  amount,
}: {
  readonly percent?: string;
  readonly amount?: Money;
}): readonly HeaderDiscount[] => [
  ...(percent === undefined ? [] : [{ percent }]),
  ...(amount === undefined ? [] : [{ amount }]),
];

type Around = {
  readonly book: TaxBook;
  readonly running: readonly PromotionRow[];
  readonly customer: BuyingAccountRow | undefined;
  readonly request: PricingRequest;
};

/** A line with what promotions ask of it. */
type ScopedDocumentLine = DocumentLine & ScopedLine;

const documentLine = (
  { line, product, price }: Priced,
  { book, running, customer, request }: Around,
): ScopedDocumentLine => {
  const taxes = taxesOf({ line, product }, book, customer);
  const scoped = given({
    quantity: line.quantity,
    product: line.product,
    ...{ variantOf: product?.variantOf, family: product?.family, brand: product?.brand },
  });
  return {
    ...scoped,
    id: line.key,
    taxes,
    unitPrice: priceFor(price, taxes, request.pricesIncludeTax ?? false),
    discounts: discountsFrom(line, price, running, scoped),
    isNetPriced: price.step === 'CONTRACT' || price.step === 'CONTRACT_GROUP',
  };
};

const taxesOf = ({ line, product }: Item, book: TaxBook, customer: BuyingAccountRow | undefined) =>
  book.taxesOn(
    {
      category: line.taxCategory ?? product?.taxCategory ?? 'STANDARD',
      codes: line.taxCodes ?? product?.taxCodes ?? [],
      isService: product?.kind === 'SERVICE',
    },
    { treatment: customer?.taxTreatment ?? 'NORMAL', exemptions: customer?.taxExemptions ?? [] },
  );

/** A price with taxes in a document without them, or the other way round, becomes one of the document’s kind. */
const priceFor = (
  { unitPrice, includesTax, step }: FoundPrice,
  taxes: DocumentLine['taxes'],
  wanted: boolean,
): string => {
  if (includesTax === wanted || step === 'MANUAL') return unitPrice;
  const { factor, perUnit } = taxesInPrice(taxes);
  const price = new Exact(unitPrice);
  return decimalText(
    (wanted ? price.times(factor).plus(perUnit) : price.minus(perUnit).div(factor)).toDecimalPlaces(6),
  );
};

// Drafts: what is to be invoiced, priced and made out to its buyer. Nothing has a number yet.
import { DomainError, given, zero, type Context, type InputOf, type Values } from '#kernel';
import { openPricing, withKeys, type LineInput, type PricingRequest, type StoredLine } from '#modules/catalog/pricing';
import { Account } from '#modules/parties/accounts';
import { buyerOf } from './buyer.rules.ts';
import { Invoice, type InvoiceLine, type InvoiceRow, type lineSources } from './invoice.entity.ts';
import { noteSources } from './sources.operations.ts';

/** A line that is to be invoiced, and where it comes from. */
export type InvoiceLineInput = LineInput & Values<typeof lineSources>;

/** What is to be invoiced. */
export type InvoiceDraft = InputOf<typeof Invoice> & {
  readonly lines: readonly InvoiceLineInput[];
  /** The lines have prices that were agreed before (`agreedLine`): nothing is looked up, and the draft's lines do not change. */
  readonly agreed?: boolean;
  /** It is issued in the write that makes it: a write tells one thing of each record, and this is what others wait for. */
  readonly isIssuedAtOnce?: boolean;
  readonly quote?: string;
  readonly order?: string;
  readonly contract?: string;
  /** The invoice that was given up, in whose place it is made. */
  readonly replaces?: string;
};

/** What drafting may answer, besides what pricing may. */
export const draftFails = ['NO_LINES', 'OVER_INVOICED'] as const;

/**
 * Makes a draft in the caller's write, with the prices and taxes of today, and notes with its orders what is on it.
 * @throws NO_LINES, OVER_INVOICED, what `openPricing` throws
 */
export const draftInvoice = async (
  context: Context,
  { lines, agreed = false, isIssuedAtOnce = false, ...values }: InvoiceDraft,
): Promise<InvoiceRow> => {
  const priced = await pricedFor(context, { ...values, agreed }, lines);
  await noteSources(context, priced.lines, 1);
  const event = isIssuedAtOnce ? 'invoice.issued' : 'invoice.created';
  return context.data(Invoice).create({ ...values, ...priced, agreed, ...nothingSettled(priced.currency) }, { event });
};

const nothingSettled = (currency: string) => ({
  deductions: [],
  paid: zero(currency),
  credited: zero(currency),
  writtenOff: zero(currency),
  balance: zero(currency),
  disputed: false,
});

type Priceable = InputOf<typeof Invoice> & { readonly agreed: boolean };

/** Lines, totals and buyer of a draft as of today. @throws NO_LINES, what `openPricing` throws */
export const pricedFor = async (context: Context, draft: Priceable, asked: readonly InvoiceLineInput[]) => {
  if (asked.length === 0) throw new DomainError('NO_LINES', 'An invoice needs at least one line.', ['lines']);
  const keyed = withKeys(asked);
  const request = requestOf(context, draft, keyed);
  const [account, pricing] = await Promise.all([
    context.data(Account).get(draft.account),
    openPricing(context, request),
  ]);
  const { lines, totals } = pricing(() => true, request.headerDiscounts);
  const sources = new Map(keyed.map((line) => [line.key, sourcesOf(line)]));
  return {
    lines: lines.map((line): InvoiceLine => ({ ...line, ...sources.get(line.key), credited: '0' })),
    totals,
    total: totals.total,
    buyer: buyerOf(account, totals.total, context.actor.country),
    currency: request.currency,
    pricedOn: request.day,
  };
};

const requestOf = (context: Context, draft: Priceable, lines: readonly LineInput[]): PricingRequest => {
  const { account, priceList, channel, warehouse, coupons = [], headerDiscounts = [], agreed } = draft;
  const currency = draft.currency ?? context.actor.currency;
  const day = context.clock.today();
  return given({ account, currency, day, lines, priceList, channel, warehouse, coupons, headerDiscounts, agreed });
};

/** Where a line comes from, of all that it says. */
export const sourcesOf = (line: Values<typeof lineSources>): Values<typeof lineSources> =>
  given({
    ...{ order: line.order, orderLine: line.orderLine, quoteLine: line.quoteLine },
    ...{ delivery: line.delivery, deliveryLine: line.deliveryLine, billable: line.billable },
  });

/** A priced line as it would be given again: prices by hand stay, the others are looked up anew. */
export const asInput = (line: StoredLine & Values<typeof lineSources>): InvoiceLineInput =>
  given({
    ...{ key: line.key, product: line.product, description: line.description, note: line.note },
    ...{ quantity: line.quantity, unit: line.unit, warehouse: line.warehouse },
    ...{ taxCategory: line.taxCategory, taxCodes: line.taxCodes },
    unitPrice: line.priceStep === 'MANUAL' ? line.unitPrice : undefined,
    discounts: line.discounts
      .filter(({ source }) => source === 'MANUAL')
      .map(({ kind, value, stacking, group }) => given({ kind, value, stacking, group })),
    ...sourcesOf(line),
  });

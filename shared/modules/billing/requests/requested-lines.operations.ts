// What an invoice is asked for: what an order or an accepted offer of the deal has left, else the products that it expects.
import { DomainError, given, type Context, type Row } from '#kernel';
import {
  agreedLine,
  priceDocument,
  shareOfLine,
  totalsOfLines,
  type LineInput,
  type StoredTotals,
} from '#modules/catalog/pricing';
import type { InvoiceLineInput } from '#modules/billing/invoices';
import type { Opportunity } from '#modules/sales/opportunities';
import { Order, uninvoicedOf, type OrderRow } from '#modules/sales/orders';
import { Quote, remainingLines, type QuoteRow } from '#modules/sales/quotes';
import type { InvoiceRequestRow, RequestedLine } from './invoice-request.entity.ts';

/** A deal, as code sees it. */
export type OpportunityRow = Row<typeof Opportunity>;

/** Lines with what they come to. */
export type RequestedLines = {
  readonly lines: readonly RequestedLine[];
  readonly totals: StoredTotals;
  readonly total: StoredTotals['total'];
  readonly quote?: string;
};

/** Orders and offers of a deal that are looked at. */
const most = 50;

/** Lines that somebody has said, at the prices of today. */
export const linesSaid = async (
  context: Context,
  account: string,
  lines: readonly LineInput[],
): Promise<RequestedLines> => {
  if (lines.length === 0) throw new DomainError('NO_LINES', 'Say what is to be invoiced.', ['lines']);
  const { currency } = context.actor;
  const priced = await priceDocument(context, { account, currency, day: context.clock.today(), lines });
  return { lines: priced.lines, totals: priced.totals, total: priced.totals.total };
};

/** What a deal has to be invoiced. @throws NO_LINES */
export const linesOfDeal = async (
  context: Context,
  account: string,
  { id, products }: OpportunityRow,
): Promise<RequestedLines> => {
  const [orders, quotes] = await Promise.all([
    context.trusted(Order).page('byOpportunity', { of: id, first: most }),
    context.trusted(Quote).page('byOpportunity', { of: id, first: most }),
  ]);
  const order = orders.rows.find(({ status, uninvoiced }) => isServed(status) && uninvoiced.minor > 0);
  if (order) return ofOrder(await context.trusted(Order).get(order.id));
  const accepted = quotes.rows.filter(({ status }) => status === 'ACCEPTED' || status === 'CONVERTED');
  const whole = await context.trusted(Quote).getMany(accepted.map((quote) => quote.id));
  const open = [...whole.values()].find((quote) => remainingLines(quote).length > 0);
  if (open) return ofQuote(open);
  if (orders.rows.length > 0 || accepted.length > 0)
    throw new DomainError('NO_LINES', 'All that was sold is invoiced already.', ['opportunity']);
  return linesSaid(
    context,
    account,
    products.map(({ product, quantity, note }) => given({ product, quantity, note })),
  );
};

const isServed = (status: string): boolean => status === 'CONFIRMED' || status === 'CLOSED';

const summed = (lines: readonly RequestedLine[], currency: string): RequestedLines => {
  const totals = totalsOfLines(lines, currency);
  return { lines, totals, total: totals.total };
};

const ofOrder = ({ id, lines, total }: OrderRow): RequestedLines =>
  summed(
    lines
      .map((line) => ({ line, quantity: uninvoicedOf(line) }))
      .filter(({ quantity }) => quantity !== '0')
      .map(({ line, quantity }) => ({
        ...shareOfLine(line, { before: line.invoiced, quantity }),
        ...{ order: id, orderLine: line.key },
      })),
    total.currency,
  );

const ofQuote = (quote: QuoteRow): RequestedLines => ({
  ...summed(
    remainingLines(quote).map(({ line, remaining }) => ({
      ...shareOfLine(line, { before: line.converted, quantity: remaining }),
      quoteLine: line.key,
    })),
    quote.total.currency,
  ),
  quote: quote.id,
});

/** The lines of the invoice that a request becomes, at the prices that it was asked for. */
export const invoiceLinesOf = ({ lines }: InvoiceRequestRow): readonly InvoiceLineInput[] =>
  lines.map((line) => ({
    ...agreedLine(line),
    ...given({ order: line.order, orderLine: line.orderLine, quoteLine: line.quoteLine }),
  }));

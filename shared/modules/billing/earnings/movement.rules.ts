// What was sold or paid, line by line, as agreements and commissions are earned on it. A document never changes, so that the same
// document always tells the same.
import { moneyOf, multiply, zero, type Money } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import type { CreditNoteLine, CreditNoteRow, InvoiceLine, InvoiceRow } from '#modules/billing/invoices';

/** On what something is earned. */
export type EarningBasis = 'ORDERED' | 'INVOICED' | 'COLLECTED';

/** A line of what was sold, ordered or paid; negative where it was taken back. */
export type MovementLine = {
  /** The line of the invoice or order. */
  readonly key: string;
  readonly product?: string;
  /** How many, in the unit of the line. */
  readonly quantity: string;
  /** Without taxes. */
  readonly base: Money;
  readonly cost: Money;
  /** Whether its price was the customer's own already: agreed for it, or by hand. */
  readonly isNet: boolean;
};

/** Something that was sold, ordered, paid, or taken back. */
export type Movement = {
  /** By which it is told from all others, and counted once. */
  readonly key: string;
  readonly basis: EarningBasis;
  /** The document that says it. */
  readonly document: string;
  /** What was sold: the invoice or order. */
  readonly sale: string;
  /** Whether it takes back what an earlier one of the same sale gave. */
  readonly isReversal: boolean;
  readonly account: string;
  /** Who sold it. */
  readonly owner?: string;
  readonly opportunity?: string;
  readonly currency: string;
  /** Its own day, and that of the sale. */
  readonly on: string;
  readonly soldOn: string;
  readonly lines: readonly MovementLine[];
  /** Where its lines say all that was taken back by now: the keys of those that may have said part of it. */
  readonly others?: readonly string[];
};

/** An issued invoice. What is paid ahead is no sale: the invoice that it is taken off will be. */
export const invoiced = (invoice: InvoiceRow): readonly Movement[] =>
  invoice.kind === 'ADVANCE' || invoice.issuedOn === undefined
    ? []
    : [{ ...ofInvoice(invoice, 'INVOICED'), key: invoice.id, lines: invoice.lines.map(soldLine) }];

/** A voided invoice: all of it is taken back. */
export const voided = (invoice: InvoiceRow): readonly Movement[] =>
  invoiced(invoice).map((movement) => ({
    ...movement,
    key: `${invoice.id}/voided`,
    on: invoice.voidedOn ?? movement.on,
    isReversal: true,
    lines: movement.lines.map((line) => scaled(line, -1)),
  }));

/** Credit notes that take a sale back. A rebate is what was earned on it; an advance is no sale. */
const takesBack: ReadonlySet<string> = new Set(['RETURN', 'PRICE', 'CANCELLATION']);

/** An issued credit note; also of what was collected, as far as the invoice did not owe it any more. */
export const credited = (note: CreditNoteRow, invoice: InvoiceRow, open: Money): readonly Movement[] => {
  if (!takesBack.has(note.type) || invoice.kind === 'ADVANCE') return [];
  const sold = new Map(invoice.lines.map((line) => [line.key, line]));
  const lines = note.lines.map((line) => creditedLine(line, sold.get(line.invoiceLine)));
  const common = { document: note.id, on: note.issuedOn ?? note.invoiceIssuedOn, isReversal: true };
  const repaid = new Exact(open.minor).div(note.total.minor || 1);
  return [
    { ...ofInvoice(invoice, 'INVOICED'), ...common, key: note.id, lines },
    ...(open.minor > 0
      ? [
          {
            ...ofInvoice(invoice, 'COLLECTED'),
            ...common,
            key: `${note.id}/repaid`,
            lines: lines.map((line) => scaled(line, repaid)),
          },
        ]
      : []),
  ];
};

/** What of an invoice was paid changed. All such changes together come to its lines exactly, whatever their order. */
export const collected = (
  invoice: InvoiceRow,
  { key, on, from, to }: { readonly key: string; readonly on: string; readonly from: Money; readonly to: Money },
): readonly Movement[] => {
  if (invoice.kind === 'ADVANCE' || from.minor === to.minor || invoice.total.minor === 0) return [];
  const lines = invoice.lines.map((line) => {
    const sold = soldLine(line);
    return minus(scaled(sold, shareOf(to, invoice)), scaled(sold, shareOf(from, invoice)));
  });
  return [{ ...ofInvoice(invoice, 'COLLECTED'), key, on, isReversal: to.minor < from.minor, lines }];
};

const shareOf = (paid: Money, { total }: InvoiceRow) => new Exact(paid.minor).div(total.minor);

const ofInvoice = (invoice: InvoiceRow, basis: EarningBasis) => ({
  basis,
  document: invoice.id,
  sale: invoice.id,
  isReversal: false,
  account: invoice.account,
  ...(invoice.ownerId !== undefined && { owner: invoice.ownerId }),
  ...(invoice.opportunity !== undefined && { opportunity: invoice.opportunity }),
  currency: invoice.total.currency,
  on: invoice.issuedOn ?? '',
  soldOn: invoice.issuedOn ?? '',
});

type Sold = Pick<InvoiceLine, 'key' | 'product' | 'quantity' | 'base' | 'unitCost' | 'priceStep' | 'discounts'>;

/** A line of an invoice or an order. */
export const soldLine = ({ key, product, quantity, base, unitCost, priceStep, discounts }: Sold): MovementLine => ({
  key,
  ...(product !== undefined && { product }),
  quantity,
  base,
  cost: unitCost ? multiply(unitCost, quantity) : zero(base.currency),
  isNet: netSteps.has(priceStep) || discounts.some(({ kind }) => kind === 'NET_PRICE'),
});

/** All that is not wanted any more of a line of an order. */
export const notWanted = (line: Sold & { readonly cancelled: string }): MovementLine =>
  scaled(soldLine(line), new Exact(line.cancelled).div(line.quantity).neg());

const netSteps: ReadonlySet<string> = new Set(['MANUAL', 'CONTRACT', 'CONTRACT_GROUP']);

/** What comes back has its cost back; what only became cheaper has not. */
const creditedLine = (line: CreditNoteLine, sold: InvoiceLine | undefined): MovementLine => {
  const quantity = line.isReturned ? line.quantity : '0';
  const original = sold && soldLine(sold);
  return scaled(
    {
      key: line.invoiceLine,
      ...(line.product !== undefined && { product: line.product }),
      quantity,
      base: line.base,
      cost: sold?.unitCost ? multiply(sold.unitCost, quantity) : zero(line.base.currency),
      isNet: original?.isNet ?? false,
    },
    -1,
  );
};

/** Decimals that a share of a quantity keeps. */
const quantityScale = 6;

const scaled = (line: MovementLine, by: number | InstanceType<typeof Exact>): MovementLine => ({
  ...line,
  quantity: decimalText(new Exact(line.quantity).times(by).toDecimalPlaces(quantityScale)),
  base: multiply(line.base, by),
  cost: multiply(line.cost, by),
});

const minus = (line: MovementLine, other: MovementLine): MovementLine => ({
  ...line,
  quantity: decimalText(new Exact(line.quantity).minus(other.quantity)),
  base: moneyOf(line.base.minor - other.base.minor, line.base.currency),
  cost: moneyOf(line.cost.minor - other.cost.minor, line.cost.currency),
});

// From events of documents to what was sold, ordered or paid by them.
import { dayIn, fromDecimal, moneyOf, type Context, type DomainEvent, type Money } from '#kernel';
import { CreditNote, Invoice } from '#modules/billing/invoices';
import { Order, type OrderRow } from '#modules/sales/orders';
import { collected, credited, invoiced, notWanted, soldLine, voided, type Movement } from './movement.rules.ts';

/** The events by which something is earned, or lost again. */
export const earningEvents = [
  'order.confirmed',
  'order.reduced',
  'order.closed',
  'order.cancelled',
  'invoice.issued',
  'invoice.voided',
  'invoice.settled',
  'creditNote.issued',
] as const;

/** What an event says was sold, ordered or paid; nothing where it says nothing of that. */
export const movementsOf = async (event: DomainEvent, context: Context): Promise<readonly Movement[]> => {
  if (event.record.type === 'Order') return ordered(event, context);
  if (event.type === 'creditNote.issued') return creditedBy(event, context);
  const invoice = await context.trusted(Invoice).find(event.record.id);
  if (!invoice) return [];
  if (event.type === 'invoice.issued') return invoiced(invoice);
  if (event.type === 'invoice.voided') return voided(invoice);
  const paid = event.changed['paid'];
  if (!paid) return [];
  return collected(invoice, {
    key: `${invoice.id}/${String(event.record.version)}`,
    on: dayIn(new Date(event.at), context.actor.timeZone),
    from: asMoney(paid.from, invoice.total.currency),
    to: asMoney(paid.to, invoice.total.currency),
  });
};

/** All that an invoice says by now: that it was issued, what of it was paid, that it was voided. */
export const movementsOfInvoice = async ({ trusted }: Context, id: string): Promise<readonly Movement[]> => {
  const invoice = await trusted(Invoice).find(id);
  if (!invoice) return [];
  const { paid, issuedOn: on = '' } = invoice;
  const since = { key: `${id}/before`, on, from: moneyOf(0, paid.currency), to: paid };
  return [...invoiced(invoice), ...collected(invoice, since), ...(invoice.status === 'VOIDED' ? voided(invoice) : [])];
};

/** All that a credit note says by now. */
export const movementsOfCreditNote = async ({ trusted }: Context, id: string): Promise<readonly Movement[]> => {
  const note = await trusted(CreditNote).find(id);
  const invoice = note && (await trusted(Invoice).find(note.invoice));
  return note && invoice ? credited(note, invoice, note.open) : [];
};

const creditedBy = async (event: DomainEvent, { trusted }: Context): Promise<readonly Movement[]> => {
  const note = await trusted(CreditNote).find(event.record.id);
  const invoice = note && (await trusted(Invoice).find(note.invoice));
  if (!note || !invoice) return [];
  // What is open now may have been applied since; the event tells what was open then.
  return credited(note, invoice, asMoney(event.changed['open']?.to, note.currency));
};

const ordered = async (event: DomainEvent, { trusted, actor }: Context): Promise<readonly Movement[]> => {
  const order = await trusted(Order).find(event.record.id);
  if (order?.type !== 'STANDARD' || order.confirmedAt === undefined) return [];
  const isReversal = event.type !== 'order.confirmed';
  const key = isReversal ? versionKey(order, event.record.version) : order.id;
  const soldOn = dayIn(new Date(order.confirmedAt), actor.timeZone);
  return [
    {
      key,
      basis: 'ORDERED',
      document: order.id,
      sale: order.id,
      isReversal,
      account: order.account,
      ...(order.ownerId !== undefined && { owner: order.ownerId }),
      ...(order.opportunity !== undefined && { opportunity: order.opportunity }),
      currency: order.currency,
      on: isReversal ? dayIn(new Date(event.at), actor.timeZone) : soldOn,
      soldOn,
      ...(isReversal
        ? { lines: order.lines.map(notWanted), others: versionKeys(order).filter((other) => other !== key) }
        : { lines: order.lines.map(soldLine) }),
    },
  ];
};

const versionKey = ({ id }: OrderRow, version: number): string => `${id}/${String(version)}`;

/** Events do not say what their version cancelled: each takes back what is cancelled by now, less what others did. */
const versionKeys = (order: OrderRow): readonly string[] =>
  Array.from({ length: order.version }, (_, index) => versionKey(order, index + 1));

/** Money as events write it. */
const asMoney = (value: unknown, currency: string): Money =>
  typeof value === 'object' && value !== null && 'amount' in value
    ? fromDecimal(String(value.amount), currency)
    : moneyOf(0, currency);

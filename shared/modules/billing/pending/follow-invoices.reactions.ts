// What becomes of items with the invoice that they are on: issued, they are invoiced; given up, they wait again.
import { given, reaction, roundedMoney, subtract, type Context } from '#kernel';
import { Exact } from '#kernel/decimals';
import {
  CreditNote,
  Invoice,
  noteDeliveries,
  type CreditNoteRow,
  type InvoiceLine,
  type InvoiceRow,
} from '#modules/billing/invoices';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { reducedTo } from './billable.rules.ts';
import { sourcesOf } from './invoice-items.operations.ts';
import { makeItems, type NewItem } from './make-items.operations.ts';
import { stillDue } from './still-due.operations.ts';

const itemsOn = async ({ trusted }: Context, lines: readonly InvoiceLine[]): Promise<readonly BillableItemRow[]> => {
  const items = await trusted(BillableItem).getMany(lines.flatMap(({ billable }) => billable ?? []));
  return [...items.values()];
};

export const noteIssued = reaction('noteItemsInvoiced', {
  describes: 'Items on an issued invoice are invoiced.',
  on: ['invoice.issued'],
  run: async (event, context) => {
    const invoice = await context.trusted(Invoice).find(event.record.id);
    if (invoice?.status !== 'ISSUED' && invoice?.status !== 'VOIDED') return;
    for (const item of await itemsOn(context, invoice.lines))
      if (item.invoice === invoice.id && item.status === 'RESERVED')
        context.trusted(BillableItem).move(item, 'INVOICED');
  },
});

export const noteGivenUp = reaction('freeItemsOfInvoice', {
  describes:
    'Items on a draft that was discarded, or an invoice that was voided, wait to be invoiced again, unless nobody wants that.',
  on: ['invoice.discarded', 'invoice.voided'],
  run: async (event, context) => {
    const invoice = await context.trusted(Invoice).find(event.record.id);
    if (!invoice) return;
    const items = (await itemsOn(context, invoice.lines)).filter((item) => item.invoice === invoice.id);
    const held = items.filter(({ status }) => status === 'RESERVED' || status === 'INVOICED');
    await noteDeliveries(context, held, -1);
    const due = await stillDue(context, held);
    held.forEach((item, index) => {
      giveBack(context, item, due[index] ?? '0', invoice, event.actor);
    });
  },
});

const giveBack = (context: Context, item: BillableItemRow, due: string, invoice: InvoiceRow, by: string): void => {
  const reason = invoice.reason ?? `Invoice ${invoice.number ?? ''} was given up.`;
  const after = { originalInvoice: invoice.id, reason };
  if (invoice.reinvoice !== false) waitAgain(context, item, due, after);
  else context.trusted(BillableItem).move(item, 'WAIVED', { ...after, invoice: null, waivedBy: by });
};

type Freeing = { readonly originalInvoice: string; readonly reason: string };

/** What is still due of an item waits; of what came back or was cancelled meanwhile nothing does. */
const waitAgain = ({ trusted }: Context, item: BillableItemRow, due: string, after: Freeing): void => {
  const freed = { ...after, invoice: null };
  if (due === '0') trusted(BillableItem).move(item, 'WAIVED', freed);
  else trusted(BillableItem).move(item, 'PENDING_REINVOICE', { ...freed, ...reducedTo(item, due) });
};

export const noteCredited = reaction('reopenCreditedItems', {
  describes:
    'What a credit note takes back to be invoiced again waits for that: whole items, or what of them was credited.',
  on: ['creditNote.issued'],
  run: async (event, context) => {
    const note = await context.trusted(CreditNote).find(event.record.id);
    if (note?.status === 'ISSUED' && note.reinvoice) await reopenCredited(context, note);
  },
});

const reopenCredited = async (context: Context, note: CreditNoteRow): Promise<void> => {
  const invoice = await context.trusted(Invoice).get(note.invoice);
  const items = new Map((await itemsOn(context, invoice.lines)).map((item) => [item.id, item]));
  const taken = note.lines.flatMap((line) => {
    const item = items.get(invoice.lines.find(({ key }) => key === line.invoiceLine)?.billable ?? '');
    return item?.status === 'INVOICED' ? [{ item, line, part: partOf(item, line, note) }] : [];
  });
  const parts = taken.map(({ part }) => part);
  await noteDeliveries(context, parts, -1);
  const due = await stillDue(context, parts);
  const made: NewItem[] = [];
  taken.forEach(({ item, line, part }, index) => {
    const left = due[index] ?? '0';
    const isWhole = line.isReturned && line.quantity === item.quantity;
    if (isWhole) waitAgain(context, item, left, { originalInvoice: note.invoice, reason: note.reason });
    else if (left !== '0') made.push({ ...part, ...reducedTo(part, left) });
  });
  await makeItems(context, made);
};

/**
 * What was credited of an item, as an item of its own. What came back is of its order and delivery, which count it no longer; of a
 * change of the price they know nothing.
 */
const partOf = (
  item: BillableItemRow,
  { key, quantity, base, total, isReturned }: CreditNoteRow['lines'][number],
  { id, invoice, reason, issuedOn = item.readyOn }: CreditNoteRow,
): NewItem =>
  given({
    ...{
      account: item.account,
      kind: item.kind,
      product: item.product,
      description: item.description,
      note: item.note,
    },
    ...(isReturned ? sourcesOf(item) : {}),
    ...{ unit: item.unit, unitPrice: item.unitPrice, taxCategory: item.taxCategory, taxCodes: item.taxCodes },
    ...{ reference: item.reference, project: item.project, shipTo: item.shipTo, paymentDays: item.paymentDays },
    ...{ emissionPoint: item.emissionPoint, owner: item.owner, team: item.team, currency: item.total.currency },
    ...{ quantity, reduction: subtract(roundedMoney(new Exact(quantity).times(item.unitPrice), base.currency), base) },
    ...{ base, total, readyOn: issuedOn, source: `${id}/${key}` },
    ...{ status: 'PENDING_REINVOICE' as const, originalInvoice: invoice, reason },
  });

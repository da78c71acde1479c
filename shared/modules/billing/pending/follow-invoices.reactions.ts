// What becomes of items with the invoice that they are on: issued, they are invoiced; given up, they wait again.
import { given, reaction, roundedMoney, subtract, type Context } from '#kernel';
import { Exact } from '#kernel/decimals';
import { CreditNote, Invoice, type CreditNoteRow, type InvoiceLine, type InvoiceRow } from '#modules/billing/invoices';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { noteOnDeliveries } from './invoice-items.operations.ts';
import { makeItems, type NewItem } from './make-items.operations.ts';

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
    for (const item of held) giveBack(context, item, invoice, event.actor);
    await noteOnDeliveries(context, held, -1);
  },
});

const giveBack = ({ trusted }: Context, item: BillableItemRow, invoice: InvoiceRow, by: string): void => {
  const reason = invoice.reason ?? `Invoice ${invoice.number ?? ''} was given up.`;
  const after = { invoice: null, originalInvoice: invoice.id, reason };
  if (invoice.reinvoice !== false) {
    trusted(BillableItem).move(item, 'PENDING_REINVOICE', after);
    return;
  }
  trusted(BillableItem).move(item, 'WAIVED', { ...after, waivedBy: by });
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
  const parts: NewItem[] = [];
  for (const line of note.lines) {
    const item = items.get(invoice.lines.find(({ key }) => key === line.invoiceLine)?.billable ?? '');
    if (item?.status !== 'INVOICED') continue;
    if (line.isReturned && line.quantity === item.quantity) await reopen(context, item, note);
    else parts.push(partOf(item, line, note));
  }
  await makeItems(context, parts);
};

const reopen = async (context: Context, item: BillableItemRow, { invoice, reason }: CreditNoteRow): Promise<void> => {
  context.trusted(BillableItem).move(item, 'PENDING_REINVOICE', { invoice: null, originalInvoice: invoice, reason });
  await noteOnDeliveries(context, [item], -1);
};

/** What was credited of an item, as an item of its own; its order counts it as invoiced, and is not asked again. */
const partOf = (
  item: BillableItemRow,
  { key, quantity, base, total }: CreditNoteRow['lines'][number],
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
    ...{ unit: item.unit, unitPrice: item.unitPrice, taxCategory: item.taxCategory, taxCodes: item.taxCodes },
    ...{ reference: item.reference, project: item.project, shipTo: item.shipTo, paymentDays: item.paymentDays },
    ...{ emissionPoint: item.emissionPoint, owner: item.owner, team: item.team, currency: item.total.currency },
    ...{ quantity, reduction: subtract(roundedMoney(new Exact(quantity).times(item.unitPrice), base.currency), base) },
    ...{ base, total, readyOn: issuedOn, source: `${id}/${key}` },
    ...{ status: 'PENDING_REINVOICE' as const, originalInvoice: invoice, reason },
  });

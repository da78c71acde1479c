import { reaction } from '#kernel';
import { CreditNote, Invoice } from '#modules/billing/invoices';
import { InvoiceSettlement } from './invoice-settlement.entity.ts';
import { noteSettlement } from './settle.operations.ts';

/** Each application has its place in the credit note, so that each is noted once however often this runs. */
export const noteCreditNotes = reaction('noteCreditNotes', {
  describes: 'Notes what credit notes took of invoices, for ageing at any day.',
  on: ['creditNote.issued', 'creditNote.applied'],
  run: async (event, context) => {
    const note = await context.trusted(CreditNote).find(event.record.id);
    const applied = (note?.applications ?? []).flatMap(({ invoice, ...rest }, index) =>
      invoice === undefined ? [] : [{ invoice, ...rest, place: `${event.record.id}#${String(index)}` }],
    );
    const places = applied.map(({ place }) => place);
    const [noted, invoices] = await Promise.all([
      context.trusted(InvoiceSettlement).findAllUnique('place', places),
      context.trusted(Invoice).getMany(applied.map(({ invoice }) => invoice)),
    ]);
    for (const { invoice: id, amount, on, place } of applied) {
      const invoice = invoices.get(id);
      if (invoice && !noted.has(place))
        noteSettlement(context, invoice, { kind: 'CREDIT_NOTE', source: event.record.id, amount, on, place });
    }
  },
});

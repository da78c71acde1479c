import { DomainError, given, moneyOf, type Context, type Money } from '#kernel';
import { takeAdvance } from './advance.operations.ts';
import { credited } from './credit-shares.rules.ts';
import { assertCreditable } from './credit-note.operations.ts';
import { CreditNote, type CreditNoteRow } from './credit-note.entity.ts';
import { Invoice, type InvoiceLine, type InvoiceRow } from './invoice.entity.ts';
import { changedSettlement } from './invoice.rules.ts';
import { tellIssuing } from './issue-invoice.operations.ts';
import { sealAt, takePlace } from './place.operations.ts';
import { noteSources, noteWithdrawn } from './sources.operations.ts';

/** What issuing a credit note may answer, besides what issuing an invoice may. */
export const creditFails = ['NOT_ISSUED', 'NOT_CREDITABLE', 'OVER_CREDITED', 'OVER_APPLIED'] as const;

/**
 * Issues a draft of a credit note in the caller's write: number, day and seal of its own series; the lines of its invoice are
 * credited, what the invoice owes is reduced, the rest stays open. @throws `creditFails`, what `takePlace` throws
 */
export const issueCreditNote = async (
  context: Context,
  id: string,
  { on }: { readonly on?: string } = {},
): Promise<CreditNoteRow> => {
  const draft = await context.trusted(CreditNote).get(id);
  if (draft.status === 'ISSUED') return draft;
  if (draft.status !== 'DRAFT' && draft.status !== 'ISSUING')
    throw new DomainError('INVALID_STATE', `A credit note that is ${draft.status} is not issued.`, ['id']);
  const [invoice, place] = await Promise.all([
    context.trusted(Invoice).get(draft.invoice),
    takePlace(context, 'credit-note', given({ emissionPoint: draft.emissionPoint, on })),
  ]);
  assertCreditable(invoice);
  if (place.issuedOn < draft.invoiceIssuedOn)
    throw new DomainError('OUT_OF_ORDER', 'A credit note is not of a day before its invoice.', ['on']);
  const hash = await sealAt(context, place, { ...draft, ...place });
  const applied = await credit(context, draft, invoice);
  const issued = context.trusted(CreditNote).move(draft, 'ISSUED', {
    ...place,
    ...{ hash, issueProblem: null, open: moneyOf(draft.total.minor - applied.minor, draft.currency) },
    applications: applied.minor > 0 ? [{ invoice: invoice.id, amount: applied, on: place.issuedOn }] : [],
  });
  await tellIssuing(context, issued);
  return issued;
};

/** Takes what is credited off the invoice, its advance and its orders. Answers by how much less it owes. */
const credit = async (context: Context, note: CreditNoteRow, invoice: InvoiceRow): Promise<Money> => {
  const applied =
    note.type === 'ADVANCE_APPLICATION'
      ? moneyOf(0, note.currency)
      : moneyOf(Math.min(note.total.minor, invoice.balance.minor), note.currency);
  const lines = creditedLines(invoice, note);
  context
    .trusted(Invoice)
    .update(
      invoice,
      { lines, ...changedSettlement(invoice, { credited: applied }) },
      { evenFrozen: true, event: 'invoice.settled' },
    );
  if (invoice.advance !== undefined && note.type !== 'ADVANCE_APPLICATION')
    await takeAdvance(context, invoice.advance, { amount: note.total, creditNote: note.id, invoice: invoice.id });
  const returned = returnedIn(invoice, note);
  await (note.reinvoice ? noteSources(context, returned, -1) : noteWithdrawn(context, returned));
  return applied;
};

const creditedLines = ({ lines }: InvoiceRow, note: CreditNoteRow): readonly InvoiceLine[] =>
  lines.map((line) =>
    note.lines
      .filter(({ invoiceLine }) => invoiceLine === line.key)
      .reduce((so, share) => credited(so, share, share.isReturned), line),
  );

/** What comes back of orders: lines of the invoice in the quantities of the credit note. */
const returnedIn = ({ lines }: InvoiceRow, note: CreditNoteRow) =>
  note.lines
    .filter(({ isReturned }) => isReturned)
    .flatMap(({ invoiceLine, quantity }) => {
      const line = lines.find(({ key }) => key === invoiceLine);
      return line ? [{ ...line, quantity }] : [];
    });

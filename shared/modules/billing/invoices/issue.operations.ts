// How people issue: at once, or under load by standing in line for the number.
import { date, DomainError, forbidden, given, integer, mayTouch, mutation, optional, ref, type Context } from '#kernel';
import { isLostRace } from '#kernel/lost-race';
import { CreditNote, type CreditNoteRow } from './credit-note.entity.ts';
import { pointFor } from './emission-point.operations.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';
import { creditFails, issueCreditNote } from './issue-credit-note.operations.ts';
import { issueFails, issueInvoice } from './issue-invoice.operations.ts';
import { enqueue, queueOf } from './issue-queue.jobs.ts';
import { seriesOf } from './series.rules.ts';

const input = {
  version: optional(
    integer({ min: 1, describes: 'The version of the draft as it was read; another one is not issued.' }),
  ),
  on: optional(date({ describes: 'Its day; today when absent, and never before the last one of its series.' })),
};
const fails = [...issueFails, 'DRAFT_CHANGED', 'QUEUE_FULL'] as const;

export const issueInvoiceOperation = mutation('issueInvoice', {
  describes:
    'Issues a draft: it gets the next number of its series and a seal, and never changes again. Issued before, it is answered as it is. While many are issued at once it answers ISSUING, and gets its number when its turn comes.',
  needs: 'invoice.issue',
  input: { invoice: ref('Invoice', { describes: 'The draft.' }), ...input },
  returns: Invoice,
  fails,
  run: ({ invoice, ...how }, context) => issueInTurn(context, invoices, { id: invoice, ...how }),
});

export const issueCreditNoteOperation = mutation('issueCreditNote', {
  describes:
    'Issues a draft of a credit note as `issueInvoice` does. It reduces what its invoice owes; what is more stays open.',
  needs: 'creditNote.issue',
  input: { creditNote: ref('CreditNote', { describes: 'The draft.' }), ...input },
  returns: CreditNote,
  fails: [...fails, ...creditFails],
  run: ({ creditNote, ...how }, context) => issueInTurn(context, creditNotes, { id: creditNote, ...how }),
});

type Asked = { readonly id: string; readonly version?: number; readonly on?: string };

/** What is issued in the same way. */
type Issued<Document extends InvoiceRow | CreditNoteRow> = {
  readonly kind: 'invoice' | 'credit-note';
  of: typeof Invoice | typeof CreditNote;
  get(context: Context, id: string): Promise<Document>;
  issue(context: Context, id: string, how: { readonly on?: string }): Promise<Document>;
  wait(context: Context, draft: Document): Document;
};

const invoices: Issued<InvoiceRow> = {
  ...{ kind: 'invoice', of: Invoice, issue: issueInvoice },
  get: ({ data }, id) => data(Invoice).get(id),
  wait: ({ data }, draft) => data(Invoice).move(draft, 'ISSUING', { issueProblem: null }),
};

const creditNotes: Issued<CreditNoteRow> = {
  ...{ kind: 'credit-note', of: CreditNote, issue: issueCreditNote },
  get: ({ data }, id) => data(CreditNote).get(id),
  wait: ({ data }, draft) => data(CreditNote).move(draft, 'ISSUING', { issueProblem: null }),
};

/**
 * Issues in a write of its own, so that a lost race is seen here; then the document stands in line. Whoever finds others in line
 * joins them. A day of one's own is for those who can wait for nobody: it is tried again instead.
 */
const issueInTurn = async <Document extends InvoiceRow | CreditNoteRow>(
  context: Context,
  kind: Issued<Document>,
  { id, version, on }: Asked,
): Promise<Document> => {
  const [outcome] = await context.together([
    {
      key: `issue ${id}`,
      run: async (own) => {
        const draft = await kind.get(own, id);
        assertMayIssue(own, kind, draft, version);
        await assertNobodyWaits(own, kind, draft, on);
        return kind.issue(own, id, given({ on }));
      },
    },
  ]);
  if (outcome?.status !== 'failed') return kind.get(context, id);
  if (on !== undefined || !mustWait(outcome.error)) throw outcome.error;
  return standInLine(context, kind, id);
};

/** Why one joins those who wait: another write came first, or they were here before. */
const othersWait = 'OTHERS_WAIT';
const mustWait = (error: unknown): boolean =>
  isLostRace(error) || (error instanceof DomainError && error.code === othersWait);

const assertMayIssue = <Document extends InvoiceRow | CreditNoteRow>(
  { actor }: Context,
  { of }: Issued<Document>,
  draft: Document,
  version: number | undefined,
): void => {
  if (!mayTouch(actor, of, draft, 'update')) throw forbidden('You may not issue this document.');
  if (version !== undefined && draft.status === 'DRAFT' && draft.version !== version)
    throw new DomainError('DRAFT_CHANGED', `It has changed since it was read; it is now at ${String(draft.version)}.`, [
      'version',
    ]);
};

const assertNobodyWaits = async <Document extends InvoiceRow | CreditNoteRow>(
  context: Context,
  kind: Issued<Document>,
  draft: Document,
  on: string | undefined,
): Promise<void> => {
  if (draft.status === 'ISSUING') throw waitsAlready(on);
  if (draft.status !== 'DRAFT' || on !== undefined) return;
  const queue = await queueOf(context, await seriesFor(context, kind, draft));
  if (queue && queue.waiting.length > 0) throw new DomainError(othersWait, 'Others wait for their numbers.');
};

/** Who waits already is not served out of turn; a day of one's own cannot be had any more. */
const waitsAlready = (on: string | undefined): DomainError =>
  new DomainError(on === undefined ? othersWait : 'INVALID_STATE', 'It waits for its number already.', ['on']);

const seriesFor = async <Document extends InvoiceRow | CreditNoteRow>(
  context: Context,
  { kind }: Issued<Document>,
  { emissionPoint }: Document,
): Promise<string> => seriesOf(kind, (await pointFor(context, emissionPoint)).code);

const standInLine = async <Document extends InvoiceRow | CreditNoteRow>(
  context: Context,
  kind: Issued<Document>,
  id: string,
): Promise<Document> => {
  const draft = await kind.get(context, id);
  if (draft.status !== 'DRAFT' && draft.status !== 'ISSUING') return draft;
  await enqueue(context, await seriesFor(context, kind, draft), id);
  return draft.status === 'DRAFT' ? kind.wait(context, draft) : draft;
};

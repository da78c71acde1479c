import { DomainError, given, type Context } from '#kernel';
import { openTaxBook } from '#modules/catalog/taxes';
import { Account } from '#modules/parties/accounts';
import { dayAfter } from '#modules/platform/settings';
import { openAdvance } from './advance.operations.ts';
import { assertNamed, buyerOf } from './buyer.rules.ts';
import type { CreditNoteRow } from './credit-note.entity.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';
import { staleTaxes } from './issuing.rules.ts';
import { documentsIssuing, type DocumentIssuing } from './issuing-point.rules.ts';
import { sealAt, takePlace } from './place.operations.ts';
import { noteQuote } from './sources.operations.ts';

/** What issuing may answer besides the common codes. */
export const issueFails = [
  'BUYER_TAX_ID_MISSING',
  'NO_EMISSION_POINT',
  'IN_FUTURE',
  'PERIOD_CLOSED',
  'OUT_OF_ORDER',
  'TAX_CHANGED',
  'OVER_CONVERTED',
] as const;

/**
 * Issues a draft in the caller's write: the next number of its series, its day, its seal, and what other modules make of it, all
 * or nothing. Issued already it stays as it is. @throws `issueFails`, INVALID_STATE
 */
export const issueInvoice = async (
  context: Context,
  id: string,
  { on }: { readonly on?: string } = {},
): Promise<InvoiceRow> => {
  const draft = await context.trusted(Invoice).get(id);
  if (draft.status === 'ISSUED') return draft;
  if (draft.status !== 'DRAFT' && draft.status !== 'ISSUING')
    throw new DomainError('INVALID_STATE', `An invoice that is ${draft.status} is not issued.`, ['id']);
  const [account, place] = await Promise.all([
    context.trusted(Account).get(draft.account),
    takePlace(context, 'invoice', given({ emissionPoint: draft.emissionPoint, on })),
  ]);
  const buyer = buyerOf(account, draft.total, context.actor.country);
  assertNamed(buyer);
  await assertTaxesHold(context, draft, place.issuedOn);
  const dueOn = dayAfter(place.issuedOn, draft.paymentDays ?? account.paymentDays ?? 0);
  const after = { ...place, buyer, dueOn };
  const hash = await sealAt(context, place, { ...draft, ...after });
  const issued = context
    .trusted(Invoice)
    .move(draft, 'ISSUED', { ...after, hash, issueProblem: null, ...openAdvance(context, { ...draft, ...after }) });
  await noteQuote(context, issued);
  await tellIssuing(context, issued);
  return issued;
};

const assertTaxesHold = async (context: Context, { totals, pricedOn }: InvoiceRow, day: string): Promise<void> => {
  if (day === pricedOn) return;
  const { rates } = await openTaxBook(context, day);
  const [stale] = staleTaxes(totals.taxes, rates);
  if (stale !== undefined)
    throw new DomainError('TAX_CHANGED', `${stale} is another on ${day} than when it was priced; price it anew.`, [
      'id',
    ]);
};

/** What other modules write together with an issued document. */
export const tellIssuing = async (context: Context, document: InvoiceRow | CreditNoteRow): Promise<void> => {
  for (const issuing of context.registry.contributions(documentsIssuing) as readonly DocumentIssuing[])
    await issuing.run(context, document);
};

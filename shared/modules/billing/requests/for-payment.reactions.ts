// A deal that enters a stage that is marked for payment is invoiced and mailed, once; or somebody has a task that says why not.
import { DomainError, given, reaction, type Context, type DomainEvent } from '#kernel';
import { issueInvoice, mailInvoice } from '#modules/billing/invoices';
import { Pipeline } from '#modules/platform/flows';
import { Opportunity } from '#modules/sales/opportunities';
import { InvoiceRequest } from './invoice-request.entity.ts';
import { leaveTask } from './leave-task.operations.ts';
import { assertReachable, draftRequested, requestFor } from './request.operations.ts';
import { linesOfDeal, type OpportunityRow } from './requested-lines.operations.ts';

export const invoiceForPayment = reaction('invoiceForPayment', {
  describes:
    'Invoices an opportunity that enters a stage marked for payment, and mails the invoice, once; where that cannot be done its owner gets a task that says why.',
  on: [
    'opportunity.created',
    'opportunity.stageChanged',
    'opportunity.won',
    'opportunity.postponed',
    'opportunity.reopened',
  ],
  run: async (event, context) => {
    const opportunity = await context.trusted(Opportunity).find(event.record.id);
    if (!opportunity || !(await entersForPayment(context, event, opportunity))) return;
    if (await context.trusted(InvoiceRequest).findUnique('automaticFor', opportunity.id)) return;
    const [outcome] = await context.together([
      { key: `for payment ${opportunity.id}`, run: (own) => invoiceDeal(own, opportunity) },
    ]);
    if (outcome?.status !== 'failed') return;
    if (!isReason(outcome.error)) throw outcome.error;
    await leaveTask(context, { ...opportunity, opportunity: opportunity.id }, outcome.error);
  },
});

/** Whether the stage that the event tells of is marked, whatever stage the deal stands in by now. */
const entersForPayment = async (
  { trusted }: Context,
  { changed }: DomainEvent,
  opportunity: OpportunityRow,
): Promise<boolean> => {
  const entered = changed['stage']?.to;
  const pipeline = await trusted(Pipeline).find(opportunity.pipeline);
  return pipeline?.stages.some(({ key, forPayment }) => key === entered && forPayment === true) ?? false;
};

/** All of it or nothing: the request that says what was invoiced, and the invoice with its number. It is mailed once it is written. */
const invoiceDeal = async (context: Context, { id }: OpportunityRow) => {
  const opportunity = await context.trusted(Opportunity).get(id);
  const lines =
    opportunity.account === undefined ? undefined : await linesOfDeal(context, opportunity.account, opportunity);
  if (!lines) throw new DomainError('NO_ACCOUNT', 'The opportunity names no account to invoice.');
  const asked = await requestFor(context, opportunity, lines);
  assertReachable(asked.buyer);
  const values = { ...asked, automaticFor: id };
  const request = context.trusted(InvoiceRequest).create(values, { event: 'invoiceRequest.invoiced' });
  const draft = await draftRequested(context, request, { isIssuedAtOnce: true });
  await issueInvoice(context, draft.id);
  const answered = { invoice: draft.id, answeredBy: context.actor.id, answeredAt: context.clock.instant() };
  return context.trusted(InvoiceRequest).move(request, 'INVOICED', answered);
};

export const mailRequested = reaction('mailRequestedInvoice', {
  describes:
    'Mails the invoice of a request to the buyer; where that cannot be done who asked gets a task that says why.',
  on: ['invoiceRequest.invoiced'],
  run: async (event, context) => {
    const request = await context.trusted(InvoiceRequest).find(event.record.id);
    if (request?.mails !== true || request.invoice === undefined) return;
    const problem = await mailed(context, request.invoice, request.buyer.email);
    if (problem) await leaveTask(context, { ...request, name: request.subject }, problem);
  },
});

/** Why it could not be mailed; nothing when it was. */
const mailed = async (context: Context, invoice: string, to: string | undefined): Promise<DomainError | undefined> => {
  const [outcome] = await context.together([
    { key: `mail ${invoice}`, run: (own) => mailInvoice(own, invoice, given({ to })) },
  ]);
  if (outcome?.status !== 'failed') return undefined;
  if (!isReason(outcome.error)) throw outcome.error;
  return outcome.error;
};

/** What people can do something about; a lost race is tried again. */
const isReason = (error: unknown): error is DomainError => error instanceof DomainError && error.code !== 'CONFLICT';

import {
  boolean,
  date,
  defaulted,
  DomainError,
  extended,
  given,
  list,
  mutation,
  object,
  optional,
  reaction,
  recordInput,
  ref,
  text,
  type Context,
  type DraftOf,
} from '#kernel';
import { lineInput, mostLines, pricingFails } from '#modules/catalog/pricing';
import { draftFails, draftInvoice, issueFails, issueInvoice, type InvoiceRow } from '#modules/billing/invoices';
import { BilledAccount } from '#modules/billing/pending';
import { Contact } from '#modules/parties/contacts';
import { notify } from '#modules/platform/notifications';
import { Tenant } from '#modules/platform/settings';
import { Opportunity } from '#modules/sales/opportunities';
import { requestSettings } from './accountants.rules.ts';
import { buyerData, missingOf } from './buyer-data.rules.ts';
import { InvoiceRequest, type InvoiceRequestRow, type RequestedBuyer } from './invoice-request.entity.ts';
import {
  invoiceLinesOf,
  linesOfDeal,
  linesSaid,
  type OpportunityRow,
  type RequestedLines,
} from './requested-lines.operations.ts';

const AskingTenant = extended(Tenant, requestSettings);

const own = recordInput('InvoiceRequest');

export const requestInvoice = mutation('requestInvoice', {
  describes:
    'Asks the accountant for the invoice of a deal: with the tax data of its account, the lines of its order or accepted offer (or those said here, or the products that it expects) and the terms.',
  needs: 'invoiceRequest.ask',
  input: {
    opportunity: ref('Opportunity', { describes: 'The deal.' }),
    lines: optional(
      list(object('RequestedInvoiceLine', lineInput), {
        max: mostLines,
        describes: 'What is to be invoiced, in place of what the deal says.',
      }),
    ),
    invoiceOn: InvoiceRequest.fields.invoiceOn,
    paymentDays: InvoiceRequest.fields.paymentDays,
    reference: InvoiceRequest.fields.reference,
    notes: InvoiceRequest.fields.notes,
    message: InvoiceRequest.fields.message,
  },
  returns: InvoiceRequest,
  fails: [...pricingFails, 'NO_ACCOUNT', 'NO_LINES', 'ALREADY_REQUESTED'],
  run: async ({ opportunity: id, lines, ...said }, context) => {
    const opportunity = await context.data(Opportunity).get(id);
    if (await context.trusted(InvoiceRequest).findUnique('openFor', id))
      throw new DomainError('ALREADY_REQUESTED', 'Its invoice was asked for and is awaited.', ['opportunity']);
    const account = accountOf(opportunity);
    const asked = lines ? await linesSaid(context, account, lines) : await linesOfDeal(context, account, opportunity);
    const request = await requestFor(context, opportunity, asked);
    return context
      .data(InvoiceRequest)
      .create({ ...request, ...given(said), ...given({ owner: context.actor.userId }) });
  },
});

/** @throws NO_ACCOUNT */
const accountOf = ({ account }: OpportunityRow): string => {
  if (account !== undefined) return account;
  throw new DomainError('NO_ACCOUNT', 'The deal names no account to invoice.', ['opportunity']);
};

/** What is asked of a deal, with all that an accountant needs to know. @throws NO_ACCOUNT */
export const requestFor = async (
  { trusted }: Context,
  opportunity: OpportunityRow,
  asked: RequestedLines,
): Promise<DraftOf<typeof InvoiceRequest>> => {
  const [account, contact] = await Promise.all([
    trusted(BilledAccount).get(accountOf(opportunity)),
    opportunity.contact === undefined ? undefined : trusted(Contact).find(opportunity.contact),
  ]);
  const buyer = buyerData(account, contact);
  return given({
    ...{ subject: opportunity.name.slice(0, 200), account: account.id, opportunity: opportunity.id },
    ...{ contact: opportunity.contact, owner: opportunity.owner, team: opportunity.team },
    ...{ buyer, missing: missingOf(buyer), terms: account.paymentTerms, paymentDays: account.paymentDays },
    ...{ mails: true, ...asked },
  });
};

export const tellAccountants = reaction('tellAccountants', {
  describes: 'Tells those who make invoices that one is asked for.',
  on: ['invoiceRequest.created'],
  run: async (event, context) => {
    const request = await context.trusted(InvoiceRequest).find(event.record.id);
    if (request?.status !== 'REQUESTED') return;
    await notify(context, {
      to: await accountantsOf(context),
      kind: 'invoiceRequest.requested',
      title: { es: `Se solicita una factura: ${request.subject}`, en: `An invoice is asked for: ${request.subject}` },
      about: request.id,
    });
  },
});

/** Who is told of what concerns invoices. */
export const accountantsOf = async ({ trusted, actor }: Context): Promise<readonly string[]> =>
  (await trusted(AskingTenant).find(actor.tenant))?.accountants ?? [];

/** The invoice that a request is for, as a draft in the caller's write. */
export const draftRequested = (
  context: Context,
  request: InvoiceRequestRow,
  { isIssuedAtOnce }: { readonly isIssuedAtOnce: boolean },
): Promise<InvoiceRow> => {
  const { account, contact, paymentDays, reference, notes, opportunity, owner, team, quote, total } = request;
  return draftInvoice(context, {
    ...given({ account, contact, paymentDays, reference, notes, opportunity, owner, team, quote }),
    ...{ currency: total.currency, agreed: true, isIssuedAtOnce, lines: invoiceLinesOf(request) },
  });
};

export const fulfilInvoiceRequest = mutation('fulfilInvoiceRequest', {
  describes:
    'Makes the invoice that a request is for and issues it, in one call; it is mailed to the buyer, and who asked is told. The deal itself need not be seen.',
  needs: 'invoiceRequest.fulfil',
  input: {
    ...own,
    on: optional(date({ describes: 'The day of the invoice; today when absent.' })),
    mails: defaulted(boolean({ describes: 'Whether it is mailed to the buyer at once.' }), true),
  },
  returns: InvoiceRequest,
  fails: [...draftFails, ...issueFails, 'NO_EMAIL'],
  run: async ({ id, on, mails }, context) => {
    const request = await waiting(context, id);
    if (mails) assertReachable(request.buyer);
    // The invoice names the deal, which whoever makes it need not see.
    const unseen: Context = { ...context, data: context.trusted };
    const draft = await draftRequested(unseen, request, { isIssuedAtOnce: true });
    await issueInvoice(unseen, draft.id, given({ on }));
    const answered = context
      .data(InvoiceRequest)
      .move(request, 'INVOICED', { invoice: draft.id, mails, ...answer(context) });
    await tellAsker(context, answered, { es: 'está facturado', en: 'is invoiced' });
    return answered;
  },
});

/** What is to be mailed needs an address before it takes a number. @throws NO_EMAIL */
export const assertReachable = (buyer: Pick<RequestedBuyer, 'name' | 'email'> | undefined): void => {
  if (buyer?.email === undefined)
    throw new DomainError('NO_EMAIL', `${buyer?.name ?? 'Nobody'} has no e-mail address to send the invoice to.`, [
      'id',
    ]);
};

export const declineInvoiceRequest = mutation('declineInvoiceRequest', {
  describes: 'Declines a request for an invoice; who asked is told why.',
  needs: 'invoiceRequest.fulfil',
  input: { ...own, reason: text({ min: 1, max: 500, describes: 'Why.' }) },
  returns: InvoiceRequest,
  run: async ({ id, reason }, context) => {
    const request = await waiting(context, id);
    const declined = context.data(InvoiceRequest).move(request, 'DECLINED', { reason, ...answer(context) });
    await tellAsker(context, declined, { es: `no se factura: ${reason}`, en: `is not invoiced: ${reason}` });
    return declined;
  },
});

export const withdrawInvoiceRequest = mutation('withdrawInvoiceRequest', {
  describes: 'Takes a request for an invoice back.',
  needs: 'invoiceRequest.ask',
  input: own,
  returns: InvoiceRequest,
  run: async ({ id }, context) => context.data(InvoiceRequest).move(await waiting(context, id), 'WITHDRAWN'),
});

const waiting = async ({ data }: Context, id: string): Promise<InvoiceRequestRow> => {
  const request = await data(InvoiceRequest).get(id);
  if (request.status === 'REQUESTED') return request;
  throw new DomainError('INVALID_STATE', `It is ${request.status} already.`, ['id']);
};

const answer = ({ actor, clock }: Context) => ({ answeredBy: actor.id, answeredAt: clock.instant() });

const tellAsker = async (
  context: Context,
  { id, owner, subject }: InvoiceRequestRow,
  words: { readonly es: string; readonly en: string },
): Promise<void> => {
  if (owner === undefined) return;
  await notify(context, {
    to: [owner],
    kind: 'invoiceRequest.answered',
    title: { es: `${subject} ${words.es}`, en: `${subject} ${words.en}` },
    about: id,
  });
};

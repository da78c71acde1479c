import { given, reaction, timer } from '#kernel';
import { Approval } from '#modules/platform/approvals';
import { Pipeline, stageOf } from '#modules/platform/flows';
import { cancelSignatures } from '#modules/platform/signing';
import { enterStage, Opportunity } from '#modules/sales/opportunities';
import { Quote, type QuoteRow } from './quote.entity.ts';
import { approvalKinds } from './quote-approval.operations.ts';

export const expireQuote = timer(Quote, {
  describes: 'Ends an offer behind its last day.',
  run: (quote, { trusted }) => {
    trusted(Quote).move(quote, 'EXPIRED');
    return Promise.resolve();
  },
});

export const takeApproval = reaction('takeQuoteApproval', {
  describes: 'Lets an offer be sent once the approvers have agreed, and makes it a draft again when they have not.',
  on: ['approval.approved', 'approval.rejected', 'approval.lapsed', 'approval.withdrawn'],
  run: async (event, { trusted }) => {
    const approval = await trusted(Approval).find(event.record.id);
    if (!approval || !Object.values<string>(approvalKinds).includes(approval.kind)) return;
    const quote = await trusted(Quote).find(approval.about);
    if (quote?.status !== 'PENDING_APPROVAL') return;
    trusted(Quote).move(quote, event.type === 'approval.approved' ? 'APPROVED' : 'DRAFT');
  },
});

export const endSigning = reaction('endQuoteSigning', {
  describes: 'Takes back what could still be signed of an offer that no longer stands, or was accepted in another way.',
  on: ['quote.accepted', 'quote.rejected', 'quote.superseded', 'quote.expired', 'quote.cancelled'],
  run: async (event, context) => cancelSignatures(context, event.record.id, `The offer is ${event.type.slice(6)}.`),
});

export const followPrimary = reaction('followPrimaryQuote', {
  describes:
    'Keeps the amount and the products of an opportunity as its primary offer has them, and wins it with an accepted one.',
  on: ['quote.created', 'quote.updated', 'quote.promoted', 'quote.accepted'],
  run: async (event, context) => {
    const { data, trusted } = context;
    const quote = await trusted(Quote).find(event.record.id);
    if (quote?.opportunity === undefined) return;
    const opportunity = await data(Opportunity).find(quote.opportunity);
    if (!opportunity || opportunity.archivedAt !== undefined) return;
    if (opportunity.stageKind === 'WON') return;
    const followed = quote.isPrimary ? expectedOf(quote) : {};
    if (!isTaken(quote.status)) {
      if (quote.isPrimary) data(Opportunity).update(opportunity, followed);
      return;
    }
    const pipeline = await trusted(Pipeline).get(opportunity.pipeline);
    const won = pipeline.stages.find(({ kind }) => kind === 'WON');
    if (won)
      enterStage(context, opportunity, pipeline, stageOf(pipeline, won.key), { ...followed, amount: quote.total });
  },
});

/** Whether the customer has accepted it, whatever became of it since. */
const isTaken = (status: string): boolean => status === 'ACCEPTED' || status === 'CONVERTED';

/** What an opportunity expects by an offer: its amount and the products that count. */
const expectedOf = ({ total, lines }: QuoteRow) => ({
  amount: total,
  products: lines
    .filter(({ counts, product }) => counts && product !== undefined)
    .slice(0, 100)
    .map(({ product = '', quantity, note }) => given({ product, quantity, note: note?.slice(0, 200) })),
});

import {
  date,
  DomainError,
  integer,
  money,
  mutation,
  optional,
  record,
  ref,
  text,
  versionInput,
  type GivenTo,
} from '#kernel';
import { dayStart } from '#modules/platform/settings';
import { Account } from '#modules/parties/accounts';
import type { PanelSection } from '#modules/engagement/activities';
import { createOpportunity, Opportunity } from '#modules/sales/opportunities';
import { SuggestedOpportunity } from './suggested-opportunity.entity.ts';
import { daysAfter, suggest } from './suggest.operations.ts';

const own = { id: ref('SuggestedOpportunity', { describes: 'Which suggestion.' }), version: optional(versionInput) };

export const openSuggestion = mutation('openSuggestion', {
  describes: 'Opens the opportunity that a suggestion speaks of.',
  needs: 'suggestedOpportunity.decide',
  input: {
    ...own,
    name: optional(text({ describes: 'What it is about; the reason when absent.' })),
    amount: optional(money({ describes: 'Expected amount.' })),
    expectedCloseOn: optional(date({ describes: 'When the decision is expected.' })),
    pipeline: optional(ref('Pipeline', { describes: 'The way it goes; the default one when absent.' })),
  },
  returns: {
    suggestion: record(SuggestedOpportunity, 'The suggestion.'),
    opportunity: record(Opportunity, 'The opportunity.'),
  },
  fails: ['NO_PIPELINE'],
  run: async ({ id, name, amount, expectedCloseOn, pipeline }, context) => {
    const { data, trusted, actor } = context;
    const row = await data(SuggestedOpportunity).get(id);
    const expected = amount ?? row.amount;
    const values = {
      name: name ?? row.reason[actor.locale],
      account: row.account,
      ...(expected && { amount: expected }),
      ...(expectedCloseOn !== undefined && { expectedCloseOn }),
      ...(row.product !== undefined && { products: [{ product: row.product, quantity: '1' }] }),
    };
    const own = pipeline === undefined ? {} : { pipeline };
    // The pipeline is an input of its own, with a default; the fields of an opportunity ask for one.
    const opportunity = await context.run(createOpportunity, { ...own, values } as unknown as GivenTo<
      typeof createOpportunity
    >);
    const by = actor.userId === undefined ? {} : { decidedBy: actor.userId };
    return {
      suggestion: trusted(SuggestedOpportunity).move(row, 'OPENED', { opportunity: opportunity.id, ...by }),
      opportunity,
    };
  },
});

export const dismissSuggestion = mutation('dismissSuggestion', {
  describes: 'Dismisses a suggestion: for good, or for some days. A new reason is a new suggestion.',
  needs: 'suggestedOpportunity.decide',
  input: {
    ...own,
    reason: optional(text({ max: 500, describes: 'Why.' })),
    days: optional(integer({ min: 1, max: 3650, describes: 'Shows it again after so many days.' })),
  },
  returns: SuggestedOpportunity,
  run: async ({ id, reason, days }, { data, trusted, actor, clock }) => {
    const row = await data(SuggestedOpportunity).get(id);
    const decided = {
      dismissedReason: reason ?? null,
      ...(actor.userId !== undefined && { decidedBy: actor.userId }),
    };
    return days === undefined
      ? trusted(SuggestedOpportunity).move(row, 'DISMISSED', decided)
      : trusted(SuggestedOpportunity).move(row, 'WAITING', { ...decided, opensAt: daysAfter(clock.instant(), days) });
  },
});

export const suggestOpportunity = mutation('suggestOpportunity', {
  describes:
    'Suggests a sale to those who handle an account, now or from a day on: a contract that ends, a quote that expired, as another ' +
    'system knows. Sent again with the same account, kind and `about`, it changes the suggestion.',
  needs: 'suggestedOpportunity.suggest',
  input: {
    account: ref('Account', { describes: 'Who might buy.' }),
    kind: text({ max: 40, describes: 'The kind of reason: QUOTE_EXPIRED, CONTRACT_ENDING.' }),
    about: text({ max: 100, describes: 'What it is about, such as the number of the contract.' }),
    since: date({ describes: 'The day that the reason is about.' }),
    opensOn: optional(date({ describes: 'From which day on it is shown; at once when absent.' })),
    product: optional(ref('Product', { describes: 'What might be sold.' })),
    amount: optional(money({ describes: 'For how much.' })),
    note: optional(text({ max: 150, describes: 'Added to the reason.' })),
  },
  returns: SuggestedOpportunity,
  fails: ['UNKNOWN_KIND'],
  run: async ({ opensOn, account, ...given }, context) => {
    await context.data(Account).get(account);
    const opensAt = opensOn === undefined ? context.clock.instant() : dayStart(opensOn, context.actor.timeZone);
    const suggestion = await suggest(context, { ...given, account, opensAt });
    if (!suggestion) throw new DomainError('ARCHIVED', 'This Account is archived.', ['account']);
    return suggestion;
  },
});

/** What is suggested to one, for the panel. */
export const suggestedSection: PanelSection = {
  name: 'suggestedOpportunities',
  describes: 'Sales that the product suggests for one’s own accounts, with the reason.',
  load: async ({ data, actor }) => {
    if (actor.userId === undefined) return [];
    return (await data(SuggestedOpportunity).page('byOwner', { of: actor.userId, first: 50 })).rows;
  },
};

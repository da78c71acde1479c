import {
  dateTime,
  date,
  derivedOptional,
  entity,
  inheritsFrom,
  link,
  money,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

const words = (describes: string) => text({ max: 300, describes });

/** A sale that nobody has opened yet, and why one might. */
export const SuggestedOpportunity = entity('SuggestedOpportunity', {
  idPrefix: 'sug',
  plural: 'suggestedOpportunities',
  describes:
    'A sale that nobody works on yet, found by the product itself, with the reason: an interest that was never offered, a quote that ' +
    'expired, a case that was lost long ago, a contract that ends, a customer whom nobody has spoken to. One call opens or dismisses it.',
  fields: {
    account: ref('Account', { describes: 'Who might buy.' }),
    kind: text({
      max: 40,
      describes: 'The kind of reason: INTEREST, NO_CONTACT, LOST_LONG_AGO, QUOTE_EXPIRED, CONTRACT_ENDING.',
    }),
    about: text({
      max: 100,
      describes: 'What it is about: with account and kind it makes the suggestion the same one.',
    }),
    reason: object(
      'SuggestionReason',
      { es: words('In Spanish.'), en: words('In English.') },
      { describes: 'Why, in words.' },
    ),
    since: date({ describes: 'The day that the reason is about: when it was lost, when the contract ends.' }),
    opensAt: dateTime({ describes: 'From when on it is shown.' }),
    product: optional(ref('Product', { describes: 'What might be sold.' })),
    amount: optional(money({ describes: 'For how much.' })),
    source: optional(ref('*', { describes: 'The record that it follows from: a lost opportunity, an expired quote.' })),
    opportunity: derivedOptional(ref('Opportunity', { describes: 'The opportunity that was opened.' })),
    decidedBy: derivedOptional(ref('User', { describes: 'Who opened or dismissed it.' })),
    dismissedReason: derivedOptional(text({ max: 500, describes: 'Why it was dismissed.' })),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: {
      WAITING: ['OPEN', 'WITHDRAWN'],
      OPEN: ['OPENED', 'DISMISSED', 'WITHDRAWN', 'WAITING'],
      OPENED: ['WAITING'],
      DISMISSED: ['WAITING'],
      WITHDRAWN: ['WAITING', 'OPEN'],
    },
    closedIn: ['WAITING', 'OPENED', 'DISMISSED', 'WITHDRAWN'],
    verbs: { OPEN: 'shown', WAITING: 'planned' },
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'opensAt', on: 'Account.suggestedOpportunities' },
    byOwner: { gsi: 2, sort: 'opensAt' },
    all: { gsi: 3, sort: 'opensAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'opensAt' },
    byProduct: link('product', 'opensAt'),
  },
  timeline: ['account'],
  title: ({ reason }) => reason.es,
  dueAt: ({ status, opensAt }) => (status === 'WAITING' ? opensAt : undefined),
});

/** A suggestion, as code sees it. */
export type SuggestionRow = Row<typeof SuggestedOpportunity>;

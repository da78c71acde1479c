import {
  boolean,
  choice,
  date,
  dateTime,
  decimal,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  list,
  longText,
  money,
  object,
  optional,
  ownedBy,
  parts,
  percent,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { documentTotals, headerDiscount, pricedLine } from '#modules/catalog/pricing';
import { contractProblems } from './contract.rules.ts';
import { stepKinds } from './contract-steps.rules.ts';

const indexation = {
  month: integer({ min: 1, max: 12, describes: 'The month of each year with whose first day prices change.' }),
  percent: optional(
    percent({
      min: '-100',
      max: '1000',
      describes: 'By how much; when absent, the owner is asked for the index of the year.',
    }),
  ),
};

const priceChange = {
  on: date({ describes: 'From which day.' }),
  percent: percent({ min: '-100', max: '1000', describes: 'By how much prices changed.' }),
  before: money({ describes: 'What a period came to before.' }),
  after: money({ describes: 'What it comes to since.' }),
  index: optional(text({ max: 200, describes: 'By which index, and its values.' })),
};
/** A change of prices, as contracts keep it. */
export type PriceChange = Values<typeof priceChange>;

/** How a period of a contract is called for people and clients. */
export const periodLength = choice(['MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR'], {
  named: 'ContractPeriodLength',
  describes: 'How long a period is: it is billed at once.',
});

/** Services for a customer, billed period by period until they end. */
export const Contract = entity('Contract', {
  idPrefix: 'ctr',
  describes:
    'An agreement on services that are billed period by period. Once it is signed its periods come about one at a time; it is renewed, indexed, suspended and ended.',
  fields: {
    account: ref('Account', { describes: 'With whom.' }),
    contact: optional(ref('Contact', { describes: 'Who signs for the customer.' })),
    opportunity: optional(ref('Opportunity', { describes: 'The sale that it came of.' })),
    quote: optional(ref('Quote', { describes: 'The accepted offer that it came of.' })),
    activity: optional(ref('Activity', { describes: 'The call or visit in which it was made.' })),
    subject: text({ min: 1, max: 200, search: 'words', describes: 'What it is about; its heading.' }),
    reference: optional(text({ max: 60, describes: 'The customer’s own number for it.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'Its language; the contact’s when absent.' })),
    currency: optional(
      text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, describes: 'ISO 4217; the tenant’s own when absent.' }),
    ),
    startsOn: date({ describes: 'Its first day.' }),
    endsOn: optional(date({ describes: 'Its last day; without one it runs until it is cancelled.' })),
    period: defaulted(periodLength, 'MONTH'),
    billing: defaulted(
      choice(['IN_ADVANCE', 'IN_ARREARS'], {
        named: 'ContractBilling',
        describes: 'Whether a period is billed on its first day, or on the day after its last.',
      }),
      'IN_ADVANCE',
    ),
    calendarPeriods: defaulted(
      boolean({
        describes:
          'Whether periods are those of the calendar, the first and last by their days; else they begin on the day of the month on which the contract begins.',
      }),
      false,
    ),
    renewal: defaulted(
      choice(['AUTOMATIC', 'MANUAL'], {
        named: 'ContractRenewal',
        describes: 'Whether it goes on behind its last day unless somebody ends it, or ends unless somebody renews it.',
      }),
      'MANUAL',
    ),
    renewMonths: defaulted(integer({ min: 1, max: 120, describes: 'For how many months it is renewed.' }), 12),
    noticeDays: defaulted(
      integer({ min: 0, max: 365, describes: 'How many days before its end the owner gets a task.' }),
      30,
    ),
    indexation: optional(
      object('ContractIndexation', indexation, { describes: 'How its prices follow the times, once a year.' }),
    ),
    introduction: optional(longText({ max: 5000, describes: 'What is said before the lines.' })),
    terms: optional(longText({ max: 5000, describes: 'What was agreed, in words.' })),
    clauses: defaulted(
      list(longText({ max: 2000 }), { max: 50, describes: 'Conditions, numbered on the document.' }),
      [],
    ),
    headerDiscounts: defaulted(list(headerDiscount, { max: 5, describes: 'Discounts on the whole of it.' }), []),
    owner: optional(ref('User', { describes: 'Who looks after it.' })),
    team: optional(ref('Team', { describes: 'The team of the contract.' })),
    converted: derivedOptional(
      list(
        object('ContractQuotedLine', {
          key: text({ max: 30, describes: 'The line of the offer.' }),
          quantity: decimal({ describes: 'How many of it.' }),
        }),
        { max: 500, describes: 'What it took of its offer: it is given back where the contract never runs.' },
      ),
    ),
    number: derived(text({ max: 40, search: 'words', unique: true, describes: 'Its number.' })),
    pricedOn: derived(date({ describes: 'The day whose prices it has.' })),
    lines: derived(parts('ContractLine', pricedLine, { describes: 'The services of a whole period, with prices.' })),
    totals: derived(object('DocumentTotals', documentTotals, { describes: 'What a whole period comes to.' })),
    total: derived(money({ describes: 'What a whole period costs, with taxes.' })),
    pdf: derivedOptional(ref('File', { describes: 'The document as it was sent.' })),
    pdfSha256: derivedOptional(text({ max: 64, describes: 'SHA-256 of the document as it was sent, in hex.' })),
    sentAt: derivedOptional(dateTime({ describes: 'When it was sent for signing.' })),
    signedAt: derivedOptional(dateTime({ describes: 'When the customer signed.' })),
    signedBy: derivedOptional(text({ max: 200, describes: 'Who signed for the customer.' })),
    nextFrom: derivedOptional(date({ describes: 'The first day that no period has covered.' })),
    nextStep: derivedOptional(
      choice(stepKinds, {
        named: 'ContractStep',
        describes: 'What it does next by itself: warn of its end, change prices, bill a period, or end or be renewed.',
      }),
    ),
    nextStepAt: derivedOptional(dateTime({ describes: 'When it does so.' })),
    noticedFor: derivedOptional(date({ describes: 'The end of which its owner was warned.' })),
    indexedOn: derivedOptional(date({ describes: 'When prices changed last, or an index was asked for.' })),
    priceChanges: derived(
      list(object('ContractPriceChange', priceChange), { max: 100, describes: 'How prices changed, the latest last.' }),
    ),
    pendingChange: derivedOptional(
      object(
        'ContractPendingChange',
        { on: priceChange.on, percent: priceChange.percent, index: priceChange.index },
        { describes: 'A change of prices that waits until the period that is under way has been billed.' },
      ),
    ),
    renewals: derived(integer({ min: 0, describes: 'How often it was renewed.' })),
    suspendedOn: derivedOptional(date({ describes: 'Since when it rests.' })),
    cancelsOn: derivedOptional(date({ describes: 'The last day, where it was cancelled.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why it was declined, suspended or cancelled.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: {
      DRAFT: ['SENT', 'ACTIVE', 'CANCELLED'],
      SENT: ['ACTIVE', 'DRAFT', 'CANCELLED'],
      ACTIVE: ['SUSPENDED', 'ENDED', 'CANCELLED'],
      SUSPENDED: ['ACTIVE', 'ENDED', 'CANCELLED'],
      ENDED: [],
      CANCELLED: [],
    },
    frozenIn: ['SENT', 'ENDED', 'CANCELLED'],
    closedIn: ['ENDED', 'CANCELLED'],
    verbs: { ACTIVE: 'activated', DRAFT: 'reopened' },
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'startsOn', as: 'doc', openFirst: true, on: 'Account.contracts' },
    byOwner: { gsi: 2, sort: 'startsOn' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'startsOn' },
    byOpportunity: link('opportunity', 'createdAt', 'Opportunity.contracts'),
    byQuote: link('quote', 'createdAt', 'Quote.contracts'),
    byActivity: link('activity', 'createdAt', 'Activity.contracts'),
  },
  defaults: [],
  timeline: ['id', 'account', 'contact', 'opportunity', 'quote', 'activity'],
  title: ({ number, subject }) => `${number} ${subject}`,
  check: (row) => contractProblems(row),
  events: {
    renewed: 'It goes on for another term.',
    indexed: 'Its prices changed.',
    declined: 'The customer did not sign it; it is a draft again.',
    resumed: 'It goes on after a rest.',
    noticed: 'Its end is near.',
  },
  dueAt: ({ nextStepAt }) => nextStepAt,
});

/** A contract, as code sees it. */
export type ContractRow = Row<typeof Contract>;

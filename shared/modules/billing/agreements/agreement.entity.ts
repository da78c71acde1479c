import {
  boolean,
  choice,
  date,
  decimal,
  defaulted,
  entity,
  link,
  list,
  longText,
  money,
  object,
  optional,
  ownedBy,
  percent,
  ref,
  text,
  type Row,
} from '#kernel';
import { agreementFrequencies } from './period.rules.ts';
import { rebateModes } from './rebate.rules.ts';
import { agreementMetrics, agreementProblems } from './scope.rules.ts';

const products = (describes: string) => defaulted(list(ref('Product'), { max: 200, describes }), []);
const words = (describes: string) => defaulted(list(text({ min: 1, max: 80 }), { max: 50, describes }), []);

const scope = {
  products: products('Products that count; with brands and families all when nothing is named.'),
  brands: words('Brands that count.'),
  families: words('Families of products that count, with those within them.'),
  excludedProducts: products('Products that never count.'),
  excludedFamilies: words('Families that never count.'),
  excludeNet: defaulted(
    boolean({
      describes: 'Whether lines do not count whose price was the customer’s own already: agreed, or by hand.',
    }),
    false,
  ),
};

const tier = object('RebateTier', {
  from: decimal({ describes: 'From how much on, inclusive: money, pieces, kilograms, or percent of growth.' }),
  percent: percent({ describes: 'Which share of the amount is given back.' }),
});

const reward = {
  metric: defaulted(
    choice(agreementMetrics, {
      named: 'AgreementMetric',
      describes:
        'What tiers look at: the amount without taxes, pieces, kilograms, or growth over the year before in percent.',
    }),
    'NET_AMOUNT',
  ),
  baseline: optional(money({ describes: 'What was bought the year before in such a period, for growth.' })),
  tiers: list(tier, { max: 20, describes: 'What is given from how much on.' }),
  mode: defaulted(
    choice(rebateModes, {
      named: 'RebateMode',
      describes: 'Whether the tier that is reached counts for everything, or each tier for its own slice.',
    }),
    'ALL_UNITS',
  ),
  basis: defaulted(
    choice(['INVOICED', 'COLLECTED'], {
      named: 'AgreementBasis',
      describes: 'Whether what was invoiced counts, or what of it was paid.',
    }),
    'INVOICED',
  ),
  settleBy: defaulted(
    choice(['CREDIT_NOTE', 'INVOICE_FROM_CUSTOMER', 'PAYMENT'], {
      named: 'AgreementSettledBy',
      describes: 'How what was earned is given: a credit note of ours, an invoice of theirs, or money.',
    }),
    'CREDIT_NOTE',
  ),
};

/** A rebate for reaching a target. */
export const Agreement = entity('Agreement', {
  idPrefix: 'agr',
  describes:
    'A rebate (rappel) that a customer or a buying group earns by what is bought in a period: tiers, what counts for them, and how it is settled. Documents in its currency count by their own day, returns and voided ones in the period of their sale. Its terms do not change once it is active.',
  fields: {
    name: text({ min: 1, max: 200, search: 'words', describes: 'What people call it.' }),
    account: optional(ref('Account', { describes: 'Who earns it.' })),
    group: optional(
      text({ max: 80, describes: 'In place of one customer the price group of those who earn it together.' }),
    ),
    currency: text({
      min: 3,
      max: 3,
      pattern: /^[A-Z]{3}$/,
      describes: 'ISO 4217: documents in another one do not count.',
    }),
    startsOn: date({ describes: 'The first day whose documents count.' }),
    endsOn: date({ describes: 'The last day.' }),
    frequency: defaulted(
      choice(agreementFrequencies, {
        named: 'AgreementFrequency',
        describes: 'How often tiers begin anew and what was earned is settled, from its first day on.',
      }),
      'WHOLE',
    ),
    ...scope,
    ...reward,
    notes: optional(longText({ max: 2000, describes: 'What else was agreed.' })),
    owner: optional(ref('User', { describes: 'Who answers for it.' })),
    team: optional(ref('Team', { describes: 'The team of the business.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: {
      DRAFT: ['ACTIVE'],
      ACTIVE: ['SUSPENDED', 'CLOSED'],
      SUSPENDED: ['ACTIVE', 'CLOSED'],
      CLOSED: ['SETTLED'],
      SETTLED: [],
    },
    frozenIn: ['ACTIVE', 'SUSPENDED', 'CLOSED', 'SETTLED'],
    closedIn: ['SETTLED'],
    verbs: { ACTIVE: 'activated' },
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'startsOn', as: 'doc', openFirst: true, on: 'Account.agreements' },
    byOwner: { gsi: 2, sort: 'startsOn' },
    all: { gsi: 3, sort: 'startsOn' },
    byStatus: { gsi: 4, of: 'status', sort: 'startsOn' },
    byGroup: link('group', 'startsOn'),
  },
  defaults: ['create', 'update', 'archive'],
  timeline: ['id', 'account'],
  title: ({ name }) => name,
  check: (agreement) => agreementProblems(agreement),
});

/** An agreement, as code sees it. */
export type AgreementRow = Row<typeof Agreement>;

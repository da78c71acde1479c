import {
  boolean,
  choice,
  date,
  decimal,
  defaulted,
  entity,
  integer,
  link,
  list,
  money,
  noOwner,
  object,
  optional,
  percent,
  ref,
  text,
  type Row,
} from '#kernel';
import { commissionBases, commissionFrequencies, planProblems } from './pool.rules.ts';

const rate = object('CommissionRate', {
  product: optional(ref('Product', { describes: 'For one product.' })),
  family: optional(text({ min: 1, max: 80, describes: 'For a family, with those within it.' })),
  role: optional(text({ min: 1, max: 40, describes: 'For sellers with this role, by its key.' })),
  percent: percent({ describes: 'Which share.' }),
});

const tier = object('CommissionTier', {
  upTo: optional(
    decimal({ min: '0', describes: 'Up to which share of the quota, in percent; the last one has no end.' }),
  ),
  percent: percent({ describes: 'Which share of what was sold within it.' }),
});

const bonus = object('CommissionBonus', {
  from: decimal({ min: '0', describes: 'From which share of the quota on, in percent.' }),
  amount: money({ describes: 'How much.' }),
});

const split = object('CommissionSplit', {
  user: ref('User', { describes: 'Who gets it.' }),
  percent: percent({ describes: 'Which share; all of them come to 100.' }),
});

const amounts = {
  basis: defaulted(
    choice(commissionBases, {
      named: 'CommissionBasis',
      describes:
        'Whether it is earned by what was ordered, invoiced, paid, or by what an invoice leaves above the cost.',
    }),
    'INVOICED',
  ),
  percent: defaulted(percent({ describes: 'The share where no rate of its own fits.' }), '0'),
  rates: defaulted(
    list(rate, { max: 200, describes: 'Rates of products, families and roles; the one that says the most counts.' }),
    [],
  ),
  tiers: defaulted(
    list(tier, { max: 10, describes: 'In place of rates: rates in tiers against the quota of the period.' }),
    [],
  ),
  quota: optional(money({ describes: 'The quota of a period for those who have no target of their own.' })),
  bonuses: defaulted(list(bonus, { max: 10, describes: 'For reaching the quota; the highest one counts.' }), []),
  splits: defaulted(
    list(split, {
      max: 10,
      describes: 'Who shares what the members sell together; without them each member has the own sales.',
    }),
    [],
  ),
  cap: optional(money({ describes: 'What one person earns at most in a period, bonuses and spiffs apart.' })),
};

/** How sellers earn on what they sell. */
export const CommissionPlan = entity('CommissionPlan', {
  idPrefix: 'cpl',
  describes:
    'How sellers earn on what they sell: on what, at which rates, against which quota, shared by whom, and what becomes of it when customers do not pay. Other rates count for what is sold from then on; what is taken back goes at the rate of its sale.',
  fields: {
    name: text({ min: 1, max: 120, search: 'words', describes: 'What people call it.' }),
    currency: text({
      min: 3,
      max: 3,
      pattern: /^[A-Z]{3}$/,
      describes: 'ISO 4217: sales in another one do not count.',
    }),
    startsOn: date({ describes: 'The first day whose sales count.' }),
    endsOn: optional(date({ describes: 'The last day.' })),
    frequency: defaulted(
      choice(commissionFrequencies, {
        named: 'CommissionFrequency',
        describes: 'How often is settled: months, quarters, years of the calendar.',
      }),
      'MONTH',
    ),
    members: list(ref('User'), { max: 200, describes: 'Whose sales count.' }),
    ...amounts,
    unpaidDays: optional(
      integer({ min: 0, max: 720, describes: 'So many days behind its due day an unpaid invoice earns nothing.' }),
    ),
    unpaid: defaulted(
      choice(['SUSPEND', 'CLAW_BACK'], {
        named: 'UnpaidCommission',
        describes: 'What becomes of it then: it is held back until the invoice is paid, or lost.',
      }),
      'SUSPEND',
    ),
    active: defaulted(boolean({ describes: 'Whether it counts.' }), true),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' }, byMember: link('members', 'startsOn') },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: (plan) => planProblems(plan),
});

/** A plan, as code sees it. */
export type CommissionPlanRow = Row<typeof CommissionPlan>;

import {
  date,
  dateTime,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  list,
  longText,
  money,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';
import { heldInvoices, planProblems } from './promise.rules.ts';

/** A debt that is paid little by little. */
export const InstalmentPlan = entity('InstalmentPlan', {
  idPrefix: 'ipl',
  describes:
    'An agreement to pay a debt in instalments. As long as each is paid in its turn, at most a day late, its invoices are not dunned.',
  fields: {
    account: ref('Account', { describes: 'Who pays.' }),
    invoices: list(ref('Invoice'), { max: 50, describes: 'For which invoices.' }),
    instalments: list(
      object('Instalment', {
        dueOn: date({ describes: 'Until which day.' }),
        amount: money({ describes: 'How much.' }),
      }),
      { max: 60, describes: 'What is paid when, in order.' },
    ),
    by: text({ min: 1, max: 200, describes: 'Who agreed on the customer’s side.' }),
    notes: optional(longText({ max: 2000, describes: 'Anything else that was agreed.' })),
    case: derived(ref('CollectionCase', { describes: 'The case that it belongs to.' })),
    madeOn: derived(date({ describes: 'When it was made: payments count from that day on.' })),
    total: derived(money({ describes: 'All instalments.' })),
    received: derived(money({ describes: 'What has come in for it.' })),
    paidInstalments: derived(integer({ min: 0, describes: 'How many instalments are paid.' })),
    held: derived(
      list(text({ max: 45 }), {
        max: 50,
        unique: true,
        describes: 'Its invoices while it runs; no other plan holds them.',
      }),
    ),
    checkAt: derivedOptional(dateTime({ describes: 'When the next instalment must have come in.' })),
    decidedOn: derivedOptional(date({ describes: 'When it was completed, broken or cancelled.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why it was cancelled.' })),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['COMPLETED', 'BROKEN', 'CANCELLED'], COMPLETED: [], BROKEN: [], CANCELLED: [] },
    frozenIn: ['COMPLETED', 'BROKEN', 'CANCELLED'],
    closedIn: ['COMPLETED', 'BROKEN', 'CANCELLED'],
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'madeOn', on: 'Account.instalmentPlans', openFirst: true },
    all: { gsi: 3, sort: 'madeOn' },
    byStatus: { gsi: 4, of: 'status', sort: 'madeOn' },
  },
  defaults: [],
  timeline: ['id', 'account'],
  title: ({ madeOn, by }) => `${madeOn} ${by}`,
  prepare: ({ status, invoices }) => ({ held: heldInvoices(status === 'ACTIVE' ? 'OPEN' : status, invoices) }),
  check: (row) => planProblems(row),
  dueAt: ({ status, checkAt }) => (status === 'ACTIVE' ? checkAt : undefined),
});

/** A plan, as code sees it. */
export type InstalmentPlanRow = Row<typeof InstalmentPlan>;

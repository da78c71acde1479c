import {
  choice,
  date,
  dateTime,
  decimal,
  derivedOptional,
  derived,
  entity,
  inheritsFrom,
  link,
  money,
  percent,
  ref,
  text,
  type Row,
} from '#kernel';
import { dueOf } from './period.rules.ts';

/** What a customer has earned by an agreement in one of its periods. */
export const AgreementPeriod = entity('AgreementPeriod', {
  idPrefix: 'agp',
  describes:
    'A period of an agreement: how far the customer has come, what that gives, what is missing to the next tier, what was settled. What is taken back after it was settled is left to the period that is open then.',
  fields: {
    agreement: ref('Agreement', { describes: 'The agreement.' }),
    account: derivedOptional(ref('Account', { describes: 'Who earns it, where that is one customer.' })),
    place: derived(text({ max: 60, unique: true, describes: 'Agreement and first day, unique.' })),
    from: date({ describes: 'Its first day.' }),
    to: date({ describes: 'Its last day.' }),
    closesAt: dateTime({ describes: 'When it ends, and is settled.' }),
    amount: derived(money({ describes: 'What counts of what was bought, without taxes and less what came back.' })),
    counted: derived(decimal({ describes: 'How many pieces or kilograms that is, where tiers look at those.' })),
    measure: derived(decimal({ describes: 'What tiers look at.' })),
    rebate: derived(money({ describes: 'What the tiers give for it.' })),
    adjustment: derived(
      money({ describes: 'What earlier periods left to this one, less what this one left to a later one.' }),
    ),
    settled: derived(money({ describes: 'What of it was settled, or is being settled.' })),
    due: derived(money({ describes: 'What is still to be settled; negative when the customer got too much.' })),
    missing: derivedOptional(decimal({ describes: 'What is missing to the next tier; absent on the last one.' })),
    nextPercent: derivedOptional(percent({ describes: 'What the next tier gives.' })),
    problem: derivedOptional(
      choice(['NOTHING_TO_CREDIT', 'SUSPENDED', 'NO_APPROVER', 'FAILED'], {
        named: 'AgreementPeriodProblem',
        describes: 'Why it could not be settled by itself at its end.',
      }),
    ),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: { OPEN: ['CLOSED'], CLOSED: ['SETTLED'], SETTLED: [] },
    closedIn: ['SETTLED'],
  },
  owner: inheritsFrom('agreement'),
  keys: {
    byAgreement: { gsi: 1, of: 'agreement', sort: 'from', on: 'Agreement.periods' },
    all: { gsi: 3, sort: 'to' },
    byStatus: { gsi: 4, of: 'status', sort: 'to' },
    byAccount: link('account', 'from', 'Account.agreementPeriods'),
  },
  timeline: ['id', 'agreement'],
  title: ({ from, to }) => `${from} - ${to}`,
  prepare: (period) => dueOf(period),
  dueAt: ({ status, closesAt }) => (status === 'OPEN' ? closesAt : undefined),
  events: { accrued: 'A document counted, or was taken back.' },
});

/** A period, as code sees it. */
export type AgreementPeriodRow = Row<typeof AgreementPeriod>;

import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  money,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

/** What alarms are about. */
export const alarmKinds = ['LATE_TO_INVOICE', 'OVER_CREDIT', 'UNUSUAL_AMOUNT'] as const;

/** Something about invoices that somebody should look at. */
export const BillingAlarm = entity('BillingAlarm', {
  idPrefix: 'alm',
  describes:
    'Something about the invoices of a customer that somebody should look at: what waits too long to be invoiced, a credit limit that is passed, an amount unlike the others. It is told once, and stays until it is looked at or is over.',
  fields: {
    kind: choice(alarmKinds, { named: 'BillingAlarmKind', describes: 'What it is about.' }),
    account: ref('Account', { describes: 'Which customer.' }),
    about: ref('*', { describes: 'The first record that it is about: the item, the invoice, the customer.' }),
    amount: optional(money({ describes: 'How much it is about: what waits, what is used, what was invoiced.' })),
    usual: optional(money({ describes: 'What that is compared with: the credit limit, the usual amount.' })),
    count: integer({ min: 1, describes: 'How many things it is about.' }),
    place: derivedOptional(
      text({
        max: 90,
        unique: true,
        describes: 'What it is about, in one word, while it is open: nobody is told twice.',
      }),
    ),
    raisedAt: derived(dateTime({ describes: 'When people were told.' })),
    closedAt: derivedOptional(dateTime({ describes: 'When somebody looked at it, or it was over.' })),
    closedBy: derivedOptional(
      text({ max: 40, describes: 'The id of whoever looked at it; absent where it was over.' }),
    ),
    note: derivedOptional(text({ max: 500, describes: 'What was said with it.' })),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: { OPEN: ['ACKNOWLEDGED', 'OVER'], ACKNOWLEDGED: [], OVER: [] },
    closedIn: ['ACKNOWLEDGED', 'OVER'],
    verbs: { OVER: 'ended' },
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', on: 'Account.billingAlarms' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt' },
  },
  defaults: [],
  timeline: ['id', 'account'],
  title: ({ kind }) => kind,
  events: { raised: 'People were told of something to look at.' },
});

/** An alarm, as code sees it. */
export type BillingAlarmRow = Row<typeof BillingAlarm>;

import {
  address,
  boolean,
  choice,
  date,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  extended,
  integer,
  list,
  longText,
  money,
  object,
  optional,
  ownedBy,
  parts,
  ref,
  text,
  type Row,
} from '#kernel';
import { documentTotals, headerDiscount, pricedLine } from '#modules/catalog/pricing';
import { timeZoneProblems } from '#modules/platform/settings';
import { Order } from '#modules/sales/orders';
import { exclusiveProblems } from './recurring-order.rules.ts';

const problem = {
  occurrence: dateTime({ describes: 'Of which occurrence there is no order.' }),
  code: text({ max: 60, describes: 'Why, as a code.' }),
  message: text({ max: 500, describes: 'Why, in words.' }),
};

const schedule = {
  rule: text({
    max: 300,
    pattern: /^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)\b[A-Z0-9=;,:+-]*$/,
    describes:
      'When it comes, by RFC 5545 without RRULE: FREQ=MONTHLY;BYDAY=1FR. Either COUNT or UNTIL may end it. The last day of each month from the 31st: FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1.',
  }),
  startsAt: dateTime({ describes: 'The first moment; later ones are at the same time on the clock of the zone.' }),
  timeZone: optional(text({ max: 60, describes: 'IANA time zone of its clock; one’s own when absent.' })),
  except: defaulted(list(dateTime(), { max: 500, describes: 'Occurrences that are left out.' }), []),
  leadDays: defaulted(
    integer({ min: 0, max: 90, describes: 'How many days before its occurrence an order is made.' }),
    0,
  ),
};

/** An order that a customer wants again and again. */
export const RecurringOrder = entity('RecurringOrder', {
  idPrefix: 'rco',
  describes:
    'What a customer orders again and again by a rule. Its orders are made one at a time, each when its day comes; only the next one is ever planned.',
  fields: {
    account: ref('Account', { describes: 'Who orders.' }),
    contact: optional(ref('Contact', { describes: 'Who orders on the customer’s side.' })),
    activity: optional(ref('Activity', { describes: 'The call or visit in which it was agreed.' })),
    subject: text({ min: 1, max: 200, search: 'words', describes: 'What it is for people.' }),
    ...schedule,
    priceMode: defaulted(
      choice(['FIXED', 'CURRENT'], {
        named: 'RecurringPriceMode',
        describes: 'Whether orders have the prices of the day on which this was agreed, or those of their own.',
      }),
      'CURRENT',
    ),
    autoConfirm: defaulted(
      boolean({ describes: 'Whether orders are confirmed at once; else they wait as drafts.' }),
      false,
    ),
    reference: optional(text({ max: 80, describes: 'The number of the customer’s own purchase order.' })),
    warehouse: optional(text({ max: 80, describes: 'The code of the warehouse that ships.' })),
    shipTo: optional(address({ describes: 'Where it goes; the main address of the customer when absent.' })),
    coupons: defaulted(list(text({ max: 40 }), { max: 10, describes: 'Words of promotions.' }), []),
    headerDiscounts: defaulted(list(headerDiscount, { max: 5, describes: 'Discounts on the whole of it.' }), []),
    note: optional(longText({ max: 5000, describes: 'What else was agreed, also for those who ship.' })),
    owner: optional(ref('User', { describes: 'Who sells.' })),
    team: optional(ref('Team', { describes: 'The team that sells.' })),
    currency: derived(text({ min: 3, max: 3, describes: 'ISO 4217: the currency of its orders.' })),
    pricedOn: derived(date({ describes: 'The day whose prices its lines have.' })),
    lines: derived(parts('RecurringOrderLine', pricedLine, { describes: 'What each order has.' })),
    totals: derived(object('DocumentTotals', documentTotals, { describes: 'What it came to on that day.' })),
    total: derived(money({ describes: 'What it came to on that day, with taxes.' })),
    nextOccurrence: derivedOptional(dateTime({ describes: 'The occurrence that is next.' })),
    nextAt: derivedOptional(dateTime({ describes: 'When its order is made.' })),
    made: derived(integer({ min: 0, describes: 'How many orders it has made.' })),
    lastOrder: derivedOptional(ref('Order', { describes: 'The latest of them.' })),
    problem: derivedOptional(
      object('RecurringOrderProblem', problem, { describes: 'Set while the latest occurrence came to no order.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['PAUSED', 'ENDED'], PAUSED: ['ACTIVE', 'ENDED'], ENDED: [] },
    frozenIn: ['ENDED'],
    closedIn: ['ENDED'],
    verbs: { ACTIVE: 'resumed' },
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', on: 'Account.recurringOrders' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt' },
  },
  defaults: [],
  timeline: ['id', 'account', 'contact', 'activity'],
  title: ({ subject }) => subject,
  check: ({ timeZone, rule }) => [...timeZoneProblems(timeZone), ...exclusiveProblems(rule)],
  events: {
    ordered: 'Its next order was made.',
    failed: 'An occurrence came to no order; its owner got a task.',
    skipped: 'An occurrence is left out.',
  },
  dueAt: ({ status, nextAt }) => (status === 'ACTIVE' ? nextAt : undefined),
});

/** A recurring order, as code sees it. */
export type RecurringOrderRow = Row<typeof RecurringOrder>;

/** What this module adds to orders. */
export const orderFields = {
  recurring: derivedOptional(ref('RecurringOrder', { describes: 'The recurring order that it is one of.' })),
  occurrence: derivedOptional(
    text({ max: 80, unique: true, describes: 'The recurring order and its occurrence: there is one order for each.' }),
  ),
};
/** An order that may be one of a series. */
export const RecurredOrder = extended(Order, orderFields);

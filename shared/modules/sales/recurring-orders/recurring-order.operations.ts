import {
  change,
  changedBy,
  creation,
  dateTime,
  defaulted,
  DomainError,
  given,
  integer,
  list,
  mutation,
  object,
  optional,
  query,
  recordInput,
  ref,
  text,
  type Context,
  type InputOf,
} from '#kernel';
import { askedLine, lineInput, mostLines, priceDocument, type LineInput } from '#modules/catalog/pricing';
import { Account } from '#modules/parties/accounts';
import { assertRule, dayStart, occurrenceAfter } from '#modules/platform/settings';
import { orderFails } from '#modules/sales/orders';
import { planAfter } from './occurrences.operations.ts';
import { RecurringOrder, type RecurringOrderRow } from './recurring-order.entity.ts';

const lines = list(object('RecurringOrderLineAsked', lineInput), { max: mostLines, describes: 'What each order has.' });
const fails = [...orderFails, 'RULE_INVALID', 'SERIES_OVER'] as const;
const own = recordInput('RecurringOrder');

type SeriesValues = InputOf<typeof RecurringOrder>;

export const createRecurringOrder = creation(RecurringOrder, 'createRecurringOrder', {
  describes: 'Agrees that something is ordered again and again, at the prices of today or of each order’s own day.',
  needs: 'recurringOrder.create',
  input: {
    lines,
    currency: optional(
      text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, describes: 'ISO 4217; that of the customer when absent.' }),
    ),
  },
  returns: RecurringOrder,
  fails,
  run: async ({ values, lines: asked, currency: said }, context) => {
    const account = await context.data(Account).get(values.account);
    const series = { ...values, timeZone: values.timeZone ?? context.actor.timeZone };
    const currency = said ?? account.currency ?? context.actor.currency;
    const [priced, plan] = await Promise.all([pricedFor(context, values, currency, asked), planFrom(context, series)]);
    return context.data(RecurringOrder).create({ ...series, ...priced, ...plan, currency, made: 0 });
  },
});

const pricedFor = async (
  context: Context,
  { account, warehouse, coupons = [], headerDiscounts = [] }: SeriesValues,
  currency: string,
  asked: readonly LineInput[],
) => {
  if (asked.length === 0) throw new DomainError('NO_LINES', 'An order needs at least one line.', ['lines']);
  const day = context.clock.today();
  const request = given({ account, currency, day, warehouse, coupons, headerDiscounts, lines: asked });
  const { lines: priced, totals } = await priceDocument(context, request);
  return { lines: priced, totals, total: totals.total, pricedOn: day };
};

type Series = Pick<SeriesValues, 'rule' | 'startsAt' | 'except' | 'leadDays'> & { readonly timeZone: string };

/** The plan of a series from today on: what lies behind is not ordered any more. @throws RULE_INVALID, SERIES_OVER */
const planFrom = async (context: Context, { except = [], leadDays = 0, ...series }: Series) => {
  await assertRule({ ...series, except });
  const today = dayStart(context.clock.today(), series.timeZone);
  const from = new Date(Date.parse(series.startsAt > today ? series.startsAt : today) - 1).toISOString();
  const plan = await planAfter(context, { ...series, except, leadDays }, from);
  if (plan.nextOccurrence === null)
    throw new DomainError('SERIES_OVER', 'By this rule nothing is left to be ordered.', ['rule']);
  return plan;
};

export const updateRecurringOrder = change(RecurringOrder, 'updateRecurringOrder', {
  describes:
    'Changes what is ordered, or when, from the next order on: absent fields stay, null clears. Lines that are given take the place of all lines; they are priced as of today, and all are where account, warehouse, coupons or discounts change.',
  needs: 'recurringOrder.update',
  input: { ...own, lines: optional(lines) },
  returns: RecurringOrder,
  fails,
  run: async ({ id, changes, lines: asked }, context) => {
    const series = await context.data(RecurringOrder).get(id);
    const after = changedBy(series, changes);
    const isAnew = asked !== undefined || pricedBy.some((name) => changes[name] !== undefined);
    const priced = isAnew ? await pricedFor(context, after, series.currency, asked ?? series.lines.map(askedLine)) : {};
    const plan = timedBy.some((name) => changes[name] !== undefined) ? await replanned(context, after) : {};
    return context.data(RecurringOrder).update(series, { ...changes, ...priced, ...plan });
  },
});

const pricedBy = ['account', 'warehouse', 'coupons', 'headerDiscounts'] as const;
const timedBy = ['rule', 'startsAt', 'timeZone', 'except', 'leadDays'] as const;

const zoned = ({ actor }: Context, series: RecurringOrderRow) => ({
  ...series,
  timeZone: series.timeZone ?? actor.timeZone,
});

const replanned = (context: Context, series: RecurringOrderRow) => planFrom(context, zoned(context, series));

export const pauseRecurringOrder = mutation('pauseRecurringOrder', {
  describes: 'Makes no more orders until it is resumed.',
  needs: 'recurringOrder.update',
  input: own,
  returns: RecurringOrder,
  run: async ({ id }, { data }) => {
    const paused = { nextOccurrence: null, nextAt: null };
    return data(RecurringOrder).move(await data(RecurringOrder).get(id), 'PAUSED', paused);
  },
});

export const resumeRecurringOrder = mutation('resumeRecurringOrder', {
  describes: 'Makes orders again, from today on: what would have come meanwhile is left out.',
  needs: 'recurringOrder.update',
  input: own,
  returns: RecurringOrder,
  fails: ['RULE_INVALID', 'SERIES_OVER'],
  run: async ({ id }, context) => {
    const series = await context.data(RecurringOrder).get(id);
    return context.data(RecurringOrder).move(series, 'ACTIVE', await replanned(context, series));
  },
});

export const endRecurringOrder = mutation('endRecurringOrder', {
  describes: 'Makes no more orders, for good. Those that were made stay.',
  needs: 'recurringOrder.update',
  input: own,
  returns: RecurringOrder,
  run: async ({ id }, { data }) => {
    const over = { nextOccurrence: null, nextAt: null };
    return data(RecurringOrder).move(await data(RecurringOrder).get(id), 'ENDED', over);
  },
});

export const skipNextOrder = mutation('skipNextOrder', {
  describes: 'Leaves the next occurrence out: the one behind it is next.',
  needs: 'recurringOrder.update',
  input: own,
  returns: RecurringOrder,
  fails: ['RULE_INVALID', 'NOTHING_PLANNED'],
  run: async ({ id }, context) => {
    const series = await context.data(RecurringOrder).get(id);
    const { nextOccurrence: skipped, except } = series;
    if (skipped === undefined) throw new DomainError('NOTHING_PLANNED', 'No order is planned.', ['id']);
    const changes = { except: [...except, skipped], ...(await planAfter(context, series, skipped)) };
    const event = { event: 'recurringOrder.skipped' };
    return changes.nextOccurrence === null
      ? context.data(RecurringOrder).move(series, 'ENDED', changes, event)
      : context.data(RecurringOrder).update(series, changes, event);
  },
});

/** Most occurrences that are foretold. */
const mostForetold = 50;

export const occurrencesAhead = query('occurrencesAhead', {
  describes: 'When the next orders of a series are wanted. Only the first of them is planned.',
  needs: 'recurringOrder.read',
  on: 'RecurringOrder.occurrencesAhead',
  input: {
    recurringOrder: ref('RecurringOrder', { describes: 'Which one.' }),
    first: defaulted(integer({ min: 1, max: mostForetold, describes: 'How many.' }), 5),
  },
  returns: { occurrences: list(dateTime(), { max: mostForetold, describes: 'The moments, the next first.' }) },
  run: async ({ recurringOrder: id, first }, context) => {
    const series = zoned(context, await context.data(RecurringOrder).get(id));
    const occurrences: string[] = [];
    for (let at = series.nextOccurrence; at !== undefined && occurrences.length < first;) {
      occurrences.push(at);
      at = await occurrenceAfter(series, at);
    }
    return { occurrences };
  },
});

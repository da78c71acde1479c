// The order of an occurrence, and the plan for the next one. Never more than one waits.
import { given, timer, type ChangesOf, type Context, type DomainError } from '#kernel';
import { agreedLine, askedLine } from '#modules/catalog/pricing';
import { planTask } from '#modules/engagement/activities';
import { occurrenceAfter } from '#modules/platform/settings';
import { attempt, type Attempt } from '#modules/platform/jobs';
import { confirmOrder, keepOrder, orderedLines, type OrderValues } from '#modules/sales/orders';
import { RecurredOrder, RecurringOrder, type RecurringOrderRow } from './recurring-order.entity.ts';
import { dayOf, madeAt, occurrenceKey } from './recurring-order.rules.ts';

type Series = Pick<RecurringOrderRow, 'rule' | 'startsAt' | 'timeZone' | 'except' | 'leadDays'>;

/** The first occurrence behind a moment, and when its order is made; what is overdue is made in the next minute. */
export const planAfter = async ({ actor, clock }: Context, series: Series, moment: string) => {
  const { timeZone = actor.timeZone, leadDays } = series;
  const occurrence = await occurrenceAfter({ ...series, timeZone }, moment);
  if (occurrence === undefined) return { nextOccurrence: null, nextAt: null };
  const at = madeAt(occurrence, leadDays, timeZone);
  const soonest = new Date(clock.now().getTime() + 60_000).toISOString();
  return { nextOccurrence: occurrence, nextAt: at < soonest ? soonest : at };
};

export const takeOccurrence = timer(RecurringOrder, {
  describes: 'Makes the order of the next occurrence, and plans the one behind it; behind the last the series ends.',
  run: async (series, context) => {
    const { nextOccurrence: occurrence, id } = series;
    if (occurrence === undefined) return;
    const order = await attempt(context, occurrence, (each) => makeOrder(each, id, occurrence));
    const confirmed = series.autoConfirm && order.record ? await confirm(context, occurrence, order.record) : order;
    const plan = await planAfter(context, series, occurrence);
    const made = order.record ? { made: series.made + 1, lastOrder: order.record } : {};
    const problem = confirmed.error ? await tellOwner(context, series, occurrence, confirmed.error) : null;
    goOn(context, series, { ...made, ...plan, problem }, `recurringOrder.${problem ? 'failed' : 'ordered'}`);
  },
});

/** What is not in stock follows; whom we give no credit to keeps a draft. */
const confirm = (context: Context, occurrence: string, id: string): Promise<Attempt> =>
  attempt(context, `${occurrence} confirmed`, async (each) => {
    const order = await each.trusted(RecurredOrder).get(id);
    if (order.status !== 'DRAFT') return order;
    return each.run(confirmOrder, { id, version: order.version, acceptsShortage: true });
  });

type Plan = Awaited<ReturnType<typeof planAfter>>;

const goOn = (
  { trusted }: Context,
  series: RecurringOrderRow,
  changes: ChangesOf<typeof RecurringOrder> & Plan,
  event: string,
): void => {
  if (changes.nextOccurrence === null) trusted(RecurringOrder).move(series, 'ENDED', changes, { event });
  else trusted(RecurringOrder).update(series, changes, { event });
};

/** What could not be ordered, or not be confirmed, leaves a task with the reason. */
const tellOwner = async (
  context: Context,
  series: RecurringOrderRow,
  occurrence: string,
  { code, message }: DomainError,
) => {
  const { subject, account, contact, ownerId: owner, teamId: team } = series;
  const task = { account, contact, owner, team, dueOn: context.clock.today(), notes: `${code}: ${message}` };
  const what = `${taskWords[context.actor.locale]}: ${subject}`.slice(0, 200);
  await planTask(context, given({ ...task, subject: what }));
  return { occurrence, code, message: message.slice(0, 500) };
};

const taskWords = { es: 'Pedido recurrente por revisar', en: 'Look at the recurring order' } as const;

/** The order of an occurrence; the one that there is, when it was made before. */
const makeOrder = async (context: Context, id: string, occurrence: string): Promise<{ readonly id: string }> => {
  const key = occurrenceKey(id, occurrence);
  const known = await context.trusted(RecurredOrder).findUnique('occurrence', key);
  if (known) return known;
  const series = await context.trusted(RecurringOrder).get(id);
  const lines = await linesOf(context, series);
  return keepOrder(context, valuesOf(context, series, occurrence), series.currency, lines);
};

const linesOf = (context: Context, series: RecurringOrderRow) => {
  const { account, currency, warehouse, coupons, headerDiscounts, lines } = series;
  const terms = given({ account, currency, warehouse });
  return series.priceMode === 'FIXED'
    ? orderedLines(
        context,
        { ...terms, agreed: true },
        lines.map((line) => agreedLine(line)),
      )
    : orderedLines(context, { ...terms, coupons, headerDiscounts }, lines.map(askedLine));
};

type Recurred = OrderValues & { readonly recurring: string; readonly occurrence: string };

const valuesOf = ({ actor }: Context, series: RecurringOrderRow, occurrence: string): Recurred => {
  const { account, contact, ownerId: owner, teamId: team, reference, warehouse, shipTo, note, timeZone } = series;
  const current = series.priceMode === 'CURRENT' && {
    coupons: series.coupons,
    headerDiscounts: series.headerDiscounts,
  };
  return given({
    ...{ account, contact, owner, team, reference, warehouse, shipTo, note, ...current },
    requestedOn: dayOf(occurrence, timeZone ?? actor.timeZone),
    recurring: series.id,
    occurrence: occurrenceKey(series.id, occurrence),
  });
};

// Whether a customer has credit for an order (domain 3.2): what it owes, what it has ordered and not been invoiced, less what it
// has paid ahead, against its limit.
import {
  boolean,
  given,
  integer,
  list,
  money,
  object,
  optional,
  query,
  readOn,
  ref,
  text,
  type Context,
  type Money,
} from '#kernel';
import { useQuota } from '#modules/platform/quotas';
import { TradingAccount, type TradingAccountRow } from '#modules/sales/terms';
import { creditStanding, type CreditFigures } from './credit.rules.ts';
import { Order, type OrderRow } from './order.entity.ts';

/** Under this extension point modules behind this one say what a customer owes: values of `CreditSource`. */
export const creditSources = 'orders.credit';

/** What a module knows of a customer's credit: what it owes, for how long, what it has paid ahead, why it is blocked. */
export type CreditSource = (
  context: Context,
  accountId: string,
) => Promise<{
  readonly owed: Money;
  readonly overdueDays: number;
  readonly unapplied: Money;
  readonly blocked?: string;
}>;

/** Open orders of a customer that are added up, at most. */
const mostOrders = 1000;

/** What is known of a customer's credit now. */
export const creditFigures = async (context: Context, account: TradingAccountRow): Promise<CreditFigures> => {
  const sources = context.registry.contributions(creditSources) as readonly CreditSource[];
  const [{ ordered, isPartial }, ...told] = await Promise.all([
    openOrders(context, account.id),
    ...sources.map((source) => source(context, account.id)),
  ]);
  const blocked = account.creditBlocked?.reason ?? told.flatMap((each) => each.blocked ?? [])[0];
  return given({
    limit: account.creditLimit,
    maxOverdueDays: account.maxOverdueDays,
    blocked,
    overdueDays: Math.max(0, ...told.map(({ overdueDays }) => overdueDays)),
    owed: told.map(({ owed }) => owed),
    unapplied: told.map(({ unapplied }) => unapplied),
    ...{ ordered, isPartial },
  });
};

const openOrders = async ({ trusted }: Context, of: string) => {
  const { rows, isComplete } = await readOn(
    (asked) => trusted(Order).page('byAccount', { of, open: true, ...asked }),
    mostOrders,
  );
  return { ordered: rows.filter(isInForce).map(({ uninvoiced }) => uninvoiced), isPartial: !isComplete };
};

const isInForce = ({ status }: OrderRow): boolean => status === 'CONFIRMED' || status === 'CLOSED';

/** What a customer's credit looks like. */
export const creditFields = {
  limit: optional(money({ describes: 'The most that it may owe us; no limit when absent.' })),
  owed: money({ describes: 'What it has been invoiced and has not paid.' }),
  ordered: money({ describes: 'What it has ordered, and is not invoiced.' }),
  unapplied: money({ describes: 'What it has paid ahead.' }),
  used: money({ describes: 'What counts against the limit: owed and ordered, less what was paid ahead.' }),
  free: optional(money({ describes: 'What may still be ordered; less than nothing when the limit is passed.' })),
  overdueDays: integer({ describes: 'For how many days the oldest unpaid invoice is overdue.' }),
  blocked: optional(text({ max: 500, describes: 'Why its orders wait.' })),
  isForeign: boolean({ describes: 'Whether part of it is in another currency, which does not add up here.' }),
};

/** What a customer's credit looks like, in its currency. */
export const standingOf = async (context: Context, account: TradingAccountRow) =>
  creditStanding(
    await creditFigures(context, account),
    account.creditLimit?.currency ?? account.currency ?? context.actor.currency,
  );

export const customerCredit = query('customerCredit', {
  describes: 'The credit of a customer: its limit, what it owes, what it has ordered, and what may still be ordered.',
  needs: 'order.read',
  input: { account: ref('Account', { describes: 'Which customer.' }) },
  returns: {
    credit: object('CustomerCredit', creditFields, { describes: 'Its credit.' }),
    holds: list(text({ max: 40 }), {
      max: 10,
      describes: 'Why any order of it would wait: CREDIT_BLOCKED, OVERDUE, CREDIT_LIMIT.',
    }),
  },
  run: async ({ account: id }, context) => {
    const account = await context.data(TradingAccount).get(id);
    const { holds, ...credit } = await standingOf(context, account);
    return { credit, holds };
  },
});

/** No limit: only that one is decided about after the other. */
const endless = '999999999999';

/** Of two orders of a customer that are decided about at once, the second is decided again and sees the first. */
const decideInTurn = async (context: Context, account: string): Promise<void> => {
  await useQuota(context, `credit ${account}`, '1', endless);
};

/** Why an order has to wait for somebody's decision; nothing when it need not. */
export const creditHolds = async (
  context: Context,
  { type, account: id, total }: OrderRow,
): Promise<readonly string[]> => {
  if (type !== 'STANDARD') return [];
  const account = await context.trusted(TradingAccount).get(id);
  if (account.creditLimit !== undefined) await decideInTurn(context, id);
  return creditStanding(await creditFigures(context, account), total.currency, total).holds;
};

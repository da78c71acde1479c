// Which letter a customer gets: by the days since its invoices were due, step by step (domain.md 16).
import { Decimal } from 'decimal.js';
import { moneyOf, type Money, type Problem } from '#kernel';
import { daysBetween } from '#modules/platform/settings';

/** A step of a policy: from so many days after the due day on (before it, where negative). */
export type Step = { readonly level: number; readonly days: number };

/** What a policy says. `minAmount` is in minor units of the tenant's currency; `interest` percent a year. */
export type Policy = {
  readonly levels: readonly Step[];
  readonly minDaysBetween: number;
  readonly minAmount?: Money;
};

/** An open invoice, as far as dunning looks. */
export type Debt = {
  readonly id: string;
  readonly dueOn: string;
  readonly open: Money;
  readonly disputed: boolean;
  readonly promised: boolean;
};

/** The highest level that an amount due on a day has reached; undefined before the first. */
export const levelAt = (dueOn: string, today: string, levels: readonly Step[]): number | undefined => {
  const late = daysBetween(dueOn, today);
  const reached = levels.filter(({ days }) => late >= days).map(({ level }) => level);
  return reached.length > 0 ? Math.max(...reached) : undefined;
};

/** What letters speak of: neither what is disputed nor what is promised, nor what is too little. */
export const dunnable = <D extends Debt>(debts: readonly D[], { minAmount }: Pick<Policy, 'minAmount'>): readonly D[] =>
  debts.filter(
    ({ disputed, promised, open }) =>
      !disputed &&
      !promised &&
      open.minor > 0 &&
      (minAmount === undefined || minAmount.currency !== open.currency || open.minor >= minAmount.minor),
  );

/** The letter that is due: its level, and the invoices that it lists. */
export type Letter<D extends Debt = Debt> = { readonly level: number; readonly debts: readonly D[] };

/** What was written last, and the level that a broken promise raised the customer to. */
export type Standing = { readonly lastLevel?: number; readonly lastOn?: string; readonly raisedTo?: number };

/**
 * The letter that is due today: of the level of the latest invoice, when that is higher than the last letter's, and some days
 * lie between them. A customer who owes nothing more begins anew.
 */
export const letterDue = <D extends Debt>(
  debts: readonly D[],
  policy: Policy,
  standing: Standing,
  today: string,
): Letter<D> | undefined => {
  const counted = dunnable(debts, policy);
  const reached = counted.flatMap((debt) => {
    const level = levelAt(debt.dueOn, today, policy.levels);
    return level === undefined ? [] : [{ debt, level }];
  });
  if (reached.length === 0) return undefined;
  const highest = Math.max(...policy.levels.map(({ level }) => level));
  const level = Math.min(highest, Math.max(...reached.map((each) => each.level), standing.raisedTo ?? 0));
  if (level <= (standing.lastLevel ?? -1)) return undefined;
  const isTooSoon = standing.lastOn !== undefined && daysBetween(standing.lastOn, today) < policy.minDaysBetween;
  return isTooSoon ? undefined : { level, debts: reached.map(({ debt }) => debt) };
};

/** Simple interest on what is late: amount x rate x days / 365, rounded half-up. */
export const lateInterest = (open: Money, dueOn: string, today: string, percentAYear: string): Money => {
  const late = Math.max(0, daysBetween(dueOn, today));
  const minor = new Decimal(open.minor)
    .times(percentAYear)
    .times(late)
    .div(36_500)
    .toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
  return moneyOf(minor.toNumber(), open.currency);
};

/** What cannot be right about the steps of a policy: levels go up with their days, each once. */
export const policyProblems = (levels: readonly Step[]): readonly Problem[] => {
  const isRising = levels.every(
    ({ level, days }, index) =>
      index === 0 || (level > (levels[index - 1]?.level ?? 0) && days > (levels[index - 1]?.days ?? 0)),
  );
  if (levels.length === 0)
    return [{ code: 'BAD_INPUT', message: 'A policy has at least one level.', path: ['levels'] }];
  return isRising
    ? []
    : [
        {
          code: 'BAD_INPUT',
          message: 'Levels stand in order, and each comes later than the one before.',
          path: ['levels'],
        },
      ];
};

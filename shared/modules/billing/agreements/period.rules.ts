// The periods of an agreement, and what is due in each. Pure.
import { add, moneyOf, type Money } from '#kernel';
import { dayAfter, monthsLater } from '#modules/platform/settings';
import { accrualOf, nextTier, rebateOf, type RebateMode, type Tier } from './rebate.rules.ts';
import { reachedBy, type AgreementMetric, type CountedLine } from './scope.rules.ts';
import { decimalText, Exact } from '#kernel/decimals';

/** How often is settled. */
export const agreementFrequencies = ['MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR', 'WHOLE'] as const;
type Frequency = (typeof agreementFrequencies)[number];

type Span = { readonly startsOn: string; readonly endsOn: string; readonly frequency: Frequency };

const months: Readonly<Record<Exclude<Frequency, 'WHOLE'>, number>> = { MONTH: 1, QUARTER: 3, HALF_YEAR: 6, YEAR: 12 };

/** The period of an agreement that holds a day; nothing outside of it. Periods are counted from its first day. */
export const periodAt = (
  { startsOn, endsOn, frequency }: Span,
  day: string,
): { readonly from: string; readonly to: string } | undefined => {
  if (day < startsOn || day > endsOn) return undefined;
  if (frequency === 'WHOLE') return { from: startsOn, to: endsOn };
  let index = 0;
  while (monthsLater(startsOn, (index + 1) * months[frequency]) <= day) index += 1;
  const to = dayAfter(monthsLater(startsOn, (index + 1) * months[frequency]), -1);
  return { from: monthsLater(startsOn, index * months[frequency]), to: to > endsOn ? endsOn : to };
};

/** What an agreement gives, as far as figures depend on it. */
export type RebateTerms = {
  readonly metric: AgreementMetric;
  readonly baseline?: Money;
  readonly tiers: readonly Tier[];
  readonly mode: RebateMode;
};

/** What was counted in a period. */
export type Tally = { readonly amount: Money; readonly counted: string };

/** The figures of a period: what tiers look at, what they give, and what is missing to the next one. */
export const figuresOf = (terms: RebateTerms, tally: Tally) => {
  const reached = reachedBy(terms, tally);
  const next = nextTier(terms.tiers, reached.measure);
  return {
    ...tally,
    measure: reached.measure,
    rebate: rebateOf(terms.tiers, terms.mode, reached),
    missing: next?.missing ?? null,
    nextPercent: next?.tier.percent ?? null,
  };
};

/** Counts lines one after the other: what each of them adds to what is due, or takes from it, so that late tiers count from the start. */
export const accrueLines = (terms: RebateTerms, before: Tally, lines: readonly CountedLine[]) => {
  let so = before;
  const accrued = lines.map((line) => {
    const after = { amount: add(so.amount, line.base), counted: decimalText(new Exact(so.counted).plus(line.counted)) };
    const amount = accrualOf(terms.tiers, terms.mode, reachedBy(terms, so), reachedBy(terms, after));
    so = after;
    return { ...line, accrued: amount };
  });
  return { lines: accrued, after: so };
};

/** What is due: what was earned, with what earlier periods left to it, less what was settled. */
export const dueOf = ({
  rebate,
  adjustment,
  settled,
}: Readonly<Record<'rebate' | 'adjustment' | 'settled', Money>>) => ({
  due: moneyOf(rebate.minor + adjustment.minor - settled.minor, rebate.currency),
});

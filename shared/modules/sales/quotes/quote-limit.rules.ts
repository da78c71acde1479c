import { multiply, sum } from '#kernel';
import { Exact } from '#kernel/decimals';
import type { QuoteRow } from './quote.entity.ts';
import type { QuoteLimitRow } from './quote-limit.entity.ts';

type Limit = Pick<QuoteLimitRow, 'role' | 'team' | 'mostDiscount' | 'leastMargin'>;
type Percent = InstanceType<typeof Exact>;

/** What an offer gives away: discounts of its gross amount, and what is left over costs; undefined where no cost is known. */
export type GivenAway = { readonly discount: Percent; readonly margin: Percent | undefined };

/** What an offer gives away, as percentages. */
export const givenAway = ({ totals, lines }: Pick<QuoteRow, 'totals' | 'lines'>): GivenAway => {
  const { gross, lineDiscount, headerDiscount } = totals;
  return {
    discount: shareOf(lineDiscount.minor + headerDiscount.minor, gross.minor) ?? new Exact(0),
    margin: marginOf(lines, gross.currency),
  };
};

const marginOf = (lines: QuoteRow['lines'], currency: string): Percent | undefined => {
  const known = lines.flatMap(({ counts, unitCost, quantity, base }) =>
    counts && unitCost?.currency === currency ? [{ base, cost: multiply(unitCost, quantity) }] : [],
  );
  const price = sum(
    known.map(({ base }) => base),
    currency,
  ).minor;
  const cost = sum(
    known.map((line) => line.cost),
    currency,
  ).minor;
  return known.length === 0 ? undefined : (shareOf(price - cost, price) ?? new Exact(-100));
};

const shareOf = (part: number, whole: number): Percent | undefined =>
  whole === 0 ? undefined : new Exact(part).times(100).div(whole);

/** The limits that count for somebody: those for a role or team of theirs, else those for everybody. */
export const limitsFor = <L extends Limit>(
  limits: readonly L[],
  { roles, teams }: { readonly roles: readonly string[]; readonly teams: readonly string[] },
): readonly L[] => {
  const isFor = ({ role, team }: L): boolean =>
    (role === undefined || roles.includes(role)) && (team === undefined || teams.includes(team));
  const own = limits.filter((limit) => (limit.role ?? limit.team) !== undefined && isFor(limit));
  return own.length > 0 ? own : limits.filter(({ role, team }) => role === undefined && team === undefined);
};

/** What an offer passes of the limits that count; nothing while one of them lets it through, or there is none. */
export const passedLimits = (
  limits: readonly Limit[],
  { discount, margin }: GivenAway,
): readonly ('DISCOUNT' | 'MARGIN')[] => {
  const passed = limits.map(({ mostDiscount, leastMargin }) => [
    ...(mostDiscount !== undefined && discount.greaterThan(mostDiscount) ? ['DISCOUNT' as const] : []),
    ...(leastMargin !== undefined && margin?.lessThan(leastMargin) ? ['MARGIN' as const] : []),
  ]);
  return passed.some(({ length }) => length === 0) ? [] : [...new Set(passed.flat())];
};

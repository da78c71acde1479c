// What a customer's credit comes to.
import { add, given, moneyOf, subtract, sum, type Money } from '#kernel';

/** What is known of a customer's credit. */
export type CreditFigures = {
  readonly limit?: Money;
  readonly maxOverdueDays?: number;
  readonly blocked?: string;
  readonly overdueDays: number;
  readonly owed: readonly Money[];
  readonly ordered: readonly Money[];
  /** Whether more is ordered than was added up. */
  readonly isPartial?: boolean;
  readonly unapplied: readonly Money[];
};

/** What it comes to in a currency, and why an order for `more` would wait. Amounts of other currencies are not added up. */
export const creditStanding = (figures: CreditFigures, currency: string, more: Money = moneyOf(0, currency)) => {
  const all = (amounts: readonly Money[]): Money =>
    sum(
      amounts.filter((amount) => amount.currency === currency),
      currency,
    );
  const [owed, ordered, unapplied] = [all(figures.owed), all(figures.ordered), all(figures.unapplied)];
  const used = subtract(add(owed, ordered), unapplied);
  const isForeign = [...figures.owed, ...figures.ordered].some(
    (amount) => amount.currency !== currency && amount.minor > 0,
  );
  const limit = figures.limit?.currency === currency ? figures.limit : undefined;
  const free = limit && subtract(limit, used);
  return {
    ...given({ limit: figures.limit, blocked: figures.blocked, free }),
    ...{ owed, ordered, unapplied, used, isForeign, overdueDays: figures.overdueDays },
    holds: holdsFor(figures, {
      isForeign,
      isOver: free !== undefined && (figures.isPartial === true || more.minor > free.minor),
      limit,
    }),
  };
};

const holdsFor = (
  { limit: said, maxOverdueDays, blocked, overdueDays }: CreditFigures,
  {
    isForeign,
    isOver,
    limit,
  }: { readonly isForeign: boolean; readonly isOver: boolean; readonly limit: Money | undefined },
): readonly string[] => [
  ...(blocked === undefined ? [] : ['CREDIT_BLOCKED']),
  ...(maxOverdueDays !== undefined && overdueDays > maxOverdueDays ? ['OVERDUE'] : []),
  ...(isOver ? ['CREDIT_LIMIT'] : []),
  ...(said !== undefined && (limit === undefined || isForeign) ? ['CURRENCY'] : []),
];

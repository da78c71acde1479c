import { moneyOf, type Money } from '#kernel';
import { none, type ForecastCell } from './totals.rules.ts';

/** Dimensions that a forecast may be grouped by. */
export const dimensions = ['month', 'stage', 'owner', 'team', 'category'] as const;
export type Dimension = (typeof dimensions)[number];

/** Sums of one group in one currency. */
export type ForecastGroup = { readonly [D in Dimension]?: string } & {
  readonly count: number;
  readonly amount: Money;
  readonly weighted: Money;
};

/** Cells added up by the dimensions, one group per currency; amounts of none count in the tenant's currency. Largest first. */
export const groupCells = (
  cells: readonly ForecastCell[],
  by: readonly Dimension[],
  currency: string,
): readonly ForecastGroup[] => {
  const groups = Map.groupBy(cells, (cell) =>
    JSON.stringify([...by.map((name) => cell[name]), currencyOf(cell, currency)]),
  );
  return [...groups.values()]
    .flatMap((group) => groupOf(group, by, currency))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.amount.minor - left.amount.minor);
};

const currencyOf = (cell: ForecastCell, fallback: string): string =>
  cell.currency === none ? fallback : cell.currency;

const groupOf = (
  cells: readonly ForecastCell[],
  by: readonly Dimension[],
  fallback: string,
): readonly ForecastGroup[] => {
  const [first] = cells;
  if (!first) return [];
  const total = (name: 'count' | 'amount' | 'weighted'): number => cells.reduce((sum, cell) => sum + cell[name], 0);
  const currency = currencyOf(first, fallback);
  return [
    {
      ...Object.fromEntries(by.flatMap((name) => (first[name] === none ? [] : [[name, first[name]]]))),
      count: total('count'),
      amount: moneyOf(total('amount'), currency),
      weighted: moneyOf(total('weighted'), currency),
    },
  ];
};

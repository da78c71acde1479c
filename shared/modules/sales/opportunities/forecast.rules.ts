import { moneyOf, type Money } from '#kernel';

/** A cell of `opportunityTotals`, taken apart. */
export type ForecastCell = {
  readonly month: string;
  readonly stage: string;
  readonly owner: string;
  readonly team: string;
  readonly category: string;
  readonly currency: string;
  readonly count: number;
  readonly amount: number;
  readonly weighted: number;
};

/** Dimensions that a forecast may be grouped by. */
export const dimensions = ['month', 'stage', 'owner', 'team', 'category'] as const;
export type Dimension = (typeof dimensions)[number];

/** The cell behind a key of the roll-up. */
export const cellOf = (key: string, amounts: Readonly<Record<string, number>>): ForecastCell => {
  const [month = '', stage = '', owner = '', team = '', category = '', currency = ''] = key.split('#');
  const { count = 0, amount = 0, weighted = 0 } = amounts;
  return { month, stage, owner, team, category, currency, count, amount, weighted };
};

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

const currencyOf = (cell: ForecastCell, fallback: string): string => (cell.currency === '-' ? fallback : cell.currency);

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
      ...Object.fromEntries(by.flatMap((name) => (first[name] === '-' ? [] : [[name, first[name]]]))),
      count: total('count'),
      amount: moneyOf(total('amount'), currency),
      weighted: moneyOf(total('weighted'), currency),
    },
  ];
};

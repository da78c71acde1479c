/** What stands in the key of a cell where a record has no value: an owner, a team, a month. */
export const none = '-';

type Amounts = Readonly<Record<string, number>>;
/** Cells of a roll-up by their keys. */
type Cells = ReadonlyMap<string, Amounts>;

/** Amounts under what they are for: `PROPOSAL#COMMIT#count`. */
export const namedAmounts = (of: readonly string[], amounts: Amounts): Amounts =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [[...of, name].join('#'), amount]));

type Named = { readonly of: readonly string[]; readonly amounts: Amounts };

/** The other way: amounts by what they are for. What all have left is nothing. */
const amountsIn = (cell: Amounts): readonly Named[] => {
  const entries = Object.entries(cell).map(([key, amount]) => {
    const of = key.split('#');
    return { name: of.pop() ?? '', of, amount };
  });
  return [...Map.groupBy(entries, ({ of }) => of.join('#')).values()]
    .filter((group) => group.some(({ amount }) => amount !== 0))
    .map((group) => ({
      of: group[0]?.of ?? [],
      amounts: Object.fromEntries(group.map(({ name, amount }) => [name, amount])),
    }));
};

/** What a board counts. */
export type BoardCell = {
  readonly stage: string;
  readonly owner: string;
  readonly currency: string;
  readonly count: number;
  readonly amount: number;
};

/** The cells of a board, taken apart. */
export const boardCellsIn = (cells: Cells): readonly BoardCell[] =>
  [...cells].flatMap(([key, stored]) => {
    const [owner = none, currency = none] = key.split('#');
    return amountsIn(stored).map(({ of: [stage = ''], amounts: { count = 0, amount = 0 } }) => ({
      ...{ stage, owner, currency, count, amount },
    }));
  });

/** What a forecast counts. */
export type ForecastCell = BoardCell & {
  readonly month: string;
  readonly team: string;
  readonly category: string;
  readonly weighted: number;
};

/** The cells of a forecast, taken apart. */
export const forecastCellsIn = (cells: Cells): readonly ForecastCell[] =>
  [...cells].flatMap(([key, stored]) => {
    const [month = none, owner = none, team = none, currency = none] = key.split('#');
    return amountsIn(stored).map(
      ({ of: [stage = '', category = ''], amounts: { count = 0, amount = 0, weighted = 0 } }) => ({
        ...{ month, owner, team, currency, stage, category, count, amount, weighted },
      }),
    );
  });

import { rollup, type Context, type Row } from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { Opportunity } from './opportunity.entity.ts';
import {
  boardCellsIn,
  forecastCellsIn,
  namedAmounts,
  none,
  type BoardCell,
  type ForecastCell,
} from './totals.rules.ts';

/** The month that an opportunity counts for: that of its close, expected or real. */
export const monthOf = (row: Pick<Row<typeof Opportunity>, 'closedOn' | 'expectedCloseOn'>): string =>
  (row.closedOn ?? row.expectedCloseOn)?.slice(0, 7) ?? none;

const currencyOf = (row: Row<typeof Opportunity>): string => row.amount?.currency ?? none;

/**
 * Counts and amounts of a pipeline, read in one Query for the forecast and in one for the board. Stages lie side by side in a
 * cell, so that a move from one to another is one write.
 */
export const opportunityTotals = rollup('opportunityTotals', {
  describes: 'Opportunities and their amounts by month, owner, team, currency, stage and forecast category.',
  of: Opportunity,
  shards: 1,
  contributions: (row) => {
    if (row.archivedAt !== undefined) return [];
    const { ownerId = none, teamId = none } = row;
    const amount = row.amount?.minor ?? 0;
    const weighted = row.weightedAmount?.minor ?? 0;
    return [
      {
        partition: row.pipeline,
        cell: [monthOf(row), ownerId, teamId, currencyOf(row)].join('#'),
        amounts: namedAmounts([row.stage, row.counted], { count: 1, amount, weighted }),
      },
      {
        partition: boardPartition(row.pipeline),
        cell: [ownerId, currencyOf(row)].join('#'),
        amounts: namedAmounts([row.stage], { count: 1, amount }),
      },
    ];
  },
});

/** The partition of the cells that the board counts. */
const boardPartition = (pipeline: string): string => `${pipeline}/stages`;

/** What stands in the columns of a board: by stage, owner and currency. */
export const boardCells = async ({ ports, actor }: Context, pipeline: string): Promise<readonly BoardCell[]> =>
  boardCellsIn(await readRollup(ports.table, actor.tenant, opportunityTotals.name, boardPartition(pipeline)));

type Months = { readonly from?: string; readonly to?: string };

/** What stands in the months of a forecast, both ends included; without either, also what has no month. */
export const forecastCells = async (
  { ports, actor }: Context,
  pipeline: string,
  { from, to }: Months,
): Promise<readonly ForecastCell[]> => {
  const range = from === undefined && to === undefined ? undefined : { from: from ?? '0', to: `${to ?? '9999-99'}~` };
  return forecastCellsIn(await readRollup(ports.table, actor.tenant, opportunityTotals.name, pipeline, range));
};

import { rollup, type Row } from '#kernel';
import { Opportunity } from './opportunity.entity.ts';

/** What stands in a cell where a record has no value: an owner, a team, a month. */
export const none = '-';

/** The month that an opportunity counts for: that of its close, expected or real. */
export const monthOf = (row: Pick<Row<typeof Opportunity>, 'closedOn' | 'expectedCloseOn'>): string =>
  (row.closedOn ?? row.expectedCloseOn)?.slice(0, 7) ?? none;

const currencyOf = (row: Row<typeof Opportunity>): string => row.amount?.currency ?? none;

const amountsOf = (row: Row<typeof Opportunity>) => ({
  count: 1,
  amount: row.amount?.minor ?? 0,
  weighted: row.weightedAmount?.minor ?? 0,
});

/** Counts and amounts by month, stage, owner, team, category and currency: one partition a pipeline, read in one Query. */
export const opportunityTotals = rollup('opportunityTotals', {
  describes: 'Opportunities and their amounts by month, stage, owner, team, forecast category and currency.',
  of: Opportunity,
  shards: 1,
  contributions: (row) => {
    if (row.archivedAt !== undefined) return [];
    const { ownerId = none, teamId = none } = row;
    const amounts = amountsOf(row);
    const cell = [monthOf(row), row.stage, ownerId, teamId, row.counted, currencyOf(row)].join('#');
    const board = [row.stage, ownerId, currencyOf(row)].join('#');
    return [
      { partition: row.pipeline, cell, amounts },
      { partition: `${row.pipeline}/stages`, cell: board, amounts },
    ];
  },
});

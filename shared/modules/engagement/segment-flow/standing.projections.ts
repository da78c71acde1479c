import { rollup, type Contribution } from '#kernel';
import { SegmentStanding, type StandingRow } from './standing.entity.ts';

/** What stands in a cell where a member has no owner. */
const nobody = '';

const dayLength = 86_400_000;
/** A day as a number, so that sums of days say how long ago they were on the average. */
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00.000Z`) / dayLength;

const inAll = ({ contactedOn, done, figures }: StandingRow): Contribution['amounts'] => ({
  ...figures,
  members: 1,
  done,
  ...(contactedOn !== undefined && { contacted: 1, contactDays: dayNumber(contactedOn) }),
});

const byMonth = ({ due, holder = nobody }: StandingRow): readonly Omit<Contribution, 'partition'>[] =>
  [...Map.groupBy(Object.entries(due), ([day]) => day.slice(0, 7))].map(([month, days]) => ({
    cell: `${holder}#${month}`,
    amounts: Object.fromEntries(days),
  }));

/** Segments counted: a cell an owner, and one a month beside it for what is due on which day, which tells what is overdue. */
export const segmentTotals = rollup('segmentTotals', {
  describes: 'Members of segments by owner: contact, work planned by day and done, and what other modules count.',
  of: SegmentStanding,
  shards: 1,
  contributions: (row) => {
    if (row.archivedAt !== undefined) return [];
    const shares = [{ cell: row.holder ?? nobody, amounts: inAll(row) }, ...byMonth(row)];
    return row.segments.flatMap((partition) => shares.map((share) => ({ ...share, partition })));
  },
});

/** What a cell is of: an owner, and the month of what is due. */
export const readCell = (cell: string): { readonly owner: string; readonly isDue: boolean } => {
  const [owner = nobody, month] = cell.split('#');
  return { owner, isDue: month !== undefined };
};

import { dayIn, rollup, type Row } from '#kernel';
import { Activity } from '#modules/engagement/activities';

/** What stands in a cell where an activity has no owner. */
export const nobody = '';

const dayOf = (row: Row<typeof Activity>): string => {
  const at = row.status === 'DONE' ? (row.completedAt ?? row.agendaAt) : row.agendaAt;
  return dayIn(new Date(at), row.timeZone ?? 'UTC');
};

/** Cells join their words with `#`. */
const asWord = (text: string): string => text.replaceAll('#', ' ');

const minutesOf = ({ status, spentMinutes = 0, minutes = 0 }: Row<typeof Activity>): number =>
  status === 'DONE' ? spentMinutes : minutes;

/**
 * Activities counted: by day, owner, type and state in a partition a month; results in one beside it; and what is planned by
 * month and owner in a partition of its own, which says what is overdue without reading the past.
 */
export const activityTotals = rollup('activityTotals', {
  describes:
    'Activities by day, owner, type and state, with minutes; results by day, owner and type; open ones by month.',
  of: Activity,
  shards: 1,
  contributions: (row) => {
    if (row.archivedAt !== undefined) return [];
    const { ownerId = nobody, type, status, result } = row;
    const day = dayOf(row);
    const month = day.slice(0, 7);
    const work = [day, ownerId, type].join('#');
    return [
      { partition: month, cell: `${work}#${status}`, amounts: { count: 1, minutes: minutesOf(row) } },
      ...(status === 'PLANNED' ? [{ partition: 'open', cell: `${month}#${ownerId}`, amounts: { count: 1 } }] : []),
      ...(status === 'DONE' && result !== undefined
        ? [{ partition: `${month}/results`, cell: `${work}#${asWord(result)}`, amounts: { count: 1 } }]
        : []),
    ];
  },
});

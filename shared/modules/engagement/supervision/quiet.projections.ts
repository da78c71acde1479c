import { projection, rollup, type AnyEntity, type AnyRow, type Registry, type Rollup, type Row } from '#kernel';
import { weekOf } from './work.rules.ts';

/** A kind of record that somebody must keep in touch with. */
export type Watched<E extends AnyEntity = AnyEntity> = {
  readonly of: E;
  /** Since when nobody was in touch about a record; undefined for one that asks for no contact. */
  since(row: Row<E>): string | undefined;
};
/** The extension point for them; their modules also declare `quietTotals` of them. */
export const watchedRecords = 'supervision.watched';

type Contributing = Pick<Registry, 'contributions'>;
const gathered = new WeakMap<Contributing, readonly Watched[]>();

/** The kinds that modules contribute; asked for every row that is written, so that they are gathered once. */
export const watchedIn = (registry: Contributing): readonly Watched[] => {
  const known = gathered.get(registry) ?? (registry.contributions(watchedRecords) as readonly Watched[]);
  gathered.set(registry, known);
  return known;
};

const sinceOf = ({ since }: Watched, row: AnyRow): string | undefined =>
  row.archivedAt === undefined && row.ownerId !== undefined ? since(row) : undefined;

/** Where a person's records of a kind stand, the longest untouched first. */
export const quietPrefix = (entity: string): string => `quiet#${entity}#`;

/** Records by owner, in the order of their last contact. */
export const quietRecords = projection('quietRecords', {
  describes: 'The records of each person, those first with which nobody was in touch for longest.',
  of: ['*'],
  items: (row, of, registry) => {
    const watched = watchedIn(registry).find((each) => each.of.name === of.name);
    const since = watched && sinceOf(watched, row);
    if (since === undefined || row.ownerId === undefined) return [];
    return [{ partition: row.ownerId, sort: `${quietPrefix(of.name)}${since}#${row.id}` }];
  },
});

/** The name of the totals of a kind. */
export const quietTotalsOf = (entity: string): string => `quiet${entity}s`;

/**
 * How many records of each owner were last touched in each week, and on each day of it: those before any day are counted
 * from two partitions, however many records and years there are.
 */
export const quietTotals = <E extends AnyEntity>(watched: Watched<E>): Rollup =>
  rollup(quietTotalsOf(watched.of.name), {
    describes: `Records of ${watched.of.name} by owner and by the day on which somebody was last in touch about them.`,
    of: watched.of,
    shards: 1,
    contributions: (row) => {
      const since = sinceOf(watched, row);
      if (since === undefined || row.ownerId === undefined) return [];
      const day = since.slice(0, 10);
      const week = weekOf(day);
      return [
        { partition: 'weeks', cell: `${week}#${row.ownerId}`, amounts: { count: 1 } },
        { partition: week, cell: `${day}#${row.ownerId}`, amounts: { count: 1 } },
      ];
    },
  });

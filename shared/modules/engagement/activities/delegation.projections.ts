import { projection, type AnyRow } from '#kernel';
import { Activity } from './activity.entity.ts';

/** What begins the sort key of a right to read a record for a while; `platform/identity` reads them with the actor. */
const grantPrefix = 'grant#';

const linked = ['account', 'contact', 'opportunity'] as const;

/**
 * Who is given work of others may read what it is about: a colleague who is asked or has taken it on, who takes it from a queue,
 * the manager to whom it was escalated; and while nobody has taken it, those of the department or role that it waits for.
 */
export const delegatedReading = projection('delegatedReading', {
  describes:
    'The records that people may read because work about them was delegated, left in a queue or escalated to them.',
  of: [Activity.name],
  items: (row) => {
    if (row['status'] !== 'PLANNED' || row.archivedAt !== undefined) return [];
    const records = linked.flatMap((name) => (typeof row[name] === 'string' ? [row[name]] : []));
    return readersOf(row).flatMap((reader) =>
      (reader === row['owner'] ? records : [row.id, ...records]).map((id) => ({
        partition: reader,
        sort: `${grantPrefix}${id}#${row.id}`,
      })),
    );
  },
});

const readersOf = (row: AnyRow): readonly string[] => {
  const { owner, queue, team, delegation, escalatedTo } = row;
  const isLent = delegation === 'ASKED' || delegation === 'ACCEPTED' || queue !== undefined;
  // Those of a team see what waits for it as it is.
  const holder = owner ?? (team === undefined ? queue : undefined);
  const readers = [...(owner === undefined || isLent ? [holder] : []), escalatedTo];
  return [...new Set(readers.filter((reader) => typeof reader === 'string'))];
};

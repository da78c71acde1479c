import type { AnyRow, Context, DomainEvent } from '#kernel';
import { readFeed } from '#kernel/feed';
import { personErased } from '#modules/platform/privacy';
import type { Place, Removal, SyncPage } from './page.rules.ts';
import { isMine, wasMine } from './reach.rules.ts';
import { syncedTypes } from './synced.operations.ts';

/** Events read of each of the feed's eight shards. */
const perShard = 50;

/**
 * What happened to the actor's records after a place in the feed; nothing when a person was forgotten meanwhile: that tells of no
 * record, and a phone may hold texts that named the person, so that only a new copy holds nothing of them.
 */
export const readChanges = async (context: Context, { feed }: Place): Promise<SyncPage | undefined> => {
  const { actor, ports } = context;
  const types = syncedTypes(context);
  const { events, position } = await readFeed(ports.table, actor.tenant, feed, perShard);
  if (events.some(({ type }) => type === personErased)) return undefined;
  const byRecord = Map.groupBy(
    events.filter(({ record }) => types.includes(record.type)),
    ({ record }) => record.id,
  );
  const rows = await context.records([...byRecord.keys()]);
  const carried = [...rows.values()].filter((row) => isCarried(context, row));
  return {
    records: carried,
    removed: removalsOf(context, byRecord, rows),
    place: { feed: position },
    hasMore: position.some((last, shard) => last - (feed[shard] ?? 0) >= perShard),
  };
};

const isCarried = ({ actor }: Context, row: AnyRow): boolean =>
  row.archivedAt === undefined && (isMine(actor, row) || actor.granted.has(row.id));

/** Only of records that were the actor's: of others not even the id is told. */
const removalsOf = (
  context: Context,
  byRecord: ReadonlyMap<string, readonly DomainEvent[]>,
  rows: ReadonlyMap<string, AnyRow>,
): readonly Removal[] =>
  [...byRecord].flatMap(([id, events]) => {
    const row = rows.get(id);
    if ((row && isCarried(context, row)) || !events.some((event) => wasMine(context.actor, event))) return [];
    return [{ id, type: events[0]?.record.type ?? '', reason: reasonOf(row, events) }];
  });

const reasonOf = (row: AnyRow | undefined, events: readonly DomainEvent[]): Removal['reason'] => {
  if (events.some(({ type }) => type.endsWith('.erased'))) return 'ERASED';
  const isArchived = row ? row.archivedAt !== undefined : events.at(-1)?.data?.['archivedAt'] !== undefined;
  return isArchived ? 'ARCHIVED' : 'NOT_YOURS';
};

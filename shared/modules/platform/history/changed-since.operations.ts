import { DomainError, type AnyEntity, type AnyRow, type Context, type DomainEvent, type Position } from '#kernel';
import { feedPartition } from '#kernel/feed';
import { feedShards } from '#kernel/events';
import { fromItem, rowKey, versionKey } from '#kernel/rows';
import { pastOf } from './versions.rules.ts';

/** Events that are looked through for one question about the past. */
const mostEvents = 20_000;
const perPage = 500;

/** A record that has changed since a moment: how it was then, unless it did not exist yet, and how it is now. */
export type ChangedSince = { readonly was?: AnyRow; readonly is?: AnyRow };

/**
 * The records of an entity that have changed since a moment, from the end of the feed backwards: the price is what happened since,
 * however many records there are. @throws TOO_COSTLY when that was too much
 */
export const changedSince = async (
  context: Context,
  of: AnyEntity,
  moment: string,
): Promise<readonly ChangedSince[]> => {
  const shards = Array.from({ length: feedShards }, (_, shard) => shard);
  const firsts = new Map<string, number>();
  for (const events of await Promise.all(shards.map((shard) => shardSince(context, shard, moment))))
    for (const { record } of events)
      if (record.type === of.name) firsts.set(record.id, Math.min(record.version, firsts.get(record.id) ?? Infinity));
  return statesOf(context, of, firsts);
};

const shardSince = async (
  { ports, actor }: Context,
  shard: number,
  moment: string,
): Promise<readonly DomainEvent[]> => {
  const since: DomainEvent[] = [];
  let after: Position | undefined;
  do {
    const page = await ports.table.query({
      index: 'gsi3',
      pk: feedPartition(actor.tenant, shard),
      descending: true,
      limit: perPage,
      ...(after && { after }),
    });
    const events = page.items.map((item) => item['log'] as DomainEvent).filter(({ at }) => at > moment);
    since.push(...events);
    if (since.length > mostEvents / feedShards)
      throw new DomainError('TOO_COSTLY', 'Too much has happened since then to be answered at once.', ['at']);
    after = events.length > 0 ? page.next : undefined;
  } while (after);
  return since;
};

const statesOf = async (
  { ports, actor }: Context,
  of: AnyEntity,
  firsts: ReadonlyMap<string, number>,
): Promise<readonly ChangedSince[]> => {
  const before = [...firsts].filter(([, version]) => version > 1);
  const [rows, versions] = await Promise.all([
    ports.table.batchGet([...firsts.keys()].map((id) => rowKey(actor.tenant, id))),
    ports.table.batchGet(before.map(([id, version]) => versionKey(actor.tenant, id, version - 1))),
  ]);
  const now = new Map(rows.map((item) => [String(item['id']), fromItem(of, item)]));
  const then = new Map(
    versions.map((item) => {
      const event = item['log'] as DomainEvent;
      return [event.record.id, pastOf(of, event)?.row];
    }),
  );
  return [...firsts.keys()].map((id) => {
    const [was, is] = [then.get(id), now.get(id)];
    return { ...(was && { was }), ...(is && { is }) };
  });
};

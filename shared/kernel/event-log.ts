// The event log and feed: from row images to immutable, densely numbered events on the bus. Replaying is harmless.
import type { AnyEntity, AnyRow } from './entity.ts';
import type { AnyField, FieldMap } from './fields.ts';
import { feedShards, shardOf, type Change, type DomainEvent, type EventMark } from './events.ts';
import type { Bus, Scheduler } from './ports.ts';
import { presentValue, presentValues } from './present.ts';
import type { Log } from './context.ts';
import type { Registry } from './registry.ts';
import { fromItem, identityOf, versionKey } from './rows.ts';
import { TransactionCancelled, type Item, type Key, type Table, type Write } from './table.ts';
import { ordered } from './unit.ts';

/** A row before and after one write, as the stream carries it. */
export type RowChange = { readonly before?: Item; readonly after?: Item };

/** What recording needs of the outside. */
export type Recorder = {
  readonly table: Table;
  readonly bus: Bus;
  readonly scheduler: Scheduler;
  readonly registry: Registry;
  readonly log: Log;
};

/** Above this many bytes an event travels without its data. */
const largestData = 200 * 1024;
/** Events per transaction: 100 writes less the eight heads. */
const eventsPerTransaction = 90;

/** An event that waits for its number. */
type Pending = { readonly event: Omit<DomainEvent, 'sequence'>; readonly mark: EventMark; readonly due?: string };

/** Whether the change is an event: an entity's row with a new mark. Housekeeping that keeps the mark is none, nor is a restored row. */
export const isEvent = ({ before, after }: RowChange): boolean => {
  const mark = after?.sk === 'row' ? markOf(after) : undefined;
  return mark !== undefined && mark.restored !== true && markOf(before)?.id !== mark.id;
};

const markOf = (item: Item | undefined): EventMark | undefined => item?.['event'] as EventMark | undefined;

/** Writes the changes' events to log and feed, publishes them and sees that timers wake. Answers the changes that failed. */
export const recordChanges = async (
  recorder: Recorder,
  changes: readonly RowChange[],
): Promise<ReadonlyMap<RowChange, unknown>> => {
  const failed = new Map<RowChange, unknown>();
  for (const [, group] of byTenant(changes.filter(isEvent))) {
    for (let start = 0; start < group.length; start += eventsPerTransaction) {
      const chunk = group.slice(start, start + eventsPerTransaction);
      try {
        await recordChunk(recorder, chunk);
      } catch (error) {
        for (const change of chunk) failed.set(change, error);
      }
    }
  }
  return failed;
};

const byTenant = (changes: readonly RowChange[]): ReadonlyMap<string, RowChange[]> =>
  Map.groupBy(changes, ({ after }) => identityOf(after?.pk ?? '').tenant);

const recordChunk = async (recorder: Recorder, chunk: readonly RowChange[]): Promise<void> => {
  const pending = chunk.flatMap((change) => pendingEvent(recorder, change));
  const recorded = await appendAll(recorder.table, pending);
  const refused = await recorder.bus.publish(
    recorded.map((event) => ({ type: event.type, at: event.at, detail: event })),
  );
  if (refused.length > 0)
    throw new Error(`The bus did not take ${String(refused.length)} of ${String(recorded.length)} events.`);
  const minutes = new Set(pending.flatMap(({ due }) => (due === undefined ? [] : [due])));
  for (const minute of minutes) await recorder.scheduler.wakeAt(`${minute}:00.000Z`);
};

/** The event of a change, still without its place in the feed. */
const pendingEvent = (recorder: Recorder, { before, after }: RowChange): readonly Pending[] => {
  const of = recorder.registry.entities.get(String(after?.['entity']));
  const mark = markOf(after);
  if (!of || !after || !mark) return [];
  noteGap(recorder.log, of, before, after);
  const due = after['duepk'] === before?.['duepk'] ? undefined : after['duepk'];
  return [{ event: eventOf(of, before, after, mark), mark, ...(typeof due === 'string' && { due: due.slice(0, 16) }) }];
};

const noteGap = (log: Log, of: AnyEntity, before: Item | undefined, after: Item): void => {
  if (Number(before?.['version'] ?? 0) + 1 === after['version']) return;
  log.error('A version of a record never came through the stream.', {
    entity: of.name,
    record: after['id'],
    version: after['version'],
  });
  log.count('VersionGap');
};

const eventOf = (
  of: AnyEntity,
  before: Item | undefined,
  after: Item,
  mark: EventMark,
): Omit<DomainEvent, 'sequence'> => {
  const { tenant, id } = identityOf(after.pk);
  const row = fromItem(of, after);
  const data = {
    id,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...ownerOf(row),
    ...presentValues(toldFields(of), row),
  };
  return {
    id: mark.id,
    tenant,
    type: mark.type,
    schemaVersion: 1,
    at: mark.at,
    actor: mark.by,
    record: { type: of.name, id, version: row.version },
    ...(Buffer.byteLength(JSON.stringify(data)) > largestData ? { dataOmitted: true as const } : { data }),
    changed: changedFields(of, before && fromItem(of, before), row),
    shard: shardOf(id, feedShards),
    correlationId: mark.correlationId,
    ...(mark.causationId !== undefined && { causationId: mark.causationId }),
    ...(mark.silent === true && { silent: true }),
  };
};

/** Events go to partners: sensitive values stay in the table. */
const toldFields = (of: AnyEntity): FieldMap =>
  Object.fromEntries(Object.entries<AnyField>(of.fields).filter(([, field]) => field.sensitive !== true));

const ownerOf = (row: AnyRow) => ({
  ...(row.ownerId !== undefined && { ownerId: row.ownerId }),
  ...(row.teamId !== undefined && { teamId: row.teamId }),
  ...(row.archivedAt !== undefined && { archivedAt: row.archivedAt }),
});

const metaOfInterest = ['ownerId', 'teamId', 'archivedAt'] as const;

/** What differs between two versions, as the outside reads it. Of sensitive fields it says only that they differ. */
export const changedFields = (
  of: AnyEntity,
  before: AnyRow | undefined,
  after: AnyRow,
): Readonly<Record<string, Change>> => {
  const changed: Record<string, Change> = {};
  const compare = (name: string, from: unknown, to: unknown): void => {
    if (JSON.stringify(ordered(from)) === JSON.stringify(ordered(to))) return;
    changed[name] = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  };
  for (const [name, field] of Object.entries(of.fields)) {
    compare(name, presentValue(field, before?.[name]), presentValue(field, after[name]));
    if (field.sensitive === true && changed[name]) changed[name] = {};
  }
  for (const name of metaOfInterest) compare(name, before?.[name], after[name]);
  return changed;
};

// Numbering ------------------------------------------------------------------------------------------------------

const headKey = (tenant: string, shard: number): Key => ({ pk: `${tenant}#feed`, sk: `head#${String(shard)}` });

/** The partition of a feed shard in gsi3. */
export const feedPartition = (tenant: string, shard: number): string => `${tenant}#feed#${String(shard)}`;
/** A position in a shard, in byte order. */
export const feedSort = (sequence: number): string => String(sequence).padStart(12, '0');

const mostTries = 12;

/** Gives every event its number and puts it in the log; those that are there already keep theirs. */
const appendAll = async (table: Table, pending: readonly Pending[]): Promise<readonly DomainEvent[]> => {
  let waiting = pending;
  const recorded: DomainEvent[] = [];
  for (let attempt = 1; waiting.length > 0; attempt += 1) {
    const heads = await readHeads(table, waiting);
    const numbered = numberEvents(waiting, heads);
    try {
      await table.transact([
        ...numbered.map(({ event, mark }) => logWrite(event, mark)),
        ...headWrites(
          numbered.map(({ event }) => event),
          heads,
        ),
      ]);
      return [...recorded, ...numbered.map(({ event }) => event)];
    } catch (error) {
      if (!(error instanceof TransactionCancelled) || attempt === mostTries) throw error;
      const known = await alreadyLogged(table, waiting);
      recorded.push(...known.values());
      waiting = waiting.filter(({ event }) => !known.has(event.id));
    }
  }
  return recorded;
};

const readHeads = async (table: Table, pending: readonly Pending[]): Promise<ReadonlyMap<number, number>> => {
  const tenant = pending[0]?.event.tenant ?? '';
  const shards = [...new Set(pending.map(({ event }) => event.shard))];
  const items = await table.batchGet(
    shards.map((shard) => headKey(tenant, shard)),
    { consistent: true },
  );
  return new Map(items.map((item) => [Number(item.sk.slice('head#'.length)), Number(item['last'])]));
};

const numberEvents = (pending: readonly Pending[], heads: ReadonlyMap<number, number>) => {
  const last = new Map(heads);
  return pending.map(({ event, mark }) => {
    const sequence = (last.get(event.shard) ?? 0) + 1;
    last.set(event.shard, sequence);
    return { event: { ...event, sequence }, mark };
  });
};

const logWrite = (event: DomainEvent, mark: EventMark): Write => ({
  kind: 'put',
  item: {
    ...versionKey(event.tenant, event.record.id, event.record.version),
    log: event,
    mark: {
      ...(mark.key !== undefined && { key: mark.key }),
      ...(mark.fingerprint !== undefined && { fingerprint: mark.fingerprint }),
    },
    gsi3pk: feedPartition(event.tenant, event.shard),
    gsi3sk: feedSort(event.sequence),
  },
  condition: { text: 'attribute_not_exists(pk)' },
});

const headWrites = (events: readonly DomainEvent[], heads: ReadonlyMap<number, number>): readonly Write[] =>
  [...Map.groupBy(events, (event) => event.shard)].map(([shard, group]) => ({
    kind: 'put',
    item: { ...headKey(group[0]?.tenant ?? '', shard), last: (heads.get(shard) ?? 0) + group.length },
    condition: heads.has(shard)
      ? { text: '#last = :last', names: { '#last': 'last' }, values: { ':last': heads.get(shard) } }
      : { text: 'attribute_not_exists(pk)' },
  }));

const alreadyLogged = async (table: Table, pending: readonly Pending[]): Promise<ReadonlyMap<string, DomainEvent>> => {
  const keys = pending.map(({ event }) => versionKey(event.tenant, event.record.id, event.record.version));
  const items = await table.batchGet(keys, { consistent: true });
  return new Map(items.map((item) => [(item['log'] as DomainEvent).id, item['log'] as DomainEvent]));
};

// Reading --------------------------------------------------------------------------------------------------------

/** A reader's place: the last sequence seen, per shard. */
export type FeedPosition = readonly number[];

/** The start of the feed. */
export const feedStart: FeedPosition = Array.from({ length: feedShards }, () => 0);

/** Where the feed ends now; its sum is the number of versions ever recorded. */
export const feedEnd = async (table: Table, tenant: string): Promise<FeedPosition> => {
  const items = await table.batchGet(
    feedStart.map((_, shard) => headKey(tenant, shard)),
    { consistent: true },
  );
  const last = new Map(items.map((item) => [item.sk, Number(item['last'])]));
  return feedStart.map((_, shard) => last.get(headKey(tenant, shard).sk) ?? 0);
};

/** The events after a position, oldest first, at most `limit` per shard; a reader stops at the first gap of each shard. */
export const readFeed = async (
  table: Table,
  tenant: string,
  after: FeedPosition,
  limit: number,
): Promise<{ readonly events: readonly DomainEvent[]; readonly position: FeedPosition }> => {
  const shards = await Promise.all(after.map((last, shard) => readShard(table, tenant, shard, last, limit)));
  return {
    events: shards
      .flat()
      .sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : left.id < right.id ? -1 : 1)),
    position: shards.map((events, shard) => events.at(-1)?.sequence ?? after[shard] ?? 0),
  };
};

const readShard = async (
  table: Table,
  tenant: string,
  shard: number,
  last: number,
  limit: number,
): Promise<readonly DomainEvent[]> => {
  const { items } = await table.query({
    index: 'gsi3',
    pk: feedPartition(tenant, shard),
    sort: { from: feedSort(last + 1) },
    limit,
  });
  const events = items.map((item) => item['log'] as DomainEvent);
  const gap = events.findIndex((event, index) => event.sequence !== last + 1 + index);
  return gap === -1 ? events : events.slice(0, gap);
};

/** All versions of one record, newest first. */
export const readHistory = async (
  table: Table,
  tenant: string,
  id: string,
  options: { readonly limit: number; readonly before?: number },
): Promise<readonly DomainEvent[]> => {
  const to = options.before === undefined ? 'v#~' : versionKey(tenant, id, options.before - 1).sk;
  const { items } = await table.query({
    pk: `${tenant}#${id}`,
    sort: { from: 'v#', to },
    descending: true,
    limit: options.limit,
  });
  return items.map((item) => item['log'] as DomainEvent);
};

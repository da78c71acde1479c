// The feed: every event of a tenant under a dense number in one of eight shards, and the versions of each record beside it.
import { feedShards, type DomainEvent, type EventMark } from './events.ts';
import { naturalPartition, versionKey } from './rows.ts';
import { TransactionCancelled, type Key, type Position, type Table, type Write } from './table.ts';

/** An event that waits for its number. */
export type Unnumbered = {
  readonly event: Omit<DomainEvent, 'sequence'>;
  readonly mark: EventMark;
  /** Sensitive values that the version replaced, as rows hold them. */
  readonly secrets?: Readonly<Record<string, unknown>>;
};

const headKey = (tenant: string, shard: number): Key => ({ pk: `${tenant}#feed`, sk: `head#${String(shard)}` });

/** The partition of a feed shard in gsi3. */
export const feedPartition = (tenant: string, shard: number): string => `${tenant}#feed#${String(shard)}`;
/** A position in a shard, in byte order. */
export const feedSort = (sequence: number): string => String(sequence).padStart(12, '0');

const mostTries = 12;

/** Gives every event its number and puts it in the log; those that are there already keep theirs. */
export const appendToFeed = async (table: Table, pending: readonly Unnumbered[]): Promise<readonly DomainEvent[]> => {
  let waiting = pending;
  const recorded: DomainEvent[] = [];
  for (let attempt = 1; waiting.length > 0; attempt += 1) {
    const heads = await readHeads(table, waiting);
    const numbered = numberEvents(waiting, heads);
    try {
      await table.transact([
        ...numbered.map(logWrite),
        ...headWrites(
          numbered.map(({ event }) => event),
          heads,
        ),
      ]);
      return [...recorded, ...numbered.map(({ event }) => event)];
    } catch (error) {
      if (!(error instanceof TransactionCancelled) || attempt === mostTries) throw error;
      const logged = await alreadyLogged(table, waiting);
      recorded.push(...waiting.flatMap(({ event }) => sameEvent(logged.get(placeOf(event)), event)));
      waiting = waiting.filter(({ event }) => !logged.has(placeOf(event)));
    }
  }
  return recorded;
};

const readHeads = async (table: Table, pending: readonly Unnumbered[]): Promise<ReadonlyMap<number, number>> => {
  const tenant = pending[0]?.event.tenant ?? '';
  const shards = [...new Set(pending.map(({ event }) => event.shard))];
  const items = await table.batchGet(
    shards.map((shard) => headKey(tenant, shard)),
    { consistent: true },
  );
  return new Map(items.map((item) => [Number(item.sk.slice('head#'.length)), Number(item['last'])]));
};

const numberEvents = (pending: readonly Unnumbered[], heads: ReadonlyMap<number, number>) => {
  const last = new Map(heads);
  return pending.map(({ event, ...rest }) => {
    const sequence = (last.get(event.shard) ?? 0) + 1;
    last.set(event.shard, sequence);
    return { event: { ...event, sequence }, ...rest };
  });
};

const logWrite = ({ event, mark, secrets = {} }: Unnumbered & { readonly event: DomainEvent }): Write => ({
  kind: 'put',
  item: {
    ...versionKey(event.tenant, event.record.id, event.record.version),
    log: event,
    mark: {
      ...(mark.key !== undefined && { key: mark.key }),
      ...(mark.fingerprint !== undefined && { fingerprint: mark.fingerprint }),
    },
    ...(Object.keys(secrets).length > 0 && { secrets }),
    gsi3pk: feedPartition(event.tenant, event.shard),
    gsi3sk: feedSort(event.sequence),
    gsi5pk: naturalPartition(event.tenant, event.correlationId),
    gsi5sk: `version#${event.record.id}`,
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

const placeOf = ({ tenant, record }: Unnumbered['event']): string =>
  Object.values(versionKey(tenant, record.id, record.version)).join(' ');

const alreadyLogged = async (
  table: Table,
  pending: readonly Unnumbered[],
): Promise<ReadonlyMap<string, DomainEvent>> => {
  const keys = pending.map(({ event }) => versionKey(event.tenant, event.record.id, event.record.version));
  const items = await table.batchGet(keys, { consistent: true });
  return new Map(items.map((item) => [`${item.pk} ${item.sk}`, item['log'] as DomainEvent]));
};

/** Of a version that was given up as lost before it came, the log keeps saying so: the feed has no number to take back. */
const sameEvent = (logged: DomainEvent | undefined, event: Unnumbered['event']): readonly DomainEvent[] =>
  logged?.id === event.id ? [logged] : [];

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

/** A version with the sensitive values that it replaced, as rows hold them. */
export type Version = { readonly event: DomainEvent; readonly secrets: Readonly<Record<string, unknown>> };

/** The versions of a record between two, both included and the older first; their log may follow the record by some moments. */
export const readVersions = async (
  table: Table,
  tenant: string,
  id: string,
  { from, to }: { readonly from: number; readonly to?: number },
): Promise<readonly Version[]> => {
  const versions: Version[] = [];
  let after: Position | undefined;
  do {
    const page = await table.query({
      pk: `${tenant}#${id}`,
      sort: { from: versionKey(tenant, id, from).sk, to: to === undefined ? 'v#~' : versionKey(tenant, id, to).sk },
      consistent: true,
      ...(after && { after }),
    });
    versions.push(
      ...page.items.map((item) => ({
        event: item['log'] as DomainEvent,
        secrets: (item['secrets'] ?? {}) as Version['secrets'],
      })),
    );
    after = page.next;
  } while (after);
  return versions;
};

/** The versions that were made under one correlation id, by record, all or those whose ids begin so; a hundred at a time. */
export const readCorrelated = async (
  table: Table,
  tenant: string,
  correlationId: string,
  after?: Position,
  idBegins = '',
): Promise<{ readonly events: readonly DomainEvent[]; readonly next?: Position }> => {
  const page = await table.query({
    index: 'gsi5',
    pk: naturalPartition(tenant, correlationId),
    sort: { beginsWith: `version#${idBegins}` },
    limit: 100,
    ...(after && { after }),
  });
  const items = await table.batchGet(
    page.items.map(({ pk, sk }) => ({ pk, sk })),
    { consistent: true },
  );
  return { events: items.map((item) => item['log'] as DomainEvent), ...(page.next && { next: page.next }) };
};

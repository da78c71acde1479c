import { isId, job, type DomainEvent, type Files, type Item, type JobContext, type Table } from '#kernel';
import { feedEnd, feedStart, readFeed, type FeedPosition } from '#kernel/feed';
import { Tenant } from '#modules/platform/settings';
import { User } from '#modules/platform/users';
import { rowKey } from '#kernel/rows';
import { isOwn, opensRecord, toLine, type Manifest } from './backup.rules.ts';

/** Which tenant is backed up. */
export type BackupInput = { readonly tenant: string };

/** What of a module's items belongs to records besides their rows, lines and versions: how sort keys begin. Contributed to `backedUp`. */
export type BackedUp = { readonly sorts: readonly string[] };
/** The extension point for it. */
export const backedUp = 'tenant.backed-up';

/** How far a backup has come; kept as the job's cursor. */
type Progress = {
  readonly beganAt: string;
  readonly position: FeedPosition;
  /** Where the feed ended when the backup began: a record that is read once it is met is read with all until then. */
  readonly began: FeedPosition;
  /** Where it ended when this round began. */
  readonly until: FeedPosition;
  readonly round: number;
  readonly parts: number;
  readonly records: number;
  readonly items: number;
  readonly users: readonly string[];
  /** Stored files that were copied; absent while records are. */
  readonly copied?: number;
};

const beginning = (end: FeedPosition, beganAt: string): Progress => ({
  beganAt,
  position: feedStart,
  began: end,
  until: end,
  round: 1,
  parts: 0,
  records: 0,
  items: 0,
  users: [],
});

/** Events of each of the eight shards, and stored files, per chunk. */
const eventsPerShard = 40;
const filesPerChunk = 20;
/** Rounds over the feed: the later ones fetch what changed during the one before. */
const mostRounds = 5;

/** Where the backup of a job lies. */
export const backupFolder = (tenant: string, backup: string): string => `${tenant}/backups/${backup}`;
const partName = (count: number): string => `items-${String(count).padStart(6, '0')}.ndjson`;

/**
 * Writes all items of a tenant as NDJSON, and copies its stored files beside them. The feed is the list of records: it
 * has every version of each. Read models, guards and numbers of the feed are made anew from what is written here.
 */
export const backupTenant = job<BackupInput>('backupTenant', {
  describes: 'Writes everything that a tenant has to files.',
  needs: 'tenant.backup',
  total: async ({ tenant }, { ports }) => (await feedEnd(ports.table, tenant)).reduce((sum, last) => sum + last, 0),
  async chunk({ tenant }, cursor, context) {
    const progress =
      cursor === undefined
        ? beginning(await feedEnd(context.ports.table, tenant), context.clock.instant())
        : (JSON.parse(cursor) as Progress);
    const next =
      progress.copied === undefined
        ? await copyRecords(context, tenant, progress)
        : await copyFiles(context, tenant, progress);
    return { results: [], ...(next && { next: JSON.stringify(next) }) };
  },
  finish: async ({ tenant }, { ports, jobId }) => {
    const {
      parts,
      feed: _feed,
      files,
      users,
      ...manifest
    } = await readManifest(ports.files, backupFolder(tenant, jobId));
    return { ...manifest, backup: jobId, parts: parts.length, files: files.length, users: users.length };
  },
});

/** One stretch of the feed: its records, each as it is now, in one file. */
const copyRecords = async (context: JobContext, tenant: string, progress: Progress): Promise<Progress> => {
  const { ports, jobId } = context;
  const { events, position } = await readFeed(ports.table, tenant, progress.position, eventsPerShard);
  if (events.length === 0) return copyCounters(context, tenant, progress);
  const ids = recordsOf(events, progress.began);
  const items = (await Promise.all(ids.map((id) => itemsOf(context, tenant, id)))).flat();
  const parts = await writePart(ports.files, backupFolder(tenant, jobId), progress.parts, items);
  return endOfRound(context, tenant, {
    ...progress,
    position,
    parts,
    records: progress.records + ids.length,
    items: progress.items + items.length,
    users: [...new Set([...progress.users, ...ids.filter((id) => isId(id, User.idPrefix))])],
  });
};

/** Each record once, where it begins; and again for what has happened since the backup began. */
const recordsOf = (events: readonly DomainEvent[], began: FeedPosition): readonly string[] => {
  const isNew = ({ sequence, shard }: DomainEvent): boolean => sequence > (began[shard] ?? 0);
  return [...new Set(events.filter((event) => opensRecord(event) || isNew(event)).map(({ record }) => record.id))];
};

/** A tenant that is never quiet is left as it was in the last round. */
const endOfRound = async (context: JobContext, tenant: string, progress: Progress): Promise<Progress> => {
  const isDone = progress.until.every((last, shard) => last <= (progress.position[shard] ?? 0));
  if (!isDone) return progress;
  if (progress.round === mostRounds) return copyCounters(context, tenant, progress);
  return { ...progress, round: progress.round + 1, until: await feedEnd(context.ports.table, tenant) };
};

/** The counters of gapless numbers. */
export const countersOf = ({ table }: JobContext['ports'], tenant: string): Promise<readonly Item[]> =>
  allOf(table, `${tenant}#counters`);

/** Gapless numbers go on where they were. */
const copyCounters = async ({ ports, jobId }: JobContext, tenant: string, progress: Progress): Promise<Progress> => {
  const counters = await countersOf(ports, tenant);
  const parts = await writePart(ports.files, backupFolder(tenant, jobId), progress.parts, counters);
  return { ...progress, parts, items: progress.items + counters.length, copied: 0 };
};

const writePart = async (files: Files, folder: string, parts: number, items: readonly Item[]): Promise<number> => {
  if (items.length === 0) return parts;
  await files.put(
    `${folder}/${partName(parts)}`,
    items.map((item) => `${toLine(item)}\n`).join(''),
    'application/x-ndjson',
  );
  return parts + 1;
};

/** Of the backup's own job only the log, which the feed counts: a copy that is for ever at work would be nobody's. */
export const itemsOf = async (
  { ports, registry, jobId }: JobContext,
  tenant: string,
  id: string,
): Promise<readonly Item[]> => {
  const further = (registry.contributions(backedUp) as readonly BackedUp[]).flatMap(({ sorts }) => sorts);
  const items = await allOf(ports.table, `${tenant}#${id}`);
  return items.filter(({ sk }) => (id === jobId ? sk.startsWith('v#') : isOwn(sk, further)));
};

const allOf = async (table: Table, pk: string): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (let after: Awaited<ReturnType<Table['query']>>['next'], more = true; more;) {
    const page = await table.query({ pk, consistent: true, ...(after && { after }) });
    items.push(...page.items);
    after = page.next;
    more = after !== undefined;
  }
  return items;
};

/** Stored files lie beside the items, so that the folder is the whole of the tenant. */
const copyFiles = async (context: JobContext, tenant: string, progress: Progress): Promise<Progress | undefined> => {
  const { files } = context.ports;
  const stored = await storedFiles(files, tenant);
  const copied = progress.copied ?? 0;
  const folder = backupFolder(tenant, context.jobId);
  // One that has gone meanwhile is left out.
  for (const { key } of stored.slice(copied, copied + filesPerChunk))
    await files.copy(key, `${folder}/files/${key.slice(tenant.length + 1)}`);
  if (copied + filesPerChunk < stored.length) return { ...progress, copied: copied + filesPerChunk };
  await files.put(
    `${folder}/manifest.json`,
    JSON.stringify(await manifestOf(context, tenant, progress, stored)),
    'application/json',
  );
  return undefined;
};

/** Everything that is stored for a tenant, but for its backups. */
export const storedFiles = async (files: Files, tenant: string) =>
  (await files.list(`${tenant}/`)).filter(({ key }) => !key.startsWith(`${tenant}/backups/`));

type Stored = Awaited<ReturnType<typeof storedFiles>>;

const manifestOf = async (
  { ports, clock }: JobContext,
  tenant: string,
  progress: Progress,
  stored: Stored,
): Promise<Manifest> => {
  const [row, end] = await Promise.all([ports.table.get(rowKey(tenant, tenant)), feedEnd(ports.table, tenant)]);
  return {
    format: 1,
    tenant,
    name: typeof row?.['name'] === 'string' ? row['name'] : Tenant.name,
    at: clock.instant(),
    began: progress.beganAt,
    parts: Array.from({ length: progress.parts }, (_, index) => partName(index)),
    records: progress.records,
    items: progress.items,
    feed: progress.position,
    behind: end.reduce((sum, last, shard) => sum + Math.max(0, last - (progress.position[shard] ?? 0)), 0),
    files: stored.map(({ key }) => key.slice(tenant.length + 1)),
    users: progress.users,
    bytes: stored.reduce((sum, { size }) => sum + size, 0),
  };
};

/** What a backup says of itself. @throws when there is none */
export const readManifest = async (files: Files, folder: string): Promise<Manifest> => {
  const body = await files.get(`${folder}/manifest.json`);
  if (!body) throw new Error(`There is no backup in ${folder}.`);
  return JSON.parse(Buffer.from(body).toString('utf8')) as Manifest;
};

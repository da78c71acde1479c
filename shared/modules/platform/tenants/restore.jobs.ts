import { isId, job, systemActor, type Context, type Item, type JobContext, type Table } from '#kernel';
import { applyProjections } from '#kernel/apply-projections';
import { feedEnd, feedStart, readFeed, type FeedPosition } from '#kernel/feed';
import { identityOf, rowKey } from '#kernel/rows';
import { timelineItems } from '#kernel/timeline';
import { workAs } from '#kernel/work';
import { keepMembership } from '#modules/platform/identity';
import { Tenant } from '#modules/platform/settings';
import { User, type UserRow } from '#modules/platform/users';
import { countersOf, itemsOf, readManifest, storedFiles } from './backup.jobs.ts';
import { itemsIn, moved, restoredRecord, type Manifest, type Restored } from './backup.rules.ts';
import { listTenant } from './tenant-directory.operations.ts';
import { runtimeOf } from './runtime.operations.ts';

/**
 * From where to where; `admits` lets its users in and its timers run, for a tenant that takes the place of the old one;
 * `catchesUp` takes along what happened in the old one since.
 */
export type RestoreInput = {
  readonly folder: string;
  readonly into: string;
  readonly admits: boolean;
  readonly catchesUp?: boolean;
  readonly name?: string;
};

/** What a module does in a tenant that was made of a backup, before anybody comes in. Contributed to `afterRestoring`. */
export type AfterRestoring = {
  readonly name: string;
  /** One step, in the new tenant; `since` is when the backup of the tenant `source` was begun. Answers where the next step goes on. */
  step(
    context: Context,
    backup: { readonly source: string; readonly since: string },
    cursor?: string,
  ): Promise<string | undefined>;
};
/** The extension point for it. */
export const afterRestoring = 'tenant.after-restoring';

type Phase = 'since' | 'items' | 'files' | 'newFiles' | 'after';

/** How far it has come: which part, file or module comes next, and where it goes on within. */
type Progress = {
  readonly phase: Phase;
  readonly next: number;
  readonly cursor?: string;
  /** Where the feed of the new tenant goes on. */
  readonly feed: FeedPosition;
};

type Step = (
  context: JobContext,
  input: RestoreInput,
  manifest: Manifest,
  progress: Progress,
) => Promise<Progress | undefined>;

const filesPerChunk = 20;
const recordsAtOnce = 50;

/** Makes a tenant of a backup: items from the newest file to the oldest, so that of each record the newest state wins. */
export const restoreTenant = job<RestoreInput>('restoreTenant', {
  describes: 'Makes a new tenant of a backup.',
  needs: 'tenant.restore',
  total: async ({ folder }, { ports }) => (await readManifest(ports.files, folder)).parts.length,
  async chunk(input, cursor, context) {
    const manifest = await readManifest(context.ports.files, input.folder);
    const progress = cursor === undefined ? await begin(context, input, manifest) : (JSON.parse(cursor) as Progress);
    const next = await steps[progress.phase](context, input, manifest, progress);
    return { results: [], ...(next && { next: JSON.stringify(next) }) };
  },
  finish: async (input, context) => {
    await openTenant(context, input);
    return { tenant: input.into, restoredFrom: input.folder };
  },
});

/** What is newer than the backup comes first, because of each record the first state that is met is kept. */
const begin = async (context: JobContext, { into, catchesUp }: RestoreInput, manifest: Manifest): Promise<Progress> => {
  const { table } = context.ports;
  const feed = catchesUp === true ? await feedEnd(table, manifest.tenant) : manifest.feed;
  await writeHeads(context, into, feed);
  if (catchesUp !== true) return { phase: 'items', next: manifest.parts.length, feed };
  await put(context, moved(await countersOf(context.ports, manifest.tenant), manifest.tenant, into));
  return { phase: 'since', next: 0, cursor: JSON.stringify(manifest.feed), feed };
};

/** The feed goes on where the backup's ended; first of all, because the stream already records what is not in the log. */
const writeHeads = async ({ ports }: JobContext, tenant: string, feed: FeedPosition): Promise<void> => {
  const heads = feedStart.map((_, shard) => ({
    pk: `${tenant}#feed`,
    sk: `head#${String(shard)}`,
    last: feed[shard] ?? 0,
  }));
  await ports.table.batchWrite(heads.filter(({ last }) => last > 0).map((item) => ({ kind: 'put', item })));
};

/** Records that changed after the backup, as they are now in the old tenant, with all of their log. */
const restoreSince: Step = async (context, input, manifest, progress) => {
  const from = JSON.parse(progress.cursor ?? '[]') as FeedPosition;
  const items = { phase: 'items', next: manifest.parts.length, feed: progress.feed } as const;
  if (progress.feed.every((last, shard) => last <= (from[shard] ?? 0))) return items;
  const { events, position } = await readFeed(context.ports.table, manifest.tenant, from, recordsAtOnce);
  if (events.length === 0) throw new Error('The feed is behind its heads; another try will find the rest.');
  const ids = new Set(events.map(({ record }) => record.id));
  const groups = await Promise.all([...ids].map((id) => itemsOf(context, manifest.tenant, id)));
  const { tenant } = manifest;
  await restoreRecords(
    context,
    input,
    progress.feed,
    groups.map((group) => moved(group, tenant, input.into)),
  );
  return { ...progress, cursor: JSON.stringify(position) };
};

const restorePart: Step = async (context, input, manifest, { next, feed }) => {
  const name = manifest.parts[next - 1];
  const body = name === undefined ? undefined : await context.ports.files.get(`${input.folder}/${name}`);
  if (!body) throw new Error(`The backup lacks its part ${String(next - 1)}.`);
  const items = itemsIn(Buffer.from(body).toString('utf8'), manifest.tenant, input.into);
  // Numbers that were given out since are given out.
  const known = input.catchesUp === true ? items.filter(({ pk }) => pk !== `${input.into}#counters`) : items;
  const groups = [...Map.groupBy(known, ({ pk }) => pk).values()];
  for (let start = 0; start < groups.length; start += recordsAtOnce)
    await restoreRecords(context, input, feed, groups.slice(start, start + recordsAtOnce));
  return next > 1 ? { phase: 'items', next: next - 1, feed } : { phase: 'files', next: 0, feed };
};

/** Records that are there already came from a newer file, or from a run that was interrupted after them. */
const restoreRecords = async (
  context: JobContext,
  input: RestoreInput,
  feed: FeedPosition,
  groups: readonly (readonly Item[])[],
): Promise<void> => {
  const { ports, registry, clock } = context;
  const there = await ports.table.batchGet(
    groups.flatMap(([first]) => (first ? [{ pk: first.pk, sk: 'row' }] : [])),
    { consistent: true },
  );
  const known = new Set(there.map(({ pk }) => pk));
  const restoring = {
    feed,
    keepsTimers: input.admits,
    now: clock.instant(),
    entityOf: (name: string) => registry.entities.get(name),
  };
  const records = groups
    .filter(([first]) => !known.has(first?.pk ?? ''))
    .map((items) => restoredRecord(items, restoring));
  await put(
    context,
    records.flatMap(({ before }) => before),
  );
  await put(
    context,
    records.flatMap(({ row }) => row ?? []),
  );
  await follow(context, input, records);
};

const put = async ({ ports }: JobContext, items: readonly Item[]): Promise<void> => {
  if (items.length > 0) await ports.table.batchWrite(items.map((item) => ({ kind: 'put', item })));
};

/** What follows from rows and events: read models, timelines, wake-ups. No reaction runs: it ran when it happened. */
const follow = async (context: JobContext, { into }: RestoreInput, records: readonly Restored[]): Promise<void> => {
  const { ports, registry } = context;
  const ids = records.flatMap(({ row }) => (row ? [identityOf(row.pk).id] : []));
  const { failed } = await applyProjections(ports.table, runtimeOf(context), into, ids);
  for (const cause of failed.values()) throw cause;
  await put(
    context,
    records.flatMap(({ events }) => events.flatMap((event) => timelineItems(registry, event))),
  );
  const minutes = new Set(records.flatMap(({ due }) => due ?? []));
  for (const minute of minutes) await ports.scheduler.wakeAt(`${minute}:00.000Z`);
};

const restoreFiles: Step = async ({ ports }, { folder, into, catchesUp }, { files }, { next, feed }) => {
  for (const name of files.slice(next, next + filesPerChunk))
    await ports.files.copy(`${folder}/files/${name}`, `${into}/${name}`);
  if (next + filesPerChunk < files.length) return { phase: 'files', next: next + filesPerChunk, feed };
  return { phase: catchesUp === true ? 'newFiles' : 'after', next: 0, feed };
};

/** Files that the old tenant has stored since. */
const restoreNewFiles: Step = async ({ ports }, { into }, { tenant, files }, { cursor = '', feed }) => {
  const known = new Set(files);
  const names = (await storedFiles(ports.files, tenant)).map(({ key }) => key.slice(tenant.length + 1)).toSorted();
  const page = names.filter((name) => name > cursor && !known.has(name)).slice(0, filesPerChunk);
  for (const name of page) await ports.files.copy(`${tenant}/${name}`, `${into}/${name}`);
  const last = page.at(-1);
  return { feed, next: 0, ...(last === undefined ? { phase: 'after' } : { phase: 'newFiles', cursor: last }) };
};

const runAfter: Step = async (context, { into }, { tenant, began }, { next, cursor, feed }) => {
  const modules = context.registry.contributions(afterRestoring) as readonly AfterRestoring[];
  const module = modules[next];
  if (!module) return undefined;
  const runtime = runtimeOf(context);
  const backup = { source: tenant, since: began ?? '' };
  const on = await workAs(runtime, await runtime.actorFor(into, 'restoreTenant'), 'restoreTenant', (inner) =>
    module.step(inner, backup, cursor),
  );
  return { phase: 'after', feed, ...(on === undefined ? { next: next + 1 } : { next, cursor: on }) };
};

const steps: Readonly<Record<Phase, Step>> = {
  since: restoreSince,
  items: restorePart,
  files: restoreFiles,
  newFiles: restoreNewFiles,
  after: runAfter,
};

/** The last step: until now nobody could come in, and nothing was due. */
const openTenant = async (context: JobContext, { folder, into, admits, name }: RestoreInput): Promise<void> => {
  const runtime = runtimeOf(context);
  await workAs(runtime, systemActor(into, 'restoreTenant'), 'restoreTenant', async ({ trusted }) => {
    const tenant = await trusted(Tenant).get(into);
    trusted(Tenant).update(
      tenant,
      { restoredFrom: folder, ...(name !== undefined && { name }) },
      { event: 'tenant.restoredFromBackup' },
    );
  });
  if (admits) await admitUsers(context, into, await readManifest(context.ports.files, folder));
  await listTenant(context.ports, into);
};

/** Those of the backup, and those who came after it. */
const admitUsers = async ({ ports }: JobContext, tenant: string, { users, feed }: Manifest): Promise<void> => {
  const rows = await ports.table.batchGet(
    [...users, ...(await usersSince(ports.table, tenant, feed))].map((id) => rowKey(tenant, id)),
    { consistent: true },
  );
  for (const row of rows) await keepMembership(ports, tenant, row as unknown as UserRow);
};

const usersSince = async (table: Table, tenant: string, feed: FeedPosition): Promise<readonly string[]> => {
  const { events, position } = await readFeed(table, tenant, feed, recordsAtOnce);
  if (events.length === 0) return [];
  const ids = events.map(({ record }) => record.id).filter((id) => isId(id, User.idPrefix));
  return [...ids, ...(await usersSince(table, tenant, position))];
};

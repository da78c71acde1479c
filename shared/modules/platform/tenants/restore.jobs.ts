import { job, systemActor, type Item, type JobContext } from '#kernel';
import { applyProjections } from '#kernel/apply-projections';
import { feedStart } from '#kernel/feed';
import { identityOf, rowKey } from '#kernel/rows';
import { timelineItems } from '#kernel/timeline';
import { workAs } from '#kernel/work';
import { keepMembership } from '#modules/platform/identity';
import { Tenant } from '#modules/platform/settings';
import type { UserRow } from '#modules/platform/users';
import { readManifest } from './backup.jobs.ts';
import { fromLine, restoredRecord, type Manifest, type Restored } from './backup.rules.ts';
import { listTenant } from './tenant-directory.operations.ts';
import { runtimeOf } from './runtime.operations.ts';

/** From where to where; `admits` lets its users in and its timers run, for a tenant that takes the place of the old one. */
export type RestoreInput = {
  readonly folder: string;
  readonly into: string;
  readonly admits: boolean;
  readonly name?: string;
};

type Progress = { readonly phase: 'items' | 'files'; readonly next: number };

const filesPerChunk = 20;
const recordsAtOnce = 50;

/** Makes a tenant of a backup: items from the newest file to the oldest, so that of each record the newest state wins. */
export const restoreTenant = job<RestoreInput>('restoreTenant', {
  describes: 'Makes a new tenant of a backup.',
  needs: 'tenant.restore',
  total: async ({ folder }, { ports }) => (await readManifest(ports.files, folder)).parts.length,
  async chunk(input, cursor, context) {
    const manifest = await readManifest(context.ports.files, input.folder);
    const progress: Progress =
      cursor === undefined ? { phase: 'items', next: manifest.parts.length } : (JSON.parse(cursor) as Progress);
    if (cursor === undefined) await writeHeads(context, input.into, manifest);
    const next =
      progress.phase === 'items'
        ? await restorePart(context, input, manifest, progress.next - 1)
        : await restoreFiles(context, input, manifest, progress.next);
    return { results: [], ...(next && { next: JSON.stringify(next) }) };
  },
  finish: async (input, context) => {
    await openTenant(context, input);
    return { tenant: input.into, restoredFrom: input.folder };
  },
});

/** The feed goes on where the backup's ended; first of all, because the stream already records what is not in the log. */
const writeHeads = async ({ ports }: JobContext, tenant: string, { feed }: Manifest): Promise<void> => {
  const heads = feedStart.map((_, shard) => ({
    pk: `${tenant}#feed`,
    sk: `head#${String(shard)}`,
    last: feed[shard] ?? 0,
  }));
  await ports.table.batchWrite(heads.filter(({ last }) => last > 0).map((item) => ({ kind: 'put', item })));
};

const restorePart = async (
  context: JobContext,
  input: RestoreInput,
  manifest: Manifest,
  index: number,
): Promise<Progress> => {
  const name = manifest.parts[index];
  const body = name === undefined ? undefined : await context.ports.files.get(`${input.folder}/${name}`);
  if (!body) throw new Error(`The backup lacks its part ${String(index)}.`);
  // Ids of tenants are in keys, events and names of files; nothing else looks like one.
  const text = Buffer.from(body).toString('utf8').replaceAll(manifest.tenant, input.into);
  const items = text
    .split('\n')
    .filter((line) => line !== '')
    .map(fromLine);
  const groups = [...Map.groupBy(items, ({ pk }) => pk).values()];
  for (let start = 0; start < groups.length; start += recordsAtOnce)
    await restoreRecords(context, input, manifest, groups.slice(start, start + recordsAtOnce));
  return index > 0 ? { phase: 'items', next: index } : { phase: 'files', next: 0 };
};

/** Records that are there already came from a newer file, or from a run that was interrupted after them. */
const restoreRecords = async (
  context: JobContext,
  input: RestoreInput,
  { feed }: Manifest,
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

const restoreFiles = async (
  { ports }: JobContext,
  { folder, into }: RestoreInput,
  { files }: Manifest,
  from: number,
): Promise<Progress | undefined> => {
  for (const name of files.slice(from, from + filesPerChunk))
    await ports.files.copy(`${folder}/files/${name}`, `${into}/${name}`);
  return from + filesPerChunk < files.length ? { phase: 'files', next: from + filesPerChunk } : undefined;
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

const admitUsers = async ({ ports }: JobContext, tenant: string, { users }: Manifest): Promise<void> => {
  const rows = await ports.table.batchGet(
    users.map((id) => rowKey(tenant, id)),
    { consistent: true },
  );
  for (const row of rows) await keepMembership(ports, tenant, row as unknown as UserRow);
};

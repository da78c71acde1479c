// Reconciliation: once a day, rows that changed of late are compared with their log, and what is missing is recorded.
import type { Runtime } from './context.ts';
import { isEvent, recordChanges, type RowChange } from './event-log.ts';
import type { AnyEntity, KeySpec } from './entity.ts';
import { kindPartition, identityOf, versionKey } from './rows.ts';
import type { Item, Position } from './table.ts';

/** How far back rows are compared: a day, and some that runs overlap. */
const hoursBack = 26;

/** Records what the stream missed, in all tenants. Answers how many events that were. */
export const reconcile = async (runtime: Runtime): Promise<number> => {
  const since = new Date(runtime.clock.now().getTime() - hoursBack * 3_600_000).toISOString();
  let missing = 0;
  for (const tenant of await tenants(runtime)) {
    for (const of of runtime.registry.entities.values()) missing += await reconcileKind(runtime, tenant, of, since);
  }
  if (missing > 0) runtime.log.count('EventsReemitted', missing);
  return missing;
};

/** The directory of tenants (module platform/tenants writes it). */
export const tenantDirectory = 'system#tenants';

const tenants = async ({ ports }: Runtime): Promise<readonly string[]> => {
  const found: string[] = [];
  let after: Position | undefined;
  do {
    const page = await ports.table.query({ pk: tenantDirectory, ...(after && { after }) });
    found.push(...page.items.map((item) => item.sk));
    after = page.next;
  } while (after);
  return found;
};

const reconcileKind = async (runtime: Runtime, tenant: string, of: AnyEntity, since: string): Promise<number> => {
  const key = Object.values<KeySpec>(of.keys).find((spec) => 'gsi' in spec && spec.gsi === 3);
  if (!key) return 0;
  const shards = Array.from({ length: 'shards' in key ? (key.shards ?? 1) : 1 }, (_, shard) => String(shard));
  let missing = 0;
  for (const shard of [...shards, 'archived'])
    missing += await reconcilePartition(runtime, kindPartition(of, tenant, shard), since);
  return missing;
};

const reconcilePartition = async (runtime: Runtime, pk: string, since: string): Promise<number> => {
  let missing = 0;
  let after: Position | undefined;
  do {
    const page = await runtime.ports.table.query({
      index: 'gsi3',
      pk,
      filter: { text: 'updatedAt >= :since', values: { ':since': since } },
      ...(after && { after }),
    });
    missing += await reemit(runtime, page.items);
    after = page.next;
  } while (after);
  return missing;
};

/** Records the present version of rows whose log has no entry for it. */
const reemit = async (runtime: Runtime, rows: readonly Item[]): Promise<number> => {
  const { ports } = runtime;
  const keyed = rows.map((row) => ({
    row,
    key: versionKey(identityOf(row.pk).tenant, identityOf(row.pk).id, Number(row['version'])),
  }));
  const logged = await ports.table.batchGet(
    keyed.map(({ key }) => key),
    { consistent: true },
  );
  const known = new Set(logged.map(({ pk, sk }) => `${pk} ${sk}`));
  const lost: readonly RowChange[] = keyed
    .filter(({ key }) => !known.has(`${key.pk} ${key.sk}`))
    .map(({ row }) => ({ after: row }));
  const changes = lost.filter(isEvent);
  if (changes.length === 0) return 0;
  await recordChanges({ ...ports, ...runtime }, changes);
  return changes.length;
};

// Reconciliation: once a day, rows that changed of late are compared with their log, and what is missing is recorded.
import { registryFor, type AnyEntity, type DomainEvent, type Item, type Runtime } from '#kernel';
import { isEvent, unnumberedEvent } from '#kernel/event-log';
import type { Unnumbered } from '#kernel/feed';
import { identityOf, versionKey } from '#kernel/rows';
import { everyTenant } from '#modules/platform/tenants';
import { pagesOfKind } from './kind-walk.operations.ts';
import { changedSince, lastLogged, lossEvent } from './log-holes.operations.ts';
import { tellRecorded, tellUntold } from './untold.operations.ts';

/** How far back rows are compared: a day, and some that runs overlap. */
const hoursBack = 26;
/** What is younger may still be on its way through the stream, whose retries take minutes. */
const hoursOnTheWay = 1;

/** The time that is compared. */
type Window = { readonly from: string; readonly to: string };

/** Records what the stream missed, in all tenants. Answers how many events that were. */
export const reconcile = async (runtime: Runtime): Promise<number> => {
  const hoursAgo = (hours: number) => new Date(runtime.clock.now().getTime() - hours * 3_600_000).toISOString();
  const window = { from: hoursAgo(hoursBack), to: hoursAgo(hoursOnTheWay) };
  let missing = 0;
  const failed: unknown[] = [];
  for (const tenant of await everyTenant(runtime.ports)) {
    try {
      missing += await reconcileTenant(runtime, tenant, window);
    } catch (error) {
      runtime.log.error('A tenant was not reconciled; it is tried again.', { tenant, error: String(error) });
      failed.push(error);
    }
  }
  if (missing > 0) runtime.log.count('EventsReemitted', missing);
  if (failed.length > 0)
    throw new AggregateError(failed, `Tenants that were not reconciled: ${String(failed.length)}.`);
  return missing;
};

const reconcileTenant = async (runtime: Runtime, tenant: string, window: Window): Promise<number> => {
  let missing = await tellUntold(runtime, tenant);
  for (const of of runtime.registry.entities.values()) missing += await reconcileKind(runtime, tenant, of, window);
  return missing;
};

const reconcileKind = async (runtime: Runtime, tenant: string, of: AnyEntity, window: Window): Promise<number> => {
  const changedOfLate = { text: 'updatedAt >= :from', values: { ':from': window.from } };
  let missing = 0;
  for await (const rows of pagesOfKind(runtime.ports.table, tenant, of, changedOfLate))
    missing += await reconcileRows(runtime, of, rows, window);
  return missing;
};

/** A version of a record that the log must have, written at that time or before. */
type Checked = { readonly row: Item; readonly version: number; readonly by: string };

/** Goes back from the present version of each row, as far as the time that is compared, all rows a version at once. */
const reconcileRows = async (
  runtime: Runtime,
  of: AnyEntity,
  rows: readonly Item[],
  { from, to }: Window,
): Promise<number> => {
  let missing = 0;
  let checked: readonly Checked[] = rows
    .filter((row) => isEvent({ after: row }))
    .map((row) => ({ row, version: Number(row['version']), by: String(row['updatedAt']) }));
  while (checked.length > 0) {
    const logged = await readVersions(runtime, checked);
    const absent = checked.filter((each) => !logged.has(nameOf(each)) && each.by <= to);
    for (const each of absent) missing += await mend(runtime, of, each);
    checked = checked.flatMap((each) => versionBefore(each, logged.get(nameOf(each)), from));
  }
  return missing;
};

/** The version before one that the log has; of lost ones it has the last. */
const versionBefore = ({ row }: Checked, logged: DomainEvent | undefined, from: string): readonly Checked[] => {
  const version = (logged?.lost?.from ?? logged?.record.version ?? 0) - 1;
  return logged && logged.at >= from && version > 0 ? [{ row, version, by: logged.at }] : [];
};

const keyOf = ({ row, version }: Checked) => {
  const { tenant, id } = identityOf(row.pk);
  return versionKey(tenant, id, version);
};

const nameOf = (checked: Checked): string => Object.values(keyOf(checked)).join(' ');

const readVersions = async (
  { ports }: Runtime,
  checked: readonly Checked[],
): Promise<ReadonlyMap<string, DomainEvent>> => {
  const items = await ports.table.batchGet(checked.map(keyOf), { consistent: true });
  return new Map(items.map((item) => [`${item.pk} ${item.sk}`, item['log'] as DomainEvent]));
};

/** Records the present version, if that is the one that is missing, and the loss of those before it that are missing too. */
const mend = async (runtime: Runtime, of: AnyEntity, { row, version }: Checked): Promise<number> => {
  const { tenant, id } = identityOf(row.pk);
  const known = await lastLogged(runtime, tenant, id, version);
  const isPresent = version === row['version'];
  const lost = { from: (known?.record.version ?? 0) + 1, to: isPresent ? version - 1 : version };
  const reading = { registry: await registryFor(runtime, tenant, [row]), log: runtime.log };
  const present = isPresent ? unnumberedEvent(reading, { after: row }, 'alone') : [];
  const events: readonly Unnumbered[] = [
    ...(lost.from <= lost.to ? [lossEvent(runtime, { of, tenant, id }, lost)] : []),
    ...present.map(({ event, mark }) => ({ event: changedSince(event, known), mark })),
  ];
  if (lost.from <= lost.to) reportLoss(runtime, of, id, lost);
  await tellRecorded(runtime, { tenant, id }, events);
  return events.length;
};

/** The alarm `version-gap` rings by this metric. */
const reportLoss = (
  { log }: Runtime,
  of: AnyEntity,
  record: string,
  { from, to }: { readonly from: number; readonly to: number },
): void => {
  log.error('Versions of a record are lost; the log says which.', { entity: of.name, record, from, to });
  log.count('VersionGap', to - from + 1);
};

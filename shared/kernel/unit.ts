// The unit of work: what an operation has read and what it is about to write.
import type { Actor } from './access.ts';
import type { Runtime } from './context.ts';
import { registryWith } from './custom-fields.ts';
import type { AnyEntity, AnyRow } from './entity.ts';
import { DomainError } from './errors.ts';
import type { EventMark } from './events.ts';
import { fromItem, partsOf, rowKey } from './rows.ts';
import type { Item, Table } from './table.ts';

/** A key sent by the client, hashed with actor and operation; and the hash of the input sent with it. */
export type Idempotency = { readonly key: string; readonly fingerprint: string; readonly secret: string };

/** What a unit works with. */
export type UnitOptions = {
  readonly runtime: Runtime;
  readonly actor: Actor;
  readonly table: Table;
  readonly operation: string;
  /** Reads of a writing unit are consistent. */
  readonly writes: boolean;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly idempotency?: Idempotency;
  readonly silent?: boolean;
  /** Versions that the client's input was made on, by record id. */
  readonly expected?: ReadonlyMap<string, number>;
};

/** A row as it was read. */
export type Loaded = { readonly of: AnyEntity; readonly row: AnyRow; readonly item: Item };

/** A row that will be written. */
export type Staged = {
  readonly of: AnyEntity;
  readonly before?: Loaded;
  readonly after: AnyRow;
  readonly event: string;
  /** Whether a role must reach the record for this write. */
  readonly checked: boolean;
  readonly aside?: boolean;
};

/** The state of a unit. */
export type Unit = UnitOptions & {
  readonly now: string;
  readonly loaded: Map<string, Loaded>;
  /** Records that are known not to be there. */
  readonly absent: Set<string>;
  readonly staged: Map<string, Staged>;
  /** Rows that must still be as they were read when the unit is written. */
  readonly held: Map<string, AnyRow>;
  /** Gapless counters that were taken from: where they lie, the last number in the table, and the last one taken. */
  readonly counters: Map<string, { readonly at: Item; readonly was: number; readonly is: number }>;
  readonly effects: (() => Promise<void>)[];
  creates: number;
};

/** Opens a unit of work. */
export const openUnit = (options: UnitOptions): Unit => ({
  ...options,
  runtime: inTenant(options),
  now: options.runtime.clock.now().toISOString(),
  loaded: new Map(),
  absent: new Set(),
  staged: new Map(),
  held: new Map(),
  counters: new Map(),
  effects: [],
  creates: 0,
});

/** The runtime with the entities as the actor's tenant has them. */
const inTenant = ({ runtime, actor }: UnitOptions): Runtime =>
  actor.customFields ? { ...runtime, registry: registryWith(runtime.registry, actor.customFields) } : runtime;

/** A stale version: the row has moved on since the client read it. */
export const staleVersion = (of: AnyEntity, row: AnyRow): DomainError =>
  new DomainError(
    'STALE_VERSION',
    `This ${of.name} has changed since it was read; it is now at version ${String(row.version)}.`,
    ['version'],
  );

/** Reads a record, with its parts where it has any. */
export const load = async (unit: Unit, of: AnyEntity, id: string): Promise<AnyRow | undefined> => {
  if (!id.startsWith(`${of.idPrefix}_`)) return undefined;
  const known = knownRow(unit, id);
  if (known && (unit.staged.has(id) || isWhole(of, known))) return known;
  if (unit.absent.has(id)) return undefined;
  const found = await readOne(unit, of, id);
  if (!found) return undefined;
  unit.loaded.set(id, found);
  return found.row;
};

/** Whether a row was read with its lines: batches and lists leave them out. */
export const isWhole = (of: AnyEntity, row: AnyRow): boolean => partsOf(of).every((name) => row[name] !== undefined);

const readOne = async (unit: Unit, of: AnyEntity, id: string): Promise<Loaded | undefined> => {
  const key = rowKey(unit.actor.tenant, id);
  if (partsOf(of).length === 0) {
    const item = await unit.table.get(key, { consistent: unit.writes });
    return item && { of, item, row: fromItem(of, item) };
  }
  const { items } = await unit.table.query({ pk: key.pk, sort: { from: 'part#', to: 'row' }, consistent: unit.writes });
  const item = items.find((candidate) => candidate.sk === 'row');
  return item && { of, item, row: fromItem(of, item, items) };
};

/** Reads several records of any entities in one round trip; those read before are not read again. */
export const loadMany = async (unit: Unit, ids: readonly string[], consistent = unit.writes): Promise<void> => {
  const missing = [...new Set(ids)].filter((id) => !unit.loaded.has(id) && !unit.staged.has(id));
  if (missing.length === 0) return;
  const items = await unit.table.batchGet(
    missing.map((id) => rowKey(unit.actor.tenant, id)),
    { consistent },
  );
  for (const item of items) {
    const of = unit.runtime.registry.entities.get(String(item['entity']));
    if (of) unit.loaded.set(String(item['id']), { of, item, row: fromItem(of, item) });
  }
};

/** A record that was loaded or staged. */
export const knownRow = (unit: Unit, id: string): AnyRow | undefined =>
  unit.staged.get(id)?.after ?? unit.loaded.get(id)?.row;

/** Throws when the client's input was made on another version. */
export const assertExpected = (unit: Unit, of: AnyEntity, row: AnyRow): void => {
  const expected = unit.expected?.get(row.id);
  if (expected === undefined) return;
  const loaded = unit.loaded.get(row.id);
  const version = loaded?.row.version ?? row.version;
  if (expected > version || expected < (loaded ? formVersion(loaded) : version)) throw staleVersion(of, row);
};

/** The oldest version on which a change may still be made: later ones were written aside. */
export const formVersion = ({ item, row }: Loaded): number =>
  (item['event'] as EventMark | undefined)?.since ?? row.version;

/**
 * The next number of a counter, from 1; taken only when the unit commits, so that no number is ever lost. A tenant's counters lie
 * together, so that a backup finds them all; one that expires, at a second of the epoch, lies by itself, so that no invoice waits for it.
 */
export const takeNumber = async (unit: Unit, name: string, expiresAt?: number): Promise<number> => {
  const known = unit.counters.get(name);
  const key = { pk: `${unit.actor.tenant}#${expiresAt === undefined ? 'counters' : name}`, sk: name };
  const item = known ? undefined : await unit.table.get(key, { consistent: true });
  const was = known?.was ?? Number(item?.['last'] ?? 0);
  const is = (known?.is ?? was) + 1;
  unit.counters.set(name, { was, is, at: { ...key, ...(expiresAt !== undefined && { expiresAt }) } });
  return is;
};

// The unit of work: what an operation has read and what it is about to write. One write per row, one event per version.
import type { Actor } from './access.ts';
import { mayTouch } from './access.ts';
import type { Runtime } from './context.ts';
import { isFrozen, wordOf, type AnyEntity, type AnyRow } from './entity.ts';
import { DomainError, forbidden, notFound, problemsError } from './errors.ts';
import { verbOf } from './events.ts';
import { derivedId } from './ids.ts';
import { fromItem, linesPerDocument, partsOf, rowKey } from './rows.ts';
import type { Item, Key, Table } from './table.ts';

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
};

/** The state of a unit. */
export type Unit = UnitOptions & {
  readonly now: string;
  readonly loaded: Map<string, Loaded>;
  readonly staged: Map<string, Staged>;
  /** Rows that must still be as they were read when the unit is written. */
  readonly held: Map<string, AnyRow>;
  /** Gapless counters that were taken from: the last number in the table, and the last one taken. */
  readonly counters: Map<string, { readonly was: number; readonly is: number }>;
  readonly effects: (() => Promise<void>)[];
  creates: number;
};

/** Opens a unit of work. */
export const openUnit = (options: UnitOptions): Unit => ({
  ...options,
  now: options.runtime.clock.now().toISOString(),
  loaded: new Map(),
  staged: new Map(),
  held: new Map(),
  counters: new Map(),
  effects: [],
  creates: 0,
});

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
  const found = await readOne(unit, of, id);
  if (!found) return undefined;
  unit.loaded.set(id, found);
  return found.row;
};

/** Whether a row was read with its lines: batches and lists leave them out. */
const isWhole = (of: AnyEntity, row: AnyRow): boolean => partsOf(of).every((name) => row[name] !== undefined);

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
  if (expected !== undefined && expected !== (unit.loaded.get(row.id)?.row.version ?? row.version))
    throw staleVersion(of, row);
};

/** Stages a new record. */
export const stageCreate = (
  unit: Unit,
  of: AnyEntity,
  values: Readonly<Record<string, unknown>>,
  given: { id?: string; event?: string; checked: boolean },
): AnyRow => {
  const id = given.id ?? nextId(unit, of);
  const draft = {
    ...withDefaults(of, withoutNulls(values)),
    ...(of.states && { [of.states.field]: values[of.states.field] ?? of.states.initial }),
    id,
    version: 1,
    createdAt: unit.now,
    updatedAt: unit.now,
    createdBy: unit.actor.id,
    updatedBy: unit.actor.id,
  } as AnyRow;
  const after = settle(of, withDefaultOwner(unit, of, draft));
  unit.staged.set(id, { of, after, event: given.event ?? `${wordOf(of.name)}.created`, checked: given.checked });
  return after;
};

/** A create sent with an idempotency key always makes the same ids. */
const nextId = (unit: Unit, of: AnyEntity): string => {
  if (!unit.idempotency) return unit.runtime.ids.next(of.idPrefix);
  unit.creates += 1;
  return derivedId(of.idPrefix, unit.idempotency.secret, [
    unit.actor.tenant,
    unit.idempotency.key,
    String(unit.creates),
  ]);
};

const withoutNulls = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));

const withDefaults = (of: AnyEntity, values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const complete: Record<string, unknown> = { ...values };
  for (const [name, field] of Object.entries(of.fields)) {
    if (complete[name] === undefined && field.default !== undefined) complete[name] = field.default;
  }
  return complete;
};

/** Whoever makes a record without naming an owner or a team owns it; where a parent may say, commit asks that first. */
const withDefaultOwner = (unit: Unit, of: AnyEntity, row: AnyRow): AnyRow => {
  if (of.owner.kind !== 'field' || unit.actor.userId === undefined) return row;
  if (of.owner.from !== undefined && row[of.owner.from] !== undefined) return row;
  const held = row[of.owner.user] ?? (of.owner.team && row[of.owner.team]);
  return held === undefined ? { ...row, [of.owner.user]: unit.actor.userId } : row;
};

/** Stages a change. A change that changes nothing writes nothing. */
export const stageChange = (
  unit: Unit,
  of: AnyEntity,
  row: AnyRow,
  changes: Readonly<Record<string, unknown>>,
  given: { event: string; checked: boolean; moves?: boolean },
): AnyRow => {
  const current = knownRow(unit, row.id) ?? row;
  if (current.archivedAt !== undefined && !given.moves)
    throw new DomainError('ARCHIVED', `This ${of.name} is archived; restore it first.`, ['id']);
  if (isFrozen(of, current) && !given.moves) throw frozen(of, current);
  assertReach(unit, of, current, given.checked);
  const changed = applyChanges(current, changes);
  if (changed === current) return current;
  return restage(unit, of, current, changed, given);
};

const frozen = (of: AnyEntity, row: AnyRow): DomainError =>
  new DomainError(
    'FROZEN',
    `This ${of.name} is ${String(of.states && row[of.states.field])} and can no longer change.`,
    ['id'],
  );

const assertReach = (unit: Unit, of: AnyEntity, row: AnyRow, checked: boolean): void => {
  if (!checked || (unit.staged.get(row.id)?.before === undefined && unit.staged.has(row.id))) return;
  if (!mayTouch(unit.actor, of, row, 'read')) throw notFound(of.name, row.id);
  if (!mayTouch(unit.actor, of, row, 'update')) throw forbidden(`You may not change this ${of.name}.`);
};

const restage = (
  unit: Unit,
  of: AnyEntity,
  current: AnyRow,
  changed: AnyRow,
  given: { event: string; checked: boolean },
): AnyRow => {
  const staged = unit.staged.get(current.id);
  const before = staged ? staged.before : unit.loaded.get(current.id);
  if (!staged && !(before && isWhole(of, before.row)))
    throw new Error(
      `Read ${of.name} ${current.id} with get before it is changed: lists may lag, and batches bring no lines.`,
    );
  const stamped = {
    ...changed,
    version: (before?.row.version ?? 0) + 1,
    updatedAt: unit.now,
    updatedBy: unit.actor.id,
  } as AnyRow;
  const after = settle(of, stamped, before?.row);
  unit.staged.set(current.id, {
    of,
    ...(before && { before }),
    after,
    event: mergedEvent(of, staged, given.event),
    checked: given.checked || (staged?.checked ?? false),
  });
  return after;
};

/** The most specific verb: `created` stays, anything beats `updated`, later beats earlier. */
const mergedEvent = (of: AnyEntity, staged: Staged | undefined, event: string): string => {
  if (!staged) return event;
  if (!staged.before) return staged.event;
  return event === `${wordOf(of.name)}.updated` ? staged.event : event;
};

/** Derives and checks; throws all problems at once. */
const settle = (of: AnyEntity, row: AnyRow, before?: AnyRow): AnyRow => {
  const derivedValues = of.prepare?.(row, before);
  const after = derivedValues ? applyChanges(row, derivedValues) : row;
  const problems = [...(of.check?.(after, before) ?? []), ...tooManyLines(of, after)];
  if (problems.length > 0) throw problemsError(problems);
  return after;
};

const tooManyLines = (of: AnyEntity, row: AnyRow) =>
  partsOf(of)
    .filter((name) => ((row[name] as readonly unknown[] | undefined)?.length ?? 0) > linesPerDocument)
    .map((name) => ({ code: 'TOO_LARGE', message: `At most ${String(linesPerDocument)} lines.`, path: [name] }));

/** The row with the changes in it; the same row when nothing differs. Null clears. */
export const applyChanges = (row: AnyRow, changes: Readonly<Record<string, unknown>>): AnyRow => {
  const differing = Object.entries(changes).filter(
    ([name, value]) => value !== undefined && !isSame(row[name], value ?? undefined),
  );
  if (differing.length === 0) return row;
  const next: Record<string, unknown> = { ...row };
  for (const [name, value] of differing) {
    if (value === null) Reflect.deleteProperty(next, name);
    else next[name] = value;
  }
  return next as AnyRow;
};

const isSame = (left: unknown, right: unknown): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  return JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));
};

/** The value with its keys in order, so that equal values have equal text. */
export const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, ordered(inner)]),
  );
};

/** Stages a move to another state. */
export const stageMove = (
  unit: Unit,
  of: AnyEntity,
  row: AnyRow,
  state: string,
  changes: Readonly<Record<string, unknown>>,
  given: { event?: string; checked: boolean },
): AnyRow => {
  const states = of.states;
  if (!states) throw new Error(`${of.name} has no states.`);
  const current = knownRow(unit, row.id) ?? row;
  const from = String(current[states.field]);
  const allowed = states.moves[from] ?? [];
  if (!allowed.includes(state))
    throw new DomainError(
      'INVALID_STATE',
      `This ${of.name} is ${from} and cannot become ${state}; it can become ${allowed.join(', ') || 'nothing else'}.`,
      ['id'],
    );
  if (current.archivedAt !== undefined)
    throw new DomainError('ARCHIVED', `This ${of.name} is archived; restore it first.`, ['id']);
  const event = given.event ?? `${wordOf(of.name)}.${states.verbs?.[state] ?? verbOf(state)}`;
  return stageChange(
    unit,
    of,
    row,
    { ...changes, [states.field]: state },
    { event, checked: given.checked, moves: true },
  );
};

/** Stages archiving or restoring. */
export const stageArchive = (
  unit: Unit,
  of: AnyEntity,
  row: AnyRow,
  archives: boolean,
  given: { event?: string; checked: boolean },
): AnyRow => {
  const current = knownRow(unit, row.id) ?? row;
  if (given.checked && !mayTouch(unit.actor, of, current, 'archive'))
    throw forbidden(`You may not archive this ${of.name}.`);
  const event = given.event ?? `${wordOf(of.name)}.${archives ? 'archived' : 'restored'}`;
  return stageChange(
    unit,
    of,
    row,
    { archivedAt: archives ? (current.archivedAt ?? unit.now) : null },
    { event, checked: false, moves: true },
  );
};

/** Where a gapless counter lies: a tenant's counters lie together, so that a backup finds them all. */
export const counterKey = (tenant: string, name: string): Key => ({ pk: `${tenant}#counters`, sk: name });

/** The next number of a counter, from 1; taken only when the unit commits, so that no number is ever lost. */
export const takeNumber = async (unit: Unit, name: string): Promise<number> => {
  const known = unit.counters.get(name);
  const item = known ? undefined : await unit.table.get(counterKey(unit.actor.tenant, name), { consistent: true });
  const was = known?.was ?? Number(item?.['last'] ?? 0);
  const is = (known?.is ?? was) + 1;
  unit.counters.set(name, { was, is });
  return is;
};

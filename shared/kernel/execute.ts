// Running an operation: permission, input, unit of work, commit, and the same answer again for the same key.
import { mayWriteField, type Actor } from './access.ts';
import type { Context, Runtime } from './context.ts';
import { commit } from './commit.ts';
import { customFieldMap, customized, customName, withFreshFields } from './custom-fields.ts';
import type { AnyEntity, AnyRow } from './entity.ts';
import { DomainError } from './errors.ts';
import type { FieldMap } from './fields.ts';
import { guardKey, idempotencyOf, isReplayOf, keptResult, Replay } from './idempotency.ts';
import { untilWon } from './lost-race.ts';
import { givenFields, isEntityAnswer, type AnyOperation } from './operation.ts';
import { fromItem, rowKey, versionKey } from './rows.ts';
import type { DomainEvent, EventMark } from './events.ts';
import type { Item, Meter, Table } from './table.ts';
import { knownRow, loadMany, openUnit, type Idempotency, type Unit } from './unit.ts';
import { assertMay, contextOf } from './unit-repository.ts';
import { parseChanges, parseInput } from './validate.ts';

/** How an operation is called. */
export type Call = {
  readonly runtime: Runtime;
  readonly actor: Actor;
  readonly table: Table;
  readonly meter: Meter;
  readonly idempotencyKey?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly silent?: boolean;
  /** Where the rows that a query has read are put, for whoever answers with them. */
  readonly loaded?: Unit['loaded'];
};

/** Runs an operation and writes what it staged. When another write comes first, it is run again. */
export const execute = async (
  call: Call,
  operation: AnyOperation,
  rawInput: Readonly<Record<string, unknown>>,
): Promise<unknown> => {
  assertMay(call.actor, operation);
  const { actor, given } = await accept(call, operation, rawInput);
  const idempotency = await idempotencyFor(call, operation, rawInput);
  let unit: Unit | undefined;
  return untilWon(
    mostTries,
    () => {
      unit = unitFor({ ...call, actor }, operation, given, idempotency);
      return runOnce(call, unit, operation, given);
    },
    // Before anything was staged, a stale version is the client's: it was found when the row was read.
    () => unit !== undefined && unit.staged.size + unit.counters.size > 0,
  );
};

/** Tries of an operation that loses races: enough for 50 callers of one counter. */
const mostTries = 20;

type Given = Readonly<Record<string, unknown>>;
type Accepted = { readonly actor: Actor; readonly given: Given };

/** The input, parsed. What the tenant's definitions refuse is asked again of the definitions as they are now. */
const accept = async ({ runtime, actor }: Call, operation: AnyOperation, raw: Given): Promise<Accepted> => {
  try {
    return { actor, given: parseGiven(actor, operation, raw) };
  } catch (error) {
    const isCustom = error instanceof DomainError && error.problems.some(({ path = [] }) => path[0] === customName);
    const renewed = isCustom && (await withFreshFields(runtime, actor));
    if (!renewed) throw error;
    return { actor: renewed, given: parseGiven(renewed, operation, raw) };
  }
};

/** Input as `run` takes it: the operation's own fields, and the entity's under `values` or `changes`. */
export const parseGiven = (actor: Actor, operation: AnyOperation, raw: Given): Given => {
  const options = { country: actor.country };
  const declared = operation.creates ?? operation.patches;
  if (!declared) return parseInput(operation.input, raw, options);
  const of = customized(declared, actor.customFields);
  const own = pick(raw, (name) => name in operation.input);
  const theirs = pick(raw, (name) => !(name in operation.input));
  assertWritable(actor, of, theirs);
  const fields = entityInputOf(operation, of);
  const parsed = operation.creates
    ? { values: parseInput(fields, theirs, options) }
    : { changes: parseChanges(fields, theirs, options) };
  return { ...(parseInput(operation.input, own, options) as Given), ...parsed };
};

const entityInputs = new WeakMap<AnyEntity, WeakMap<AnyOperation, FieldMap>>();

/** The entity's fields in an operation's input. One map for both, since schemas are made once a map. */
const entityInputOf = (operation: AnyOperation, of: AnyEntity): FieldMap => {
  const ofEntity = entityInputs.get(of) ?? new WeakMap<AnyOperation, FieldMap>();
  entityInputs.set(of, ofEntity);
  const fields = Object.entries(givenFields(of)).filter(([name]) => !(name in operation.input));
  const made = ofEntity.get(operation) ?? Object.fromEntries(fields);
  ofEntity.set(operation, made);
  return made;
};

const pick = (from: Given, keep: (name: string) => boolean): Given =>
  Object.fromEntries(Object.entries(from).filter(([name]) => keep(name)));

const assertWritable = (actor: Actor, of: AnyEntity, values: Given): void => {
  const { [customName]: custom } = values;
  const own = Object.keys(customFieldMap(of)).filter((key) => Object.hasOwn(Object(custom) as object, key));
  const names = [...Object.keys(values), ...own.map((key) => `${customName}.${key}`)];
  const refused = names.find((name) => !mayWriteField(actor, of.name, name));
  if (refused !== undefined)
    throw new DomainError('READ_ONLY_FIELD', `You may not write ${refused}.`, refused.split('.'));
};

const idempotencyFor = async (call: Call, operation: AnyOperation, input: Given): Promise<Idempotency | undefined> => {
  if (call.idempotencyKey === undefined || operation.kind === 'query') return undefined;
  const secret = await call.runtime.ports.secrets.get('idempotency');
  return idempotencyOf(secret, call.actor.id, operation.name, call.idempotencyKey, input);
};

const unitFor = (call: Call, operation: AnyOperation, given: Given, idempotency: Idempotency | undefined): Unit => {
  const { id, version } = given;
  const unit = openUnit({
    runtime: call.runtime,
    actor: call.actor,
    table: call.table,
    operation: operation.name,
    writes: operation.kind === 'mutation',
    correlationId: call.correlationId ?? call.runtime.ids.next('cor'),
    ...(call.causationId !== undefined && { causationId: call.causationId }),
    ...(idempotency && { idempotency }),
    ...(call.silent === true && { silent: true }),
    ...(typeof id === 'string' && typeof version === 'number' && { expected: new Map([[id, version]]) }),
  });
  return call.loaded ? { ...unit, loaded: call.loaded } : unit;
};

const runOnce = async (call: Call, unit: Unit, operation: AnyOperation, given: Given): Promise<unknown> => {
  try {
    const answer = await operation.run(given, contextOf(unit, call.meter));
    if (operation.kind === 'mutation') await commit(unit, freeze(operation, answer), answeredRow(operation, answer));
    return refreshed(unit, operation, answer);
  } catch (error) {
    return replayed(unit, operation, error);
  }
};

const answeredRow = (operation: AnyOperation, answer: unknown): string | undefined =>
  isEntityAnswer(operation.returns) ? (answer as AnyRow).id : undefined;

// Answers as they are kept with an idempotency guard: records as ids -----------------------------------------------

const freeze = ({ returns }: AnyOperation, answer: unknown): unknown =>
  isEntityAnswer(returns)
    ? (answer as AnyRow).id
    : mapRecords(withoutSensitive(returns, answer as Given), (row) => ({ $record: row.id }));

/** What is told once, such as the secret of a new key, is kept nowhere. */
const withoutSensitive = (fields: FieldMap, answer: Given): Given =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => fields[name]?.sensitive !== true));

const isRow = (value: unknown): value is AnyRow =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as AnyRow).id === 'string' &&
  typeof (value as AnyRow).version === 'number' &&
  typeof (value as AnyRow).createdBy === 'string';

const mapRecords = (value: unknown, replace: (row: AnyRow) => unknown): unknown => {
  if (isRow(value)) return replace(value);
  if (Array.isArray(value)) return value.map((entry) => mapRecords(entry, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapRecords(inner, replace)]));
};

/** Rows as they were written: commit settles the owner. */
const refreshed = (unit: Unit, operation: AnyOperation, answer: unknown): unknown =>
  operation.kind === 'query' ? answer : mapRecords(answer, (row) => knownRow(unit, row.id) ?? row);

/**
 * The answer that was given before under the same key; else the error again. The guard of an operation over several rows says
 * which of them was the answer, so it is asked before the rows.
 */
const replayed = async (unit: Unit, operation: AnyOperation, error: unknown): Promise<unknown> => {
  if (!unit.idempotency || !(error instanceof Replay || error instanceof DomainError)) throw error;
  const guard = await unit.table.get(guardKey(unit.actor.tenant, unit.idempotency), { consistent: true });
  const kept = keptResult(guard, unit.idempotency, unit.now);
  if (kept) return thaw(unit, operation, kept.result);
  const row = await replayedRow(unit, operation, unit.idempotency, error);
  if (row) return row;
  throw error instanceof Replay ? new DomainError('CONFLICT', 'Another change came first; try again.') : error;
};

/** A single row that this key made or changed: its mark says so, or the log of the version that the change produced. */
const replayedRow = async (
  unit: Unit,
  operation: AnyOperation,
  idempotency: Idempotency,
  error: unknown,
): Promise<AnyRow | undefined> => {
  if (!isEntityAnswer(operation.returns)) return undefined;
  const candidates =
    error instanceof Replay && error.record !== undefined
      ? [error.record]
      : [...new Set([...unit.loaded.keys(), ...unit.staged.keys()])];
  for (const id of candidates) {
    const of = unit.runtime.registry.byPrefix.get(id.slice(0, id.indexOf('_')));
    const item = of && (await unit.table.get(rowKey(unit.actor.tenant, id), { consistent: true }));
    if (of && item && (isReplayOf(item, idempotency) || (await wasProduced(unit, id, idempotency))))
      return fromItem(of, item);
  }
  return undefined;
};

const wasProduced = async (unit: Unit, id: string, idempotency: Idempotency): Promise<boolean> => {
  const isMade = unit.staged.has(id) && !unit.staged.get(id)?.before;
  const before = isMade ? 0 : unit.expected?.get(id);
  if (before === undefined) return false;
  let logged: Item | undefined;
  let version = before;
  do logged = await unit.table.get(versionKey(unit.actor.tenant, id, (version += 1)), { consistent: true });
  while (isAside(logged));
  const mark = logged?.['mark'] as Pick<EventMark, 'key' | 'fingerprint'> | undefined;
  return mark?.key === idempotency.key && mark.fingerprint === idempotency.fingerprint;
};

const isAside = (logged: Item | undefined): boolean =>
  (logged?.['log'] as DomainEvent | undefined)?.aside !== undefined;

const thaw = async (unit: Unit, operation: AnyOperation, result: unknown): Promise<unknown> => {
  const ids = idsIn(operation, result);
  unit.staged.clear();
  unit.loaded.clear();
  await loadMany(unit, ids, true);
  if (isEntityAnswer(operation.returns)) return knownRow(unit, String(result));
  return thawValue(unit, result);
};

const idsIn = (operation: AnyOperation, result: unknown): readonly string[] => {
  if (isEntityAnswer(operation.returns)) return [String(result)];
  return [...JSON.stringify(result ?? null).matchAll(/"\$record":"([^"]+)"/g)].map((match) => match[1] ?? '');
};

const thawValue = (unit: Unit, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((entry) => thawValue(unit, entry));
  if (typeof value !== 'object' || value === null) return value;
  if ('$record' in value) return knownRow(unit, String(value.$record));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, thawValue(unit, inner)]));
};

/** A unit that only reads, for the API's own fields: nodes, lists, relations. */
export const openReader = (call: Call): { readonly unit: Unit; readonly context: Context } => {
  const unit = openUnit({
    runtime: call.runtime,
    actor: call.actor,
    table: call.table,
    operation: 'read',
    writes: false,
    correlationId: call.correlationId ?? 'read',
  });
  return { unit, context: contextOf(unit, call.meter) };
};

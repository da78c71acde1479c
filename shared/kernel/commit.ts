// Commit: what a unit has staged, as one request. References are read in one batch, unique values are guarded.
import { mayTouch, scopeOf } from './access.ts';
import { oneOf, type AnyEntity, type AnyRow } from './entity.ts';
import { DomainError, forbidden, notFound } from './errors.ts';
import type { EventMark } from './events.ts';
import type { AnyField } from './fields.ts';
import { guardItem, isReplayOf, Replay } from './idempotency.ts';
import { counterKey, knownRow, loadMany, staleVersion, type Staged, type Unit } from './unit.ts';
import { partItemsOf, partsOf, rowKey, toItem, uniqueKey, uniqueTexts } from './rows.ts';
import {
  ConditionFailed,
  ItemTooLarge,
  TransactionCancelled,
  type Expression,
  type Item,
  type Key,
  type Write,
} from './table.ts';

const absent: Expression = { text: 'attribute_not_exists(pk)' };
const atVersion = (version: number): Expression => ({
  text: '#version = :version',
  names: { '#version': 'version' },
  values: { ':version': version },
});

/** Most writes of one operation; more is a job (design.md section 2). */
const mostWrites = 100;

/** Writes what was staged: all or nothing. `result` is kept with the idempotency guard of operations over several rows. */
export const commit = async (unit: Unit, result?: unknown, singleRow?: string): Promise<void> => {
  if (unit.staged.size + unit.counters.size > 0) {
    assertMayWrite(unit);
    await loadMany(unit, referencesOfUnit(unit));
    settleReferences(unit);
    await send(unit, planUnit(unit, result, singleRow));
  }
  for (const effect of unit.effects) await effect();
};

/** @throws TENANT_READ_ONLY when the trial of the tenant has ended */
export const assertMayWrite = ({ actor }: Unit): void => {
  if (actor.readOnlyTenant === true)
    throw new DomainError('TENANT_READ_ONLY', 'The trial has ended; convert it to go on. Nothing is lost.');
};

// References -----------------------------------------------------------------------------------------------------

type Reference = { readonly id: string; readonly to: string; readonly path: readonly (string | number)[] };

/** The records that must be read before what the unit has staged can be checked. */
export const referencesOfUnit = (unit: Unit): readonly string[] =>
  [...unit.staged.values()].flatMap((staged) => [
    ...changedReferences(staged).map((reference) => reference.id),
    ...parentOf(staged),
  ]);

/** Checks references and settles owners, once those records were read. @throws DomainError */
export const settleReferences = (unit: Unit): void => {
  for (const staged of [...unit.staged.values()]) {
    for (const reference of changedReferences(staged)) assertReference(unit, staged, reference);
    settleOwner(unit, staged);
  }
};

const parentOf = ({ of, after }: Staged): readonly string[] => {
  const parent = of.owner.kind === 'inherits' ? after[of.owner.from] : undefined;
  return typeof parent === 'string' ? [parent] : [];
};

const changedReferences = ({ of, after, before }: Staged): readonly Reference[] => {
  const held = new Set(before ? referencesIn(of.fields, before.row, []).map((reference) => reference.id) : []);
  return referencesIn(of.fields, after, []).filter((reference) => !held.has(reference.id) && reference.id !== after.id);
};

const referencesIn = (
  fields: Readonly<Record<string, AnyField>>,
  values: Readonly<Record<string, unknown>>,
  path: Reference['path'],
): readonly Reference[] =>
  Object.entries(fields).flatMap(([name, field]) => referencesOf(field, values[name], [...path, name]));

const referencesOf = ({ shape }: AnyField, value: unknown, path: Reference['path']): readonly Reference[] => {
  if (value === undefined || value === null) return [];
  if (shape.kind === 'ref') return [{ id: value as string, to: shape.to, path }];
  if (shape.kind === 'list')
    return (value as readonly unknown[]).flatMap((entry, index) => referencesOf(shape.of, entry, [...path, index]));
  if (shape.kind === 'object') return referencesIn(shape.fields, value as Readonly<Record<string, unknown>>, path);
  if (shape.kind !== 'parts') return [];
  return (value as readonly Readonly<Record<string, unknown>>[]).flatMap((line, index) =>
    referencesIn(shape.fields, line, [...path, index]),
  );
};

const assertReference = (unit: Unit, staged: Staged, reference: Reference): void => {
  const found = unit.staged.get(reference.id) ?? unit.loaded.get(reference.id);
  const row = knownRow(unit, reference.id);
  const isVisible =
    found &&
    row &&
    (reference.to === '*' || found.of.name === reference.to) &&
    (!staged.checked || mayRefer(unit, found.of, row));
  if (!isVisible)
    throw new DomainError(
      'REFERENCE_NOT_FOUND',
      `There is no ${reference.to === '*' ? 'record' : reference.to} ${reference.id}.`,
      reference.path,
    );
  if (row.archivedAt !== undefined)
    throw new DomainError('REFERENCE_ARCHIVED', `The ${found.of.name} ${reference.id} is archived.`, reference.path);
};

const mayRefer = (unit: Unit, of: AnyEntity, row: AnyRow): boolean => mayTouch(unit.actor, of, row, 'read');

/** Whose the record is; follows its own fields or its parent, and is what access checks ask. */
const settleOwner = (unit: Unit, staged: Staged): void => {
  const given: AnyRow = { ...staged.after, ...defaultOwner(unit, staged) };
  const { ownerId: _owner, teamId: _team, ...rest } = given;
  const after: AnyRow = { ...rest, ...ownerOf(unit, { ...staged, after: given }) };
  unit.staged.set(after.id, { ...staged, after });
  if (!staged.before && staged.checked) assertMayCreate(unit, staged.of, after);
};

/** A new record that names no owner takes that of the record it belongs to, else whoever makes it. */
const defaultOwner = (unit: Unit, { of: { owner }, after, before }: Staged): Readonly<Record<string, unknown>> => {
  if (before || owner.kind !== 'field') return {};
  const { user, team = '', from = '' } = owner;
  if (after[user] !== undefined || after[team] !== undefined) return {};
  const parent = knownRow(unit, String(after[from]));
  const isOwned = parent !== undefined && (parent.ownerId ?? parent.teamId) !== undefined;
  const { ownerId, teamId } = isOwned ? parent : ownerFrom(unit.actor.userId, undefined);
  return { ...(ownerId !== undefined && { [user]: ownerId }), ...(teamId !== undefined && { [team]: teamId }) };
};

type Owner = { readonly ownerId?: string; readonly teamId?: string };

const ownerOf = (unit: Unit, { of, after }: Staged): Owner => {
  if (of.owner.kind === 'none') return {};
  if (of.owner.kind === 'field') return ownerFrom(after[of.owner.user], of.owner.team && after[of.owner.team]);
  const parent = knownRow(unit, String(after[of.owner.from]));
  if (parent) return ownerFrom(parent.ownerId, parent.teamId);
  return ownerFrom(after.ownerId ?? unit.actor.userId, after.teamId);
};

const ownerFrom = (ownerId: unknown, teamId: unknown): Owner => ({
  ...(typeof ownerId === 'string' && { ownerId }),
  ...(typeof teamId === 'string' && { teamId }),
});

const assertMayCreate = (unit: Unit, of: AnyEntity, row: AnyRow): void => {
  if (mayTouch(unit.actor, of, row, 'create')) return;
  const scope = scopeOf(unit.actor, of.name, 'create');
  throw forbidden(
    scope === 'none'
      ? `You may not make ${oneOf(of.name)}.`
      : `You may make ${oneOf(of.name)} only for ${scope === 'own' ? 'yourself' : 'your teams'}.`,
  );
};

// Writing --------------------------------------------------------------------------------------------------------

/** A write, and what to say when its condition does not hold. */
export type Planned = { readonly write: Write; refuse(existing: Item | undefined): Error };

/** The writes of a unit. */
export const planUnit = (unit: Unit, result: unknown, singleRow: string | undefined): readonly Planned[] => {
  const rows = [...unit.staged.values()].flatMap((staged) => planRow(unit, staged));
  const counters = [...unit.counters].map(([name, numbers]) => planCounter(unit, name, numbers));
  const held = [...unit.held.values()].filter(({ id }) => !unit.staged.has(id)).map((row) => planHold(unit, row));
  const isSingle = rows.length === 1 && counters.length === 0 && singleRow !== undefined && unit.staged.has(singleRow);
  if (!unit.idempotency || isSingle) return [...rows, ...counters, ...held];
  return [...rows, ...counters, ...held, planGuard(unit, unit.idempotency, result)];
};

const planCounter = ({ actor }: Unit, name: string, { was, is }: { was: number; is: number }): Planned => ({
  write: {
    kind: 'put',
    item: { ...counterKey(actor.tenant, name), last: is },
    condition: was === 0 ? absent : { text: '#last = :was', names: { '#last': 'last' }, values: { ':was': was } },
  },
  refuse: () => new DomainError('CONFLICT', 'Another caller took this number; try again.'),
});

const planHold = ({ actor }: Unit, { id, version }: AnyRow): Planned => ({
  write: { kind: 'check', key: rowKey(actor.tenant, id), condition: atVersion(version) },
  refuse: () => new DomainError('CONFLICT', `${id} changed meanwhile; try again.`),
});

const planGuard = (unit: Unit, idempotency: NonNullable<Unit['idempotency']>, result: unknown): Planned => ({
  write: {
    kind: 'put',
    item: guardItem(unit.actor.tenant, idempotency, result, unit.now),
    condition: {
      text: 'attribute_not_exists(pk) OR expiresAt < :now',
      values: { ':now': Math.floor(Date.parse(unit.now) / 1000) },
    },
  },
  refuse: () => new Replay(),
});

const planRow = (unit: Unit, staged: Staged): readonly Planned[] => {
  const { tenant } = unit.actor;
  const event = markOf(unit, staged);
  const item = toItem(staged.of, tenant, staged.after, event);
  const condition = staged.before ? atVersion(staged.before.row.version) : absent;
  return [
    { write: { kind: 'put', item, condition }, refuse: (existing) => refuseRow(unit, staged, existing) },
    ...planParts(tenant, staged),
    ...planUniques(tenant, staged),
  ];
};

const markOf = (unit: Unit, staged: Staged): EventMark => ({
  id: unit.runtime.ids.next('evt'),
  type: staged.event,
  at: unit.now,
  by: unit.actor.id,
  correlationId: unit.correlationId,
  ...(unit.causationId !== undefined && { causationId: unit.causationId }),
  ...(unit.idempotency && { key: unit.idempotency.key, fingerprint: unit.idempotency.fingerprint }),
  ...(unit.silent === true && { silent: true }),
});

const refuseRow = (unit: Unit, staged: Staged, existing: Item | undefined): Error => {
  if (unit.idempotency && existing && isReplayOf(existing, unit.idempotency)) return new Replay(staged.after.id);
  if (staged.before && existing)
    return staleVersion(staged.of, { ...staged.after, version: Number(existing['version']) });
  if (staged.before) return notFound(staged.of.name, staged.after.id);
  return new DomainError('CONFLICT', `The ${staged.of.name} ${staged.after.id} exists already.`, ['id']);
};

const planParts = (tenant: string, { of, after, before }: Staged): readonly Planned[] => {
  if (partsOf(of).every((name) => before?.row[name] === after[name])) return [];
  const items = partItemsOf(of, tenant, after);
  const kept = new Set(items.map((item) => item.sk));
  const gone: readonly Key[] = before ? partItemsOf(of, tenant, before.row).filter((item) => !kept.has(item.sk)) : [];
  return [
    ...items.map((item) => unconditional({ kind: 'put', item })),
    ...gone.map(({ pk, sk }) => unconditional({ kind: 'delete', key: { pk, sk } })),
  ];
};

const unconditional = (write: Write): Planned => ({
  write,
  refuse: () => new Error('A write without a condition was refused.'),
});

const planUniques = (tenant: string, { of, after, before }: Staged): readonly Planned[] =>
  Object.entries<AnyField>(of.fields)
    .filter(([, field]) => field.unique !== undefined)
    .flatMap(([name, field]) => planUnique(tenant, of, name, field, before?.row, after));

const planUnique = (
  tenant: string,
  of: AnyEntity,
  name: string,
  field: AnyField,
  before: AnyRow | undefined,
  after: AnyRow,
): readonly Planned[] => {
  const was = before ? uniqueTexts(field, before[name], before) : [];
  const is = uniqueTexts(field, after[name], after);
  const freed = was.filter((text) => !is.includes(text));
  return [
    ...is.filter((text) => !was.includes(text)).map((text) => planTaking(tenant, of, name, text, after.id)),
    ...freed.map((text) => unconditional({ kind: 'delete', key: uniqueKey(tenant, of.name, name, text) })),
  ];
};

const planTaking = (tenant: string, of: AnyEntity, name: string, value: string, id: string): Planned => ({
  write: {
    kind: 'put',
    item: { ...uniqueKey(tenant, of.name, name, value), record: id },
    condition: {
      text: 'attribute_not_exists(pk) OR #record = :record',
      names: { '#record': 'record' },
      values: { ':record': id },
    },
  },
  refuse: () => new DomainError('NOT_UNIQUE', `Another ${of.name} has this ${name}.`, [name]),
});

const send = async (unit: Unit, planned: readonly Planned[]): Promise<void> => {
  if (planned.length > mostWrites)
    throw new DomainError(
      'TOO_LARGE',
      `One operation writes at most ${String(mostWrites)} items; this one would write ${String(planned.length)}. Start a job for more.`,
    );
  try {
    const [only] = planned;
    if (planned.length === 1 && only) await unit.table.write(only.write);
    else await unit.table.transact(planned.map(({ write }) => write));
  } catch (error) {
    throw explainFailure(planned, error);
  }
};

/** Why the writes of a unit were refused. */
export const explainFailure = (planned: readonly Planned[], error: unknown): unknown => {
  if (error instanceof ItemTooLarge)
    return new DomainError('TOO_LARGE', `A record holds at most 400 KB; this one has ${String(error.bytes)} bytes.`);
  if (error instanceof ConditionFailed) return planned[0]?.refuse(error.existing) ?? error;
  if (!(error instanceof TransactionCancelled)) return error;
  const refusals = error.reasons.flatMap((reason, index) =>
    reason.code === 'CONDITION_FAILED' ? [planned[index]?.refuse(reason.existing)] : [],
  );
  const replay = refusals.find((refusal) => refusal instanceof Replay);
  return replay ?? refusals[0] ?? new DomainError('CONFLICT', 'Another change came first; try again.');
};

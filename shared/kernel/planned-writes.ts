// The writes that a unit comes to, each with its condition and with what to say when that does not hold.
import type { AnyEntity, AnyRow } from './entity.ts';
import { DomainError, notFound } from './errors.ts';
import type { EventMark } from './events.ts';
import type { AnyField } from './fields.ts';
import { guardItem, isReplayOf, Replay } from './idempotency.ts';
import { isLostRace } from './lost-race.ts';
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
import { formVersion, staleVersion, type Staged, type Unit } from './unit.ts';

const absent: Expression = { text: 'attribute_not_exists(pk)' };
const atVersion = (version: number): Expression => ({
  text: '#version = :version',
  names: { '#version': 'version' },
  values: { ':version': version },
});

/** A write, and what to say when its condition does not hold. */
export type Planned = {
  readonly write: Write;
  /** The record that gives up a unique value by this write. */
  readonly givenUpBy?: string;
  refuse(existing: Item | undefined): Error;
};

/** The writes of a unit. */
export const planUnit = (unit: Unit, result: unknown, singleRow: string | undefined): readonly Planned[] => {
  const rows = handedOn([...unit.staged.values()].flatMap((staged) => planRow(unit, staged)));
  const counters = [...unit.counters.values()].map(planCounter);
  const held = [...unit.held.values()].filter(({ id }) => !unit.staged.has(id)).map((row) => planHold(unit, row));
  const isSingle = rows.length === 1 && counters.length === 0 && singleRow !== undefined && unit.staged.has(singleRow);
  if (!unit.idempotency || isSingle) return [...rows, ...counters, ...held];
  return [...rows, ...counters, ...held, planGuard(unit, unit.idempotency, result)];
};

const planCounter = ({ at, was, is }: { at: Item; was: number; is: number }): Planned => ({
  write: {
    kind: 'put',
    item: { ...at, last: is },
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
  from: { operation: unit.operation, ...unit.actor.caller },
  ...(unit.idempotency && { key: unit.idempotency.key, fingerprint: unit.idempotency.fingerprint }),
  ...(unit.silent === true && { silent: true }),
  ...(staged.aside === true && staged.before && { since: formVersion(staged.before) }),
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
    ...freed.map((text) => ({
      ...unconditional({ kind: 'delete', key: uniqueKey(tenant, of.name, name, text) }),
      givenUpBy: after.id,
    })),
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

/** A unique value that one record of the unit gives up and another takes is one write: a transaction touches no item twice. */
const handedOn = (planned: readonly Planned[]): readonly Planned[] => {
  const givers = new Map(
    planned.flatMap(({ write, givenUpBy }) =>
      write.kind === 'delete' && givenUpBy !== undefined ? [[write.key.pk, givenUpBy] as const] : [],
    ),
  );
  if (givers.size === 0) return planned;
  const taken = new Set(planned.flatMap(({ write }) => (write.kind === 'put' ? [write.item.pk] : [])));
  return planned.flatMap((each) => {
    const { write, givenUpBy } = each;
    if (write.kind === 'delete') return givenUpBy !== undefined && taken.has(write.key.pk) ? [] : [each];
    const giver = write.kind === 'put' ? givers.get(write.item.pk) : undefined;
    return [write.kind === 'put' && giver !== undefined ? { ...each, write: takenFrom(write.item, giver) } : each];
  });
};

const takenFrom = (item: Item, giver: string): Write => ({
  kind: 'put',
  item,
  condition: {
    text: 'attribute_not_exists(pk) OR #record IN (:record, :giver)',
    names: { '#record': 'record' },
    values: { ':record': item['record'], ':giver': giver },
  },
});

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
  return (
    replay ??
    refusals.find(isLostRace) ??
    refusals[0] ??
    new DomainError('CONFLICT', 'Another change came first; try again.')
  );
};

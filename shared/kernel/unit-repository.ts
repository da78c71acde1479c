// The repository over a unit of work, and the context that operations get.
import { mayDo, mayTouch, scopeOf, type Actor } from './access.ts';
import { runPieces, type Piece, type PieceOutcome } from './bulk.ts';
import type { Context } from './context.ts';
import { dayIn } from './clock.ts';
import { wordOf, type AnyEntity, type AnyRow } from './entity.ts';
import { DomainError, forbidden, notFound } from './errors.ts';
import type { KeySpec } from './keys.ts';
import { listRows } from './listing.ts';
import { signedIn, type AnyOperation } from './operation.ts';
import { readPage, type Page } from './page.ts';
import { runsOf, type Plan } from './planner.ts';
import type { KeyQuery, Repository } from './repository.ts';
import { identityOf, naturalPartition, partsOf, uniqueKey } from './rows.ts';
import { stageArchive, stageChange, stageCreate, stageMove } from './staging.ts';
import type { Meter } from './table.ts';
import { assertExpected, knownRow, load, loadMany, takeNumber, type Unit } from './unit.ts';

type Values = Readonly<Record<string, unknown>>;
type Options =
  | { readonly event?: string; readonly id?: string; readonly evenFrozen?: boolean; readonly aside?: boolean }
  | undefined;

/** The repository of one entity in a unit; `checked` applies the actor's role. */
export const repositoryOf = <E extends AnyEntity>(unit: Unit, declared: E, checked: boolean): Repository<E> => {
  const of = unit.runtime.registry.entity(declared.name);
  const repository = {
    ...readsOf(unit, of, checked),
    create: (values: Values, options?: Options) => stageCreate(unit, of, values, { ...options, checked }),
    update: (row: AnyRow, changes: Values, options?: Options) =>
      stageChange(unit, of, row, changes, {
        event: options?.event ?? `${wordOf(of.name)}.updated`,
        checked,
        moves: options?.evenFrozen ?? false,
        aside: options?.aside ?? false,
      }),
    move: (row: AnyRow, state: string, changes: Values = {}, options?: Options) =>
      stageMove(unit, of, row, state, changes, { ...options, checked }),
    archive: (row: AnyRow, options?: Options) => stageArchive(unit, of, row, true, { ...options, checked }),
    restore: (row: AnyRow, options?: Options) => stageArchive(unit, of, row, false, { ...options, checked }),
    hold: (row: AnyRow) => {
      unit.held.set(row.id, row);
    },
  };
  // The kernel's rows are untyped inside; the declaration gives them their type here, once.
  return repository as unknown as Repository<E>;
};

const readsOf = (unit: Unit, of: AnyEntity, checked: boolean) => {
  const visible = (row: AnyRow | undefined): AnyRow | undefined =>
    row && (!checked || mayTouch(unit.actor, of, row, 'read')) ? row : undefined;
  const find = async (id: string) => visible(await load(unit, of, id));
  return {
    find,
    get: async (id: string) => {
      const row = await find(id);
      if (!row) throw notFound(of.name, id);
      assertExpected(unit, of, row);
      return row;
    },
    getMany: async (ids: readonly string[]) => {
      const own = ids.filter((id) => id.startsWith(`${of.idPrefix}_`));
      // What may be changed is read with its lines, or rules would find none.
      if (unit.writes && partsOf(of).length > 0) await Promise.all([...new Set(own)].map((id) => load(unit, of, id)));
      else await loadMany(unit, own);
      return new Map(ids.flatMap((id) => entryOf(id, visible(knownRow(unit, id)))));
    },
    findUnique: async (field: string, value: string) => {
      const guard = await unit.table.get(uniqueKey(unit.actor.tenant, of.name, field, value), {
        consistent: unit.writes,
      });
      return guard ? find(String(guard['record'])) : undefined;
    },
    findAllUnique: async (field: string, asked: readonly string[]) => {
      const keys = new Map(asked.map((value) => [value, uniqueKey(unit.actor.tenant, of.name, field, value)]));
      const guards = await unit.table.batchGet([...keys.values()], { consistent: unit.writes });
      const holders = new Map(guards.map((guard) => [guard.pk, String(guard['record'])]));
      await loadMany(unit, [...holders.values()]);
      return new Map(
        [...keys].flatMap(([value, { pk }]) => entryOf(value, visible(knownRow(unit, holders.get(pk) ?? '')))),
      );
    },
    findByNaturalKey: (value: string) => findNatural(unit, of, value, find),
    list: (query: Parameters<typeof listRows>[2]) => listRows(unit, of, query, checked),
    page: (key: string, query: KeyQuery) => pageOfKey(unit, of, key, query, checked),
  };
};

const entryOf = (id: string, row: AnyRow | undefined): readonly [string, AnyRow][] => (row ? [[id, row]] : []);

const findNatural = async (
  unit: Unit,
  of: AnyEntity,
  value: string,
  find: (id: string) => Promise<AnyRow | undefined>,
): Promise<AnyRow | undefined> => {
  const { items } = await unit.table.query({
    index: 'gsi5',
    pk: naturalPartition(unit.actor.tenant, value),
    sort: { beginsWith: `${of.name}#` },
    limit: 1,
  });
  return items[0] ? find(identityOf(items[0].pk).id) : undefined;
};

/** A page of one key, read as it is declared. */
const pageOfKey = (
  unit: Unit,
  of: AnyEntity,
  key: string,
  query: KeyQuery,
  checked: boolean,
): Promise<Page<AnyRow>> => {
  const spec = of.keys[key];
  if (!spec) throw new Error(`${of.name} has no key ${key}.`);
  const plan: Plan = {
    key,
    streams: runsOf(of, unit.actor.tenant, key, query.of ?? '', query.open ?? true),
    sort: 'sort' in spec ? spec.sort : '',
    descending: query.descending ?? false,
    used: isScopedByKey(unit, spec, query) ? [] : ['key'],
    keysOnly: !('gsi' in spec) || spec.gsi === 5,
    scoped: checked && !isAll(unit, of),
  };
  return readPage(
    unit,
    of,
    plan,
    { ...query, checked: checked && !isAll(unit, of) },
    JSON.stringify([of.name, key, query.of, query.from, query.to, plan.descending]),
  );
};

const isAll = ({ actor }: Unit, of: AnyEntity): boolean =>
  of.owner.kind === 'none' || scopeOf(actor, of.name, 'read') === 'all';

/** The actor's own partition holds only what is the actor's. */
const isScopedByKey = (unit: Unit, spec: KeySpec, query: KeyQuery): boolean =>
  'gsi' in spec && spec.gsi === 2 && query.of === unit.actor.userId;

const visibleRecords = async (unit: Unit, ids: readonly string[]): Promise<ReadonlyMap<string, AnyRow>> => {
  await loadMany(unit, ids);
  const visible = ids.map((id) => unit.loaded.get(id)).filter((found) => found !== undefined);
  const mine = visible.filter(({ of, row }) => !of.internal && mayTouch(unit.actor, of, row, 'read'));
  return new Map(mine.map(({ row }) => [row.id, row]));
};

/** Whether the actor may call an operation at all. @throws FORBIDDEN */
export const assertMay = (actor: Actor, operation: AnyOperation): void => {
  if (operation.needs !== signedIn && !mayDo(actor, operation.needs))
    throw forbidden(`${operation.name} needs the permission ${operation.needs}.`);
};

const runTogether = (
  { runtime, actor, table, operation, correlationId, silent, writes, idempotency }: Unit,
  meter: Meter,
  pieces: readonly Piece[],
  options: { readonly rehearsal?: boolean } = {},
): Promise<readonly PieceOutcome[]> => {
  if (!writes) throw new DomainError('BAD_INPUT', 'A query changes nothing.');
  const within = idempotency?.key ?? correlationId;
  return runPieces(
    { runtime, actor, table, meter, operation, correlationId, contextOf, ...(silent && { silent }), ...options },
    pieces.map((piece) => ({ ...piece, key: `${within} ${piece.key}` })),
  );
};

/** The context of a unit. An operation that is run within it is checked for its own permission, and commits with it. */
export const contextOf = (unit: Unit, meter: Meter): Context => {
  const { runtime, actor } = unit;
  const context: Context = {
    actor,
    data: (of) => repositoryOf(unit, of, true),
    trusted: (of) => repositoryOf(unit, of, false),
    records: (ids) => visibleRecords(unit, ids),
    clock: {
      now: () => runtime.clock.now(),
      instant: () => unit.now,
      today: () => dayIn(runtime.clock.now(), actor.timeZone),
    },
    ids: runtime.ids,
    ports: { ...runtime.ports, table: unit.table },
    registry: runtime.registry,
    log: runtime.log,
    meter,
    correlationId: unit.correlationId,
    ...(unit.causationId !== undefined && { causationId: unit.causationId }),
    operation: unit.operation,
    together: (pieces, options) => runTogether(unit, meter, pieces, options),
    nextNumber: (counter, expiresAt) => takeNumber(unit, counter, expiresAt),
    run: (async (operation: AnyOperation, input: unknown) => {
      assertMay(actor, operation);
      return operation.run(input, context);
    }) as Context['run'],
    afterCommit: (effect) => {
      if (!unit.writes) throw new DomainError('BAD_INPUT', 'A query has no effects.');
      unit.effects.push(effect);
    },
  };
  return context;
};

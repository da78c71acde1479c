import {
  choice,
  DomainError,
  externalKey,
  json,
  list,
  mutation,
  object,
  optional,
  query,
  signedIn,
  text,
  type AnyEntity,
  type AnyRow,
  type Context,
  type Piece,
  type PieceOutcome,
} from '#kernel';
import { recordIn, runNamed } from '#kernel/named-operation';
import { ownedFields } from './field-ownership.operations.ts';
import {
  masterPoint,
  outsideReferences,
  ownedBy,
  settleReferences,
  type Master,
  type PushedValues,
} from './master.rules.ts';
import { failureOf, pushStatuses, statusOf } from './push-status.rules.ts';

/** Rows of one push. */
const mostRows = 1000;

type Row = { readonly externalId: string; readonly values: PushedValues };

export const pushRecords = mutation('pushRecords', {
  describes:
    'Takes up to 1,000 records from another system by its ids: makes those that are not known, changes of the others the fields that it owns, and says what became of each. The same push again changes nothing. A reference may be given as {"externalId": "..."}.',
  needs: 'exchange.push',
  input: {
    system: text({ max: 60, pattern: /^[a-z0-9][a-z0-9_-]*$/, describes: 'The other system: erp.' }),
    kind: text({ max: 60, describes: 'What the rows are, as `masterKinds` lists them: CUSTOMERS, PRICES, INVOICES.' }),
    rows: list(
      object('PushedRecord', {
        externalId: text({ min: 1, max: 120, describes: 'Its id in the other system.' }),
        values: json({ describes: 'Its fields, as create and update operations take them.' }),
      }),
      { max: mostRows, describes: 'The records, each id once.' },
    ),
  },
  returns: {
    results: list(
      object('PushResult', {
        externalId: text({ describes: 'Its id in the other system.' }),
        status: choice(pushStatuses, {
          named: 'PushStatus',
          describes: 'What became of it.',
        }),
        record: optional(text({ describes: 'The id of the record here.' })),
        ignored: list(text(), { max: 200, describes: 'Fields that stayed as they are, because the CRM owns them.' }),
        code: optional(text({ describes: 'Why it failed, for programs.' })),
        message: optional(text({ describes: 'Why it failed, for people.' })),
      }),
      { max: mostRows, describes: 'One for each row, in their order.' },
    ),
  },
  run: async ({ system, kind, rows }, context) => {
    const push = await openPush(context, system, kind, rows.map(rowOf));
    const planned = rows.map((row) => planRow(push, rowOf(row)));
    const outcomes = [...(await context.together(planned.flatMap(({ piece }) => piece ?? [])))];
    return { results: planned.map((each) => resultOf(each, each.piece && outcomes.shift())) };
  },
});

const rowOf = ({ externalId, values }: { readonly externalId: string; readonly values: unknown }): Row => ({
  externalId,
  values: typeof values === 'object' && values !== null && !Array.isArray(values) ? (values as PushedValues) : {},
});

export const masterKinds = query('masterKinds', {
  describes: 'What other systems can push, and of which fields they are the masters unless the tenant says otherwise.',
  needs: signedIn,
  input: {},
  returns: {
    kinds: list(
      object('MasterKind', {
        kind: text({ describes: 'Its name.' }),
        describes: text({ describes: 'What its rows are.' }),
        type: text({ describes: 'The kind of record that they become.' }),
        owned: list(text(), { max: 300, describes: 'The fields that the other system owns; all when empty.' }),
      }),
      { max: 100, describes: 'The kinds.' },
    ),
  },
  run: (_input, { registry }) =>
    Promise.resolve({
      kinds: mastersOf(registry).map(({ kind, describes, entity, owned = [] }) => ({
        kind,
        describes,
        type: entity,
        owned,
      })),
    }),
});

const mastersOf = (registry: Context['registry']): readonly Master[] =>
  registry.contributions(masterPoint) as readonly Master[];

type Push = {
  readonly system: string;
  readonly master: Master;
  readonly of: AnyEntity;
  readonly owned: readonly string[] | undefined;
  readonly known: ReadonlyMap<string, AnyRow>;
  readonly matched: ReadonlyMap<string, AnyRow>;
  readonly references: ReadonlyMap<string, string>;
  readonly actor: Context['actor'];
  readonly seen: Set<string>;
};

/** Reads all that the rows name: the records by their ids there, those that match, and what they refer to. */
const openPush = async (context: Context, system: string, kind: string, rows: readonly Row[]): Promise<Push> => {
  const masters = mastersOf(context.registry);
  const master = masters.find((each) => each.kind === kind);
  if (!master) {
    const kinds = masters.map((each) => each.kind).join(', ');
    throw new DomainError('BAD_INPUT', `There is no kind ${kind}. There are ${kinds}.`, ['kind']);
  }
  const of = context.registry.entity(master.entity);
  const [owned, known, references, matched] = await Promise.all([
    ownedFields(context, of.name, system),
    recordsThere(
      context,
      of,
      system,
      rows.map(({ externalId }) => externalId),
    ),
    readReferences(context, of, system, rows),
    readMatches(context, of, master, rows),
  ]);
  const ownedHere = owned ?? master.owned;
  return { system, master, of, owned: ownedHere, known, matched, references, actor: context.actor, seen: new Set() };
};

/** Records by their ids in the other system. */
const recordsThere = async (
  { data }: Context,
  of: AnyEntity,
  system: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AnyRow>> => {
  const keys = new Map(ids.map((id) => [externalKey({ system, id }), id]));
  const found = await data(of).findAllUnique('externalIds', [...keys.keys()]);
  return new Map([...found].map(([key, row]) => [keys.get(key) ?? '', row as AnyRow]));
};

const readMatches = async (
  { data, actor }: Context,
  of: AnyEntity,
  { matchBy, matchKey }: Master,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, AnyRow>> => {
  if (matchBy === undefined || !matchKey) return new Map();
  const keys = rows.flatMap(({ values }) => matchKey(values, actor) ?? []);
  return await data(of).findAllUnique(matchBy, keys);
};

/** Our ids of what rows refer to by ids of the other system, under `<entity> <id>`. */
const readReferences = async (
  context: Context,
  of: AnyEntity,
  system: string,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, string>> => {
  const named = Map.groupBy(
    rows.flatMap(({ values }) => outsideReferences(of.fields, values)),
    ([entity]) => entity,
  );
  const read = [...named].map(async ([entity, references]) => {
    const ids = [...new Set(references.map(([, id]) => id))];
    const found = await recordsThere(context, context.registry.entity(entity), system, ids);
    return [...found].map(([id, row]) => [`${entity} ${id}`, row.id] as const);
  });
  return new Map((await Promise.all(read)).flat());
};

type Planned = {
  readonly externalId: string;
  readonly piece?: Piece;
  readonly ignored: readonly string[];
  readonly error?: DomainError;
};

const planRow = (push: Push, row: Row): Planned => {
  const { externalId } = row;
  try {
    if (push.seen.has(externalId)) throw new DomainError('DUPLICATE_ROW', 'The push has this id already.');
    push.seen.add(externalId);
    return pieceOf(push, row);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { externalId, ignored: [], error };
  }
};

/** A record that is known by its id there, or one that matches and learns that id. */
const pieceOf = (push: Push, { externalId, values }: Row): Planned => {
  const { master, of, matched, known, owned, system } = push;
  const there = known.get(externalId);
  const row = there ?? matched.get(master.matchKey?.(values, push.actor) ?? '');
  if (!row && !master.makes) throw new DomainError('NOT_FOUND', `There is no ${of.name} with this id.`);
  const given = row ? ownedBy(values, owned) : { owned: values, ignored: [] };
  const settled = settleReferences(of.fields, given.owned, (entity, id, name) => idOf(push, entity, id, name));
  const all = { ...settled, ...(!there && { externalIds: [...idsOf(row), { system, id: externalId }] }) };
  const piece: Piece = row
    ? { key: externalId, reads: [row.id], run: (unit) => update(unit, push, row.id, all) }
    : { key: externalId, run: (unit) => create(unit, push, { ...master.ofNew, ...all }) };
  return { externalId, piece, ignored: given.ignored };
};

const idsOf = (row: AnyRow | undefined): readonly unknown[] =>
  (row?.['externalIds'] as readonly unknown[] | undefined) ?? [];

const idOf = ({ references }: Push, entity: string, externalId: string, name: string): string => {
  const id = references.get(`${entity} ${externalId}`);
  if (id !== undefined) return id;
  throw new DomainError('REFERENCE_NOT_FOUND', `There is no ${entity} with the id ${externalId} there.`, [name]);
};

const create = async (unit: Context, { of }: Push, values: PushedValues): Promise<AnyRow> =>
  recordIn(of, await runNamed(unit, `create${of.name}`, values));

const update = async (unit: Context, { of, master }: Push, id: string, values: PushedValues): Promise<AnyRow> => {
  const row = (await unit.data(of).get(id)) as AnyRow;
  const changes = { ...master.ofKnown?.(row), ...values };
  if (Object.keys(changes).length === 0) return row;
  return recordIn(of, await runNamed(unit, `update${of.name}`, { ...changes, id, version: row.version }));
};

const resultOf = ({ externalId, ignored, error }: Planned, outcome: PieceOutcome | undefined) => ({
  externalId,
  ignored,
  status: outcome ? statusOf(outcome) : ('FAILED' as const),
  ...(outcome?.record !== undefined && { record: outcome.record }),
  ...(error && failureOf(error)),
  ...(outcome?.status === 'failed' && failureOf(outcome.error)),
});

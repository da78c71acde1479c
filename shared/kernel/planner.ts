// The planner: picks the declared key that the equalities of a filter fill and whose sort serves the order.
import { reachOf, scopeOf, type Actor } from './access.ts';
import { customName } from './custom-fields.ts';
import { tokenOf } from './custom-values.ts';
import { sortPrefix, kindPartition, naturalPartition, statePartition } from './rows.ts';
import type { AnyEntity } from './entity.ts';
import { DomainError } from './errors.ts';
import type { KeySpec } from './keys.ts';
import type { IndexName } from './table.ts';

/** A run of index entries in sort order: what stands before the sort value is cut off to merge several. */
export type Stream = { readonly index?: IndexName; readonly partition: string; readonly prefix: string };

/** How a list is read. */
export type Plan = {
  readonly key: string;
  readonly streams: readonly Stream[];
  /** The field that the streams are sorted by. */
  readonly sort: string;
  readonly descending: boolean;
  /** Fields of the filter that the key answers by itself. */
  readonly used: readonly string[];
  /** Entries hold keys alone: the rows are read in a second trip. */
  readonly keysOnly: boolean;
  /** The actor's scope must still be applied as a filter. */
  readonly scoped: boolean;
};

/** What is asked for. */
export type Asked = {
  readonly equalities: Readonly<Record<string, readonly unknown[]>>;
  readonly orderBy?: { readonly field: string; readonly descending: boolean };
  readonly archived: boolean;
  /** Without an actor's role: trusted reads. */
  readonly unscoped: boolean;
};

type Candidate = Plan & { readonly rank: number };

/** The cheapest plan. @throws BAD_INPUT with the orders that exist when none serves */
export const planList = (of: AnyEntity, actor: Actor, asked: Asked): Plan => {
  const candidates = [
    ...Object.entries<KeySpec>(of.keys).flatMap(([name, spec]) => candidatesOf(of, actor, asked, name, spec)),
    ...byCustomField(of, actor, asked),
  ];
  const serving = candidates.filter((candidate) => servesOrder(candidate, asked));
  const [best] = serving.sort((left, right) => left.rank - right.rank);
  if (!best) throw refuse(of, candidates, asked);
  return asked.orderBy ? { ...best, descending: asked.orderBy.descending } : best;
};

const servesOrder = (candidate: Candidate, asked: Asked): boolean =>
  asked.orderBy === undefined || asked.orderBy.field === candidate.sort || candidate.rank === 0;

const refuse = (of: AnyEntity, candidates: readonly Candidate[], asked: Asked): DomainError => {
  const orders = [...new Set(candidates.map((candidate) => candidate.sort))];
  const message =
    orders.length > 0
      ? `No key of ${of.name} serves the order ${asked.orderBy?.field ?? ''} for this filter. Orders that exist: ${orders.join(', ')}.`
      : `No key of ${of.name} serves this list. Filter by equality on one of: ${partitionFields(of).join(', ')}.`;
  return new DomainError('BAD_INPUT', message, ['orderBy']);
};

const partitionFields = (of: AnyEntity): readonly string[] =>
  Object.values<KeySpec>(of.keys).flatMap((spec) => ('of' in spec ? [spec.of] : 'link' in spec ? [spec.link] : []));

const candidatesOf = (of: AnyEntity, actor: Actor, asked: Asked, name: string, spec: KeySpec): readonly Candidate[] => {
  if (asked.archived) return 'gsi' in spec && spec.gsi === 3 ? [archive(of, actor, asked, name)] : [];
  if (!('gsi' in spec)) return linked(of, actor, asked, name, spec);
  return byGsi[spec.gsi](of, actor, asked, name, spec as never);
};

const scopeFor = (of: AnyEntity, actor: Actor, asked: Asked) =>
  asked.unscoped || of.owner.kind === 'none' ? 'all' : scopeOf(actor, of.name, 'read');
const mustScope = (of: AnyEntity, actor: Actor, asked: Asked): boolean => scopeFor(of, actor, asked) !== 'all';

const base = (of: AnyEntity, actor: Actor, asked: Asked, key: string, sort: string) => ({
  key,
  sort,
  descending: isTime(of, sort),
  keysOnly: false,
  scoped: mustScope(of, actor, asked),
});

/** Newest first where the order is one of time, A to Z where it is not. */
const isTime = (of: AnyEntity, field: string): boolean => {
  const kind = of.fields[field]?.shape.kind ?? 'dateTime';
  return kind === 'date' || kind === 'dateTime';
};

const values = (asked: Asked, field: string): readonly string[] => (asked.equalities[field] ?? []).map(String);

/** Where the entries of a link key lie: in the parent's own partition. */
export const linkPrefix = (of: AnyEntity, key: string): string => `link#${of.name}#${key}#`;

/** The runs of a key's entries for one parent, holder, state or natural key: those of open records or those of closed ones. */
export const runsOf = (of: AnyEntity, tenant: string, key: string, value: string, isOpen = true): readonly Stream[] => {
  const spec = of.keys[key] as KeySpec;
  const prefix = sortPrefix(of, spec, isOpen);
  if (!('gsi' in spec)) return [{ partition: `${tenant}#${value}`, prefix: linkPrefix(of, key) }];
  const index = `gsi${spec.gsi}` as const;
  const shards = Array.from({ length: 'shards' in spec ? (spec.shards ?? 1) : 1 }, (_, shard) => shard);
  switch (spec.gsi) {
    case 1:
    case 2:
      return [{ index, partition: `${tenant}#${value}`, prefix }];
    case 3:
      return shards.map((shard) => ({ index, partition: kindPartition(of, tenant, String(shard)), prefix }));
    case 4:
      return shards.map((shard) => ({ index, partition: statePartition(of, tenant, value, shard), prefix }));
    case 5:
      return [{ index, partition: naturalPartition(tenant, value), prefix: `${of.name}#` }];
  }
};

/** The runs for several values, of open and of closed records where the key tells them apart. */
const allRuns = (of: AnyEntity, actor: Actor, key: string, asked: readonly string[]): readonly Stream[] => {
  const spec = of.keys[key] as KeySpec;
  const isSplit = 'gsi' in spec && (spec.gsi === 2 || (spec.gsi === 1 && spec.openFirst === true));
  return asked.flatMap((value) => [
    ...runsOf(of, actor.tenant, key, value),
    ...(isSplit ? runsOf(of, actor.tenant, key, value, false) : []),
  ]);
};

type Maker<G extends number> = (
  of: AnyEntity,
  actor: Actor,
  asked: Asked,
  name: string,
  spec: Extract<KeySpec, { gsi: G }>,
) => readonly Candidate[];

const byParent: Maker<1> = (of, actor, asked, name, spec) => {
  const parents = values(asked, spec.of);
  if (parents.length === 0 || parents.length > 25) return [];
  const streams = allRuns(of, actor, name, parents);
  return [{ ...base(of, actor, asked, name, spec.sort), streams, used: [spec.of], rank: 1 }];
};

const byOwner: Maker<2> = (of, actor, asked, name, spec) => {
  const ownerField = of.owner.kind === 'field' ? of.owner.user : 'ownerId';
  const asking = values(asked, ownerField);
  const holders = asking.length > 0 && asking.length <= 25 ? asking : holdersOf(of, actor, asked);
  if (holders.length === 0 && !mustScope(of, actor, asked)) return [];
  const used = asking.length > 0 ? [ownerField] : [];
  return [{ ...base(of, actor, asked, name, spec.sort), streams: allRuns(of, actor, name, holders), used, rank: 4 }];
};

/** Whose partitions an actor of scope own or team reads: at most 50 members (design.md section 8). */
const holdersOf = (of: AnyEntity, actor: Actor, asked: Asked): readonly string[] => {
  const scope = scopeFor(of, actor, asked);
  if (scope === 'all' || scope === 'none' || actor.userId === undefined) return [];
  const { owners, teams } = reachOf(actor, scope);
  return [...owners, ...teams];
};

const byKind: Maker<3> = (of, actor, asked, name, spec) => {
  if (mustScope(of, actor, asked)) return [];
  return [{ ...base(of, actor, asked, name, spec.sort), streams: allRuns(of, actor, name, ['']), used: [], rank: 5 }];
};

const byState: Maker<4> = (of, actor, asked, name, spec) => {
  const states = values(asked, spec.of);
  const leaves = of.states?.field === spec.of ? (of.states.closedIn ?? []) : undefined;
  const isKept =
    spec.keepsClosed === true || (leaves !== undefined && states.every((state) => !leaves.includes(state)));
  if (states.length === 0 || states.length > 10 || !isKept || mustScope(of, actor, asked)) return [];
  const streams = allRuns(of, actor, name, states);
  return [{ ...base(of, actor, asked, name, spec.sort), streams, used: [spec.of], rank: 3 }];
};

const byNaturalKey: Maker<5> = (of, actor, asked, name, spec) => {
  const natural = values(asked, spec.of);
  if (natural.length === 0 || natural.length > 25) return [];
  const streams = allRuns(of, actor, name, natural);
  return [{ ...base(of, actor, asked, name, spec.of), streams, used: [], keysOnly: true, rank: 0 }];
};

const byGsi: { readonly [G in 1 | 2 | 3 | 4 | 5]: Maker<G> } = {
  1: byParent,
  2: byOwner,
  3: byKind,
  4: byState,
  5: byNaturalKey,
};

const linked = (
  of: AnyEntity,
  actor: Actor,
  asked: Asked,
  name: string,
  spec: Extract<KeySpec, { link: string }>,
): readonly Candidate[] => {
  const parents = values(asked, spec.link);
  if (parents.length === 0 || parents.length > 25) return [];
  const streams = allRuns(of, actor, name, parents);
  return [{ ...base(of, actor, asked, name, spec.sort), streams, used: [], keysOnly: true, rank: 2 }];
};

/** Records by the exact value of a field that the tenant has defined as searchable. */
const byCustomField = (of: AnyEntity, actor: Actor, asked: Asked): readonly Candidate[] =>
  Object.entries(of.customFields ?? {}).flatMap(([key, { indexed }]) => {
    const wanted = values(asked, `${customName}.${key}`);
    if (!indexed || asked.archived || wanted.length === 0 || wanted.length > 25) return [];
    const streams = wanted.map((value) => ({ partition: `${actor.tenant}#${tokenOf(of, key, value)}`, prefix: '' }));
    return [
      { ...base(of, actor, asked, `${customName}.${key}`, 'createdAt'), streams, used: [], keysOnly: true, rank: 2 },
    ];
  });

const archive = (of: AnyEntity, actor: Actor, asked: Asked, name: string): Candidate => ({
  ...base(of, actor, asked, name, 'archivedAt'),
  streams: [{ index: 'gsi3', partition: kindPartition(of, actor.tenant, 'archived'), prefix: '' }],
  used: [],
  rank: 0,
});

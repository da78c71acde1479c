// The planner: picks the declared key that the equalities of a filter fill and whose sort serves the order.
import { reachOf, scopeOf, type Actor } from './access.ts';
import { customName } from './custom-fields.ts';
import { tokenOf } from './custom-values.ts';
import { sortPrefix, kindPartition, naturalPartition, statePartition } from './rows.ts';
import type { AnyEntity, KeySpec } from './entity.ts';
import { DomainError } from './errors.ts';
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

const sections = (of: AnyEntity, spec: KeySpec): readonly string[] =>
  'gsi' in spec && (spec.gsi === 2 || (spec.gsi === 1 && spec.openFirst === true))
    ? [sortPrefix(of, spec, true), sortPrefix(of, spec, false)]
    : [sortPrefix(of, spec, true)];

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
  const streams = parents.flatMap((parent) =>
    sections(of, spec).map((prefix) => ({ index: 'gsi1' as const, partition: `${actor.tenant}#${parent}`, prefix })),
  );
  return [{ ...base(of, actor, asked, name, spec.sort), streams, used: [spec.of], rank: 1 }];
};

const byOwner: Maker<2> = (of, actor, asked, name, spec) => {
  const ownerField = of.owner.kind === 'field' ? of.owner.user : 'ownerId';
  const asking = values(asked, ownerField);
  const holders = asking.length > 0 && asking.length <= 25 ? asking : holdersOf(of, actor, asked);
  if (holders.length === 0 && !mustScope(of, actor, asked)) return [];
  const streams = holders.flatMap((holder) =>
    sections(of, spec).map((prefix) => ({ index: 'gsi2' as const, partition: `${actor.tenant}#${holder}`, prefix })),
  );
  return [
    { ...base(of, actor, asked, name, spec.sort), streams, used: asking.length > 0 ? [ownerField] : [], rank: 4 },
  ];
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
  const streams = Array.from({ length: spec.shards ?? 1 }, (_, shard) => ({
    index: 'gsi3' as const,
    partition: kindPartition(of, actor.tenant, String(shard)),
    prefix: '',
  }));
  return [{ ...base(of, actor, asked, name, spec.sort), streams, used: [], rank: 5 }];
};

const byState: Maker<4> = (of, actor, asked, name, spec) => {
  const states = values(asked, spec.of);
  const leaves = of.states?.field === spec.of ? (of.states.closedIn ?? []) : undefined;
  const isKept =
    spec.keepsClosed === true || (leaves !== undefined && states.every((state) => !leaves.includes(state)));
  if (states.length === 0 || states.length > 10 || !isKept || mustScope(of, actor, asked)) return [];
  const shards = Array.from({ length: spec.shards ?? 1 }, (_, shard) => shard);
  const streams = states.flatMap((state) =>
    shards.map((shard) => ({
      index: 'gsi4' as const,
      partition: statePartition(of, actor.tenant, state, shard),
      prefix: '',
    })),
  );
  return [{ ...base(of, actor, asked, name, spec.sort), streams, used: [spec.of], rank: 3 }];
};

const byNaturalKey: Maker<5> = (of, actor, asked, name, spec) => {
  const natural = values(asked, spec.of);
  if (natural.length === 0 || natural.length > 25) return [];
  const streams = natural.map((value) => ({
    index: 'gsi5' as const,
    partition: naturalPartition(actor.tenant, value),
    prefix: `${of.name}#`,
  }));
  return [{ ...base(of, actor, asked, name, spec.of), streams, used: [], keysOnly: true, rank: 0 }];
};

const byGsi: { readonly [G in 1 | 2 | 3 | 4 | 5]: Maker<G> } = {
  1: byParent,
  2: byOwner,
  3: byKind,
  4: byState,
  5: byNaturalKey,
};

/** Where the entries of a link key lie: in the parent's own partition. */
export const linkPrefix = (of: AnyEntity, key: string): string => `link#${of.name}#${key}#`;

const linked = (
  of: AnyEntity,
  actor: Actor,
  asked: Asked,
  name: string,
  spec: Extract<KeySpec, { link: string }>,
): readonly Candidate[] => {
  const parents = values(asked, spec.link);
  if (parents.length === 0 || parents.length > 25) return [];
  const streams = parents.map((parent) => ({ partition: `${actor.tenant}#${parent}`, prefix: linkPrefix(of, name) }));
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

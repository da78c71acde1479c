// The registry: everything that modules declare, checked once at start-up and handed on as a value.
import type { AnyEntity } from './entity.ts';
import { assertAwaited } from './event-types.ts';
import type { AnyField, FieldMap } from './fields.ts';
import { defaultOperations, type AnyOperation, type Contributions } from './operation.ts';
import type { AnyTimer, Reaction } from './reaction.ts';
import type { Projection, Rollup } from './projection.ts';
import type { AnyJob } from './job.ts';
import type { KeySpec } from './keys.ts';
import type { PublicPage } from './public-page.ts';

/** Fields, events with when they happen, and lists that a module adds to another module's entity without editing it. */
export type Extension = {
  readonly of: string;
  readonly fields: FieldMap;
  readonly events?: Readonly<Record<string, string>>;
  /** Lists of its records under a record that an added field refers to. */
  readonly keys?: Readonly<Record<string, Extract<KeySpec, { link: string }>>>;
  /** Added refs on whose timelines its events appear. */
  readonly timeline?: readonly string[];
};

/** What a module declares. */
export type Module = {
  /** `<area>/<module>`, its folder. */
  readonly name: string;
  readonly entities?: readonly AnyEntity[];
  readonly extensions?: readonly Extension[];
  readonly operations?: readonly AnyOperation[];
  readonly jobs?: readonly AnyJob[];
  readonly reactions?: readonly Reaction[];
  readonly projections?: readonly Projection[];
  readonly rollups?: readonly Rollup[];
  readonly timers?: readonly AnyTimer[];
  readonly pages?: readonly PublicPage[];
  /** Values for other modules' extension points, by the point's name. */
  readonly contributes?: Readonly<Record<string, readonly unknown[]>>;
};

/** All modules as one value. */
export type Registry = {
  readonly modules: readonly Module[];
  readonly entities: ReadonlyMap<string, AnyEntity>;
  readonly byPrefix: ReadonlyMap<string, AnyEntity>;
  readonly operations: ReadonlyMap<string, AnyOperation>;
  readonly jobs: ReadonlyMap<string, AnyJob>;
  readonly reactions: readonly Reaction[];
  readonly projections: readonly Projection[];
  readonly rollups: readonly Rollup[];
  readonly timers: ReadonlyMap<string, AnyTimer>;
  readonly pages: readonly PublicPage[];
  /** What all modules contribute to an extension point. */
  readonly contributions: Contributions;
  /** The entity with the fields that extensions add. Throws with the names that exist. */
  entity(name: string): AnyEntity;
};

/** Declares a module. */
export const module = (name: string, declares: Omit<Module, 'name'>): Module => ({ name, ...declares });

/** Gathers and checks modules: unknown refs and events, twice-used names, prefixes and index slots fail here, at start-up. */
export const gather = (modules: readonly Module[]): Registry => {
  const entities = uniqueBy('entity', extended(modules), (entity) => entity.name);
  const all = <T>(pick: (from: Module) => readonly T[] | undefined): readonly T[] =>
    modules.flatMap((from) => pick(from) ?? []);
  const named = <T extends { readonly name: string }>(
    what: string,
    pick: (from: Module) => readonly T[] | undefined,
  ) => [...uniqueBy(what, all(pick), ({ name }) => name).values()];
  const contributions: Contributions = (point) => modules.flatMap((from) => from.contributes?.[point] ?? []);
  const registry: Registry = {
    modules,
    entities,
    byPrefix: uniqueBy('id prefix', [...entities.values()], (entity) => entity.idPrefix),
    operations: operationsOf(
      entities,
      contributions,
      all((from) => from.operations),
    ),
    jobs: uniqueBy(
      'job',
      all((from) => from.jobs),
      (job) => job.name,
    ),
    reactions: named('reaction', (from) => from.reactions),
    projections: named('projection', (from) => from.projections),
    rollups: named('rollup', (from) => from.rollups),
    timers: uniqueBy(
      'timer of',
      all((from) => from.timers),
      (timer) => timer.of.name,
    ),
    pages: all((from) => from.pages),
    contributions,
    entity: (name) => known(entities, name),
  };
  for (const entity of entities.values()) assertEntity(registry, entity);
  for (const operation of registry.operations.values()) assertRefs(registry, operation.name, operation.input);
  for (const reaction of registry.reactions) assertAwaited(registry, reaction);
  return registry;
};

const known = (entities: ReadonlyMap<string, AnyEntity>, name: string): AnyEntity => {
  const found = entities.get(name);
  if (!found) throw new Error(`There is no entity ${name}. There are ${[...entities.keys()].sort().join(', ')}.`);
  return found;
};

const extended = (modules: readonly Module[]): readonly AnyEntity[] => {
  const extensions = modules.flatMap((from) => from.extensions ?? []);
  return modules
    .flatMap((from) => from.entities ?? [])
    .map((entity) => {
      const added = extensions.filter((extension) => extension.of === entity.name);
      if (added.length === 0) return entity;
      return {
        ...entity,
        fields: Object.assign({}, entity.fields, ...added.map((extension) => extension.fields)) as FieldMap,
        events: Object.assign({}, entity.events, ...added.map(({ events }) => events ?? {})) as typeof entity.events,
        keys: Object.assign({}, entity.keys, ...added.map(({ keys }) => keys ?? {})) as typeof entity.keys,
        timeline: [...entity.timeline, ...added.flatMap(({ timeline }) => timeline ?? [])],
      };
    });
};

/** Declared operations, and the defaults that no declared one replaces; inputs include the fields of extensions. */
const operationsOf = (
  entities: ReadonlyMap<string, AnyEntity>,
  contributions: Contributions,
  declared: readonly AnyOperation[],
): ReadonlyMap<string, AnyOperation> => {
  const own = uniqueBy(
    'operation',
    declared.map((operation) => rebound(entities, contributions, operation)),
    (operation) => operation.name,
  );
  const defaults = [...entities.values()].flatMap(defaultOperations).filter((operation) => !own.has(operation.name));
  return new Map([...defaults.map((operation) => [operation.name, operation] as const), ...own]);
};

const rebound = (
  entities: ReadonlyMap<string, AnyEntity>,
  contributions: Contributions,
  operation: AnyOperation,
): AnyOperation => {
  const { creates, patches, returns } = operation;
  return {
    ...operation,
    ...(operation.returnsAlso && { returns: { ...returns, ...operation.returnsAlso(contributions) } }),
    ...(creates && { creates: known(entities, creates.name) }),
    ...(patches && { patches: known(entities, patches.name) }),
  };
};

const uniqueBy = <T>(what: string, values: readonly T[], nameOf: (value: T) => string): ReadonlyMap<string, T> => {
  const map = new Map<string, T>();
  for (const value of values) {
    const name = nameOf(value);
    if (map.has(name)) throw new Error(`Two modules declare the ${what} ${name}.`);
    map.set(name, value);
  }
  return map;
};

const assertEntity = (registry: Registry, entity: AnyEntity): void => {
  assertRefs(registry, entity.name, entity.fields);
  const slots = Object.values<KeySpec>(entity.keys).flatMap((key) => ('gsi' in key ? [key.gsi] : []));
  const twice = slots.find((slot, index) => slots.indexOf(slot) !== index);
  if (twice !== undefined)
    throw new Error(`${entity.name} uses gsi${String(twice)} twice; a further parent is a link.`);
};

const assertRefs = (registry: Registry, where: string, fields: FieldMap): void => {
  for (const [name, field] of Object.entries<AnyField>(fields)) assertRef(registry, `${where}.${name}`, field);
};

const assertRef = (registry: Registry, where: string, field: AnyField): void => {
  const { shape } = field;
  if (shape.kind === 'list') assertRef(registry, where, shape.of);
  if (shape.kind === 'object' || shape.kind === 'parts') assertRefs(registry, where, shape.fields);
  if (shape.kind !== 'ref' || registry.entities.has(shape.to) || shape.to === '*') return;
  throw new Error(
    `${where} refers to ${shape.to}, which no module declares. There are ${[...registry.entities.keys()].sort().join(', ')}.`,
  );
};

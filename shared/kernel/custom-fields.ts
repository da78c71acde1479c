// Custom fields: an entity as one tenant has it is the declared one, with the tenant's own fields in its `custom`. So they are
// validated, filtered, stored, searched and told as every other field is.
import type { Actor } from './access.ts';
import type { AnyEntity } from './entity.ts';
import type { AnyField, Field, FieldMap } from './fields.ts';
import type { Filter } from './filter.ts';
import type { Registry } from './registry.ts';
import type { Item } from './table.ts';

/** The field of an entity that holds a tenant's own fields. An entity that declares it is customizable. */
export const customName = 'custom';

/** Declares that tenants may give the entity fields of their own. Without a tenant's definitions it takes none, and keeps what is stored. */
export const customFields = (): Field<Readonly<Record<string, unknown>>, 'optional'> => ({
  shape: { kind: 'object', named: 'Custom', fields: {}, custom: true },
  presence: 'optional',
  describes:
    "The tenant's own fields, by key: what `customFields` defines. In changes, absent keys stay and null removes one.",
});

/** A field that a tenant has defined, with the rules that a shape does not know. */
export type CustomField = {
  readonly field: AnyField;
  /** A new record has this value when none is given. */
  readonly default?: unknown;
  /** From this moment on, records that people make or change must have a value. */
  readonly requiredFrom?: string;
  /** Only records that this filter matches take a value. */
  readonly appliesTo?: Filter;
  /** Options that are kept where they stand, and chosen no more. */
  readonly retiredOptions: readonly string[];
  /** Records are found by its exact value. */
  readonly tokens: boolean;
  /** All records are: lists that ask for a value read no others. */
  readonly indexed: boolean;
};

/** What a tenant has defined for one entity, by key. */
export type CustomFieldsOf = Readonly<Record<string, CustomField>>;

/** What a tenant has defined, by entity. The same definitions are the same object for as long as a container lives. */
export type CustomFields = { readonly version: string; readonly byEntity: Readonly<Record<string, CustomFieldsOf>> };

/** Whether tenants may give the entity fields of their own. */
export const isCustomizable = ({ fields }: Pick<AnyEntity, 'fields'>): boolean => isCustom(fields[customName]);

const isCustom = (field: AnyField | undefined): boolean =>
  field?.shape.kind === 'object' && field.shape.custom === true;

/** The tenant's own fields of an entity as `customized` made it; none of a declared one. */
export const customFieldMap = ({ fields }: Pick<AnyEntity, 'fields'>): FieldMap => {
  const shape = fields[customName]?.shape;
  return shape?.kind === 'object' && shape.custom === true ? shape.fields : {};
};

const entities = new WeakMap<CustomFieldsOf, WeakMap<AnyEntity, AnyEntity>>();

/** The entity as a tenant with these definitions has it; made once, since schemas are kept with its fields. */
export const customized = (of: AnyEntity, defined: CustomFields | undefined): AnyEntity => {
  const own = defined?.byEntity[of.name];
  const declared = of.fields[customName];
  if (!own || !declared || !isCustom(declared) || of.customFields === own) return of;
  const made = entities.get(own) ?? new WeakMap<AnyEntity, AnyEntity>();
  entities.set(own, made);
  const entity = made.get(of) ?? withCustom(of, declared, own);
  made.set(of, entity);
  return entity;
};

const withCustom = (of: AnyEntity, declared: AnyField, own: CustomFieldsOf): AnyEntity => {
  const fields = Object.fromEntries(Object.entries(own).map(([key, { field }]) => [key, field]));
  const custom: AnyField = {
    ...declared,
    shape: { kind: 'object', named: `${of.name}Custom`, fields, custom: true },
  };
  return { ...of, fields: { ...of.fields, [customName]: custom }, customFields: own };
};

const registries = new WeakMap<CustomFields, WeakMap<Registry, Registry>>();

/** The registry as a tenant with these definitions has it. */
export const registryWith = (registry: Registry, defined: CustomFields | undefined): Registry => {
  if (!defined) return registry;
  const made = registries.get(defined) ?? new WeakMap<Registry, Registry>();
  registries.set(defined, made);
  const known = made.get(registry) ?? customizedRegistry(registry, defined);
  made.set(registry, known);
  return known;
};

const customizedRegistry = (registry: Registry, defined: CustomFields): Registry => {
  const inTenant = (of: AnyEntity): AnyEntity => customized(of, defined);
  const own = new Map([...registry.entities].map(([name, of]) => [name, inTenant(of)]));
  const operations = [...registry.operations].map(([name, operation]) => {
    const { creates, patches } = operation;
    const bound = { ...(creates && { creates: inTenant(creates) }), ...(patches && { patches: inTenant(patches) }) };
    return [name, { ...operation, ...bound }] as const;
  });
  return {
    ...registry,
    entities: own,
    byPrefix: new Map([...registry.byPrefix].map(([prefix, of]) => [prefix, inTenant(of)])),
    operations: new Map(operations),
    entity: (name) => own.get(name) ?? registry.entity(name),
  };
};

/** Where the definitions of tenants come from. `fresh` asks the table, not the container's memory of the last minute. */
export type CustomFieldsSource = {
  readonly registry: Registry;
  customFieldsOf(tenant: string, fresh?: 'fresh'): Promise<CustomFields | undefined>;
};

/**
 * The registry for reading these rows of a tenant. Rows without custom values need no definitions; rows with values of keys that
 * the container does not know yet were written after it last looked. What is kept of rows is made by `fresh` definitions.
 */
export const registryFor = async (
  source: CustomFieldsSource,
  tenant: string,
  items: readonly (Item | undefined)[],
  fresh?: 'fresh',
): Promise<Registry> => {
  const written = items.filter((item) => item?.[customName] !== undefined);
  if (written.length === 0) return source.registry;
  const known = await source.customFieldsOf(tenant, fresh);
  const isKnown = (item: Item | undefined): boolean =>
    Object.keys(item?.[customName] as object).every(
      (key) => known?.byEntity[String(item?.['entity'])]?.[key] !== undefined,
    );
  return registryWith(source.registry, written.every(isKnown) ? known : await source.customFieldsOf(tenant, 'fresh'));
};

/** The actor with the definitions as they are now; undefined when it has those already. */
export const withFreshFields = async (source: CustomFieldsSource, actor: Actor): Promise<Actor | undefined> => {
  const { customFields: had, ...rest } = actor;
  const is = await source.customFieldsOf(actor.tenant, 'fresh');
  return is?.version === had?.version ? undefined : { ...rest, ...(is && { customFields: is }) };
};

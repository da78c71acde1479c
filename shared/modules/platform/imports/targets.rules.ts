import {
  customName,
  givenFields,
  inputFieldsOf,
  type AnyEntity,
  type AnyField,
  type FieldMap,
  type Registry,
  type Shape,
} from '#kernel';
import { presentValue } from '#kernel/present';
import { adapterPoint, type ImportAdapter, type ImportValues } from './adapter.rules.ts';

/** A field that a column may fill: `name`, `addresses.country` (of the first address), `externalIds.<system>`. */
export type Target = {
  readonly path: string;
  readonly field: AnyField;
  readonly required: boolean;
};

/** The adapter of an entity, where a module contributes one. */
export const adapterOf = (registry: Registry, entity: string): ImportAdapter | undefined =>
  (registry.contributions(adapterPoint) as readonly ImportAdapter[]).find((adapter) => adapter.entity === entity);

/** The entity that an import is about; undefined when there is none that imports may make. */
export const importable = (registry: Registry, name: string): AnyEntity | undefined => {
  const of = registry.entities.get(name);
  const isOpen =
    of?.internal === false && (adapterOf(registry, name)?.create ?? registry.operations.get(`create${name}`));
  return isOpen ? of : undefined;
};

/** What a row of the entity may give. */
export const fieldsFor = (registry: Registry, of: AnyEntity): FieldMap => {
  const adapter = adapterOf(registry, of.name);
  if (adapter?.fields) return withOwnFields(adapter.fields, of);
  const create = registry.operations.get(`create${of.name}`);
  return create ? { ...inputFieldsOf(create), ...create.input } : givenFields(of);
};

/** An adapter names its fields once; which ones the tenant has added is known where the tenant is. */
const withOwnFields = (fields: FieldMap, of: AnyEntity): FieldMap => {
  const own = of.fields[customName];
  return own && customName in fields ? { ...fields, [customName]: own } : fields;
};

const notFromCells: ReadonlySet<Shape['kind']> = new Set(['json', 'parts', 'page']);

/** The fields that columns may fill. */
export const targetsOf = (registry: Registry, of: AnyEntity): readonly Target[] =>
  Object.entries(fieldsFor(registry, of)).flatMap(([name, field]) => targetsIn(name, field));

const targetsIn = (name: string, field: AnyField): readonly Target[] => {
  const required = field.presence === 'required';
  const { shape } = field;
  if (name === 'externalIds') return [];
  const inner = shape.kind === 'list' ? shape.of.shape : shape;
  if (inner.kind === 'object')
    return Object.entries<AnyField>(inner.fields)
      .filter(([, each]) => !each.retired && each.shape.kind !== 'object' && isOneCell(each.shape))
      .map(([part, each]) => ({ path: `${name}.${part}`, field: each, required: false }));
  return notFromCells.has(inner.kind) ? [] : [{ path: name, field, required }];
};

/** Of lists only those of words fit into a cell. */
const isOneCell = (shape: Shape): boolean => shape.kind !== 'list' || shape.of.shape.kind === 'choice';

const anyText: AnyField = {
  shape: { kind: 'text', max: 200 },
  presence: 'optional',
  describes: 'Its id in the other system.',
};

/** The target of a path; external ids have any system as theirs. */
export const targetOf = (registry: Registry, of: AnyEntity, path: string): Target | undefined => {
  if (/^externalIds\.[\w-]{1,60}$/.test(path) && 'externalIds' in fieldsFor(registry, of))
    return { path, field: anyText, required: false };
  return targetsOf(registry, of).find((target) => target.path === path);
};

type Stored = Readonly<Record<string, unknown>>;

/** The value that a record has at a path, as the API takes it. */
export const valueAt = (of: AnyEntity, row: Stored, path: string): unknown => {
  const [name = '', part] = path.split('.');
  const field = of.fields[name];
  const value = field ? presentValue(field, row[name]) : row[name];
  if (part === undefined || value === undefined) return value;
  if (name === 'externalIds')
    return (value as readonly { readonly system: string; readonly id: string }[]).find(({ system }) => system === part)
      ?.id;
  const holder: unknown = Array.isArray(value) ? value[0] : value;
  return (holder as Stored | undefined)?.[part];
};

/** Values by path as a record's values, joined with what the record has beside them. */
export const valuesFrom = (
  fields: FieldMap,
  of: AnyEntity,
  found: ReadonlyMap<string, unknown>,
  row: Stored = {},
): ImportValues => {
  const values: Record<string, unknown> = {};
  for (const [path, value] of found) {
    const [name = '', part] = path.split('.');
    // What a row has of the tenant's own fields stays without being given again.
    const known = values[name] ?? (name === customName ? undefined : valueAt(of, row, name));
    values[name] = part === undefined ? value : joined(fields[name]?.shape, known, name, part, value);
  }
  return values;
};

const joined = (shape: Shape | undefined, known: unknown, name: string, part: string, value: unknown): unknown => {
  if (name === 'externalIds') {
    const others = ((known ?? []) as readonly { readonly system: string }[]).filter(({ system }) => system !== part);
    return [...others, { system: part, id: value }];
  }
  if (shape?.kind !== 'list') return { ...(known as Stored | undefined), [part]: value };
  const [first, ...rest] = (known ?? []) as readonly Stored[];
  return [{ ...first, [part]: value }, ...rest];
};

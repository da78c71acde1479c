// The schema of a field map, made when first asked for and kept as long as the declaration lives.
import * as z from 'zod/mini';
import { decimalText } from './decimals.ts';
import type { AnyField, FieldMap, Shape } from './fields.ts';
import { about, noSuchField, sayOfObject, type Schema } from './validate-messages.ts';
import { schemaOf } from './validate-shapes.ts';

/** input: a client makes a record. changes: a client changes one. values: what a record holds, derived fields too. */
export type Mode = 'input' | 'changes' | 'values';

/** The schema of a field map; `country` is whose national phone numbers are meant. */
export const schemaOfFields = (fields: FieldMap, mode: Mode, country = ''): Schema =>
  keptSchema(fields, mode, country, () => objectSchema(fields, mode, country));

/** A schema of a field map, made at most once per use and country. */
export const keptSchema = (fields: FieldMap, use: string, country = '', make: () => Schema): Schema =>
  kept(fields, hasPhone(fields) ? `${use} ${country}` : use, make);

/** The schema of one value, as an input. */
export const schemaOfField = (field: AnyField, country = ''): Schema =>
  kept(field, holdsPhone(field.shape) ? country : '', () => valueSchema(field, 'input', country));

const schemas = new WeakMap<object, Map<string, Schema>>();

const kept = (declared: object, variant: string, make: () => Schema): Schema => {
  const variants = schemas.get(declared) ?? new Map<string, Schema>();
  schemas.set(declared, variants);
  const known = variants.get(variant) ?? make();
  variants.set(variant, known);
  return known;
};

const phones = new WeakMap<FieldMap, boolean>();

/** Only maps with a phone somewhere need a schema per country. */
const hasPhone = (fields: FieldMap): boolean => {
  const known = phones.get(fields) ?? Object.values(fields).some((field) => holdsPhone(field.shape));
  phones.set(fields, known);
  return known;
};

const holdsPhone = (shape: Shape): boolean => {
  if (shape.kind === 'list') return holdsPhone(shape.of.shape);
  return shape.kind === 'phone' || ('fields' in shape && hasPhone(shape.fields));
};

const objectSchema = (fields: FieldMap, mode: Mode, country: string): Schema => {
  const shape = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, presenceSchema(field, mode, country)]),
  );
  return z.pipe(
    z.transform(mode === 'changes' ? withoutUndefined : withoutNull),
    z.strictObject(shape, { error: sayOfObject('Must be an object.', noSuchField) }),
  );
};

const presenceSchema = (field: AnyField, mode: Mode, country: string): Schema => {
  const derived = field.presence === 'derived' || field.presence === 'derivedOptional';
  if (derived && mode !== 'values') return refused;
  if (field.retired && mode !== 'values') return removable;
  const schema = valueSchema(field, mode === 'values' ? 'values' : 'input', country);
  if (field.presence === 'optional') return z.optional(mode === 'changes' ? z.nullable(schema) : schema);
  if (field.presence === 'derivedOptional' || mode === 'changes') return z.optional(schema);
  return field.presence === 'defaulted' ? z._default(schema, field.default) : schema;
};

const valueSchema = (field: AnyField, mode: Mode, country: string): Schema => {
  const schema = schemaOf(field.shape, {
    object: (fields, custom) =>
      custom && mode !== 'values' ? customSchema(fields, country) : schemaOfFields(fields, mode, country),
    country: country || undefined,
  });
  return field.describes ? described(schema, field.describes) : schema;
};

/** Custom values are given as changes, which merge; as JSON, in which decimals may be numbers. */
const customSchema = (fields: FieldMap, country: string): Schema =>
  keptSchema(fields, 'custom', country, () =>
    z.pipe(z.transform(decimalsAsText(fields)), schemaOfFields(fields, 'changes', country)),
  );

const decimalsAsText =
  (fields: FieldMap) =>
  (given: unknown): unknown =>
    isObject(given)
      ? Object.fromEntries(Object.entries(given).map(([name, value]) => [name, asText(fields[name]?.shape, value)]))
      : given;

const asText = (shape: Shape | undefined, value: unknown): unknown => {
  if (shape?.kind === 'money' && isObject(value) && 'amount' in value)
    return { ...value, amount: numberAsText(value['amount']) };
  return shape?.kind === 'decimal' || shape?.kind === 'percent' ? numberAsText(value) : value;
};

const numberAsText = (value: unknown): unknown =>
  typeof value === 'number' && Number.isFinite(value) ? decimalText(value) : value;

const described = (schema: Schema, description: string): Schema =>
  // A clone, since the schemas of objects are shared by the fields that hold them.
  schema.clone(schema._zod.def).register(about, { ...about.get(schema), description });

const refused = z.optional(z.never({ error: 'Is computed; it cannot be given.' }));
const removable = z.optional(z.null({ error: 'Is no longer in use; it can only be read, or removed with null.' }));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record holds no nulls: what is null is left out. */
const withoutNull = (value: unknown): unknown => without(value, (each) => each === undefined || each === null);
const withoutUndefined = (value: unknown): unknown => without(value, (each) => each === undefined);

const without = (value: unknown, absent: (value: unknown) => boolean): unknown =>
  isObject(value) && Object.values(value).some(absent)
    ? Object.fromEntries(Object.entries(value).filter(([, each]) => !absent(each)))
    : value;

/** Whether JSON Schema says that nothing fits: how refused fields appear in it. */
export const isRefused = (schema: unknown): boolean => isObject(schema) && 'not' in schema;

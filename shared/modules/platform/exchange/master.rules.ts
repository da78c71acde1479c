import type { Actor, AnyRow, FieldMap, Shape } from '#kernel';

/** Values of a row, as the API takes them. */
export type PushedValues = Readonly<Record<string, unknown>>;

/**
 * Records that another system is the master of, or tells of. Modules contribute theirs to the extension point
 * `exchange.masters`.
 */
export type Master = {
  /** What a push names: CUSTOMERS. */
  readonly kind: string;
  readonly describes: string;
  readonly entity: string;
  /** Fields that the other system owns unless the tenant says otherwise; all of them when not said. */
  readonly owned?: readonly string[];
  /** Whether rows make records that are not there yet; prices and terms only change what is. */
  readonly makes: boolean;
  /** Values that a new record gets besides those of its row. */
  readonly ofNew?: PushedValues;
  /** Values that a known record needs to be of this kind, such as one more kind of account. */
  ofKnown?(row: AnyRow): PushedValues;
  /** The unique field by which a record is found that has no id of the other system yet: the tax number, the code. */
  readonly matchBy?: string;
  /** That field's value as the record holds it. */
  matchKey?(values: PushedValues, actor: Actor): string | undefined;
};

/** The extension point. */
export const masterPoint = 'exchange.masters';

/** What of a row changes a record: fields that the other system owns. The others are the CRM's. */
export const ownedBy = (
  values: PushedValues,
  owned: readonly string[] | undefined,
): { readonly owned: PushedValues; readonly ignored: readonly string[] } => {
  if (owned === undefined) return { owned: values, ignored: [] };
  const entries = Object.entries(values);
  return {
    owned: Object.fromEntries(entries.filter(([name]) => owned.includes(name))),
    ignored: entries.flatMap(([name]) => (owned.includes(name) ? [] : [name])),
  };
};

/** A reference by the other system's id, in place of one of ours. */
type Outside = { readonly externalId: string };

const isOutside = (value: unknown): value is Outside =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Outside>).externalId === 'string';

/** The fields of the lines in a value of this shape, where it has lines. */
const lineFields = (shape: Shape | undefined): FieldMap | undefined => {
  if (shape?.kind === 'parts') return shape.fields;
  return shape?.kind === 'list' && shape.of.shape.kind === 'object' ? shape.of.shape.fields : undefined;
};

type IdOf = (entity: string, externalId: string, name: string) => string;

/** The values with our ids in place of the other system's, also within lines. `idOf` throws for one that is not known. */
export const settleReferences = (fields: FieldMap, values: PushedValues, idOf: IdOf): PushedValues =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, settleValue(name, fields[name]?.shape, value, idOf)]),
  );

const settleValue = (name: string, shape: Shape | undefined, value: unknown, idOf: IdOf): unknown => {
  if (shape?.kind === 'ref' && isOutside(value)) return idOf(shape.to, value.externalId, name);
  const lines = lineFields(shape);
  if (!lines || !Array.isArray(value)) return value;
  return value.map((line) => settleReferences(lines, line as PushedValues, idOf));
};

/** Entities and ids in the other system that a row refers to. */
export const outsideReferences = (fields: FieldMap, values: PushedValues): readonly (readonly [string, string])[] => {
  const found: [string, string][] = [];
  settleReferences(fields, values, (entity, externalId) => {
    found.push([entity, externalId]);
    return externalId;
  });
  return found;
};

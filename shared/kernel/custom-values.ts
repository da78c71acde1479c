// The values of custom fields in a record: how changes merge, and the rules of a tenant's definitions.
import { createHash } from 'node:crypto';
import { mayWriteField, type Actor } from './access.ts';
import { customName, type CustomField } from './custom-fields.ts';
import type { AnyEntity, AnyRow } from './entity.ts';
import type { Problem } from './errors.ts';
import { filterFields } from './filter-fields.ts';
import { predicateOf, type Predicate } from './filter-predicate.ts';
import { ordered } from './row-changes.ts';

type Values = Readonly<Record<string, unknown>>;

/** Changes with whole custom values in them: given keys replace, null removes, absent ones stay. */
export const withMergedCustom = (row: Values, changes: Values): Values => {
  const given = changes[customName];
  if (given === undefined || given === null) return changes;
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const merged = present({ ...(row[customName] as Values | undefined), ...said });
  return { ...changes, [customName]: Object.keys(merged).length > 0 ? merged : null };
};

const present = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));

/** A new record with its custom values, and with the defaults that the tenant has defined for such a record. */
export const withCustomValues = (of: AnyEntity, draft: AnyRow): AnyRow => {
  const { [customName]: given, ...rest } = draft;
  const standard = Object.entries(of.customFields ?? {}).flatMap(([key, definition]) => {
    const isDefault = definition.default !== undefined && !definition.field.retired;
    return isDefault && conditionOf(of, definition)(draft) ? [[key, definition.default] as const] : [];
  });
  const custom = present({ ...Object.fromEntries(standard), ...(given as Values | undefined) });
  return Object.keys(custom).length > 0 ? { ...rest, [customName]: custom } : rest;
};

/** Who writes, when, and whether required values are asked for: of what people make and edit. */
export type CustomWriting = { readonly actor: Actor; readonly now: string; readonly asks: boolean };

/** What the tenant's definitions have against a record. What a record holds already is never held against it. */
export const customProblems = (
  of: AnyEntity,
  after: AnyRow,
  before: AnyRow | undefined,
  writing: CustomWriting,
): readonly Problem[] =>
  Object.entries(of.customFields ?? {}).flatMap(([key, definition]) => {
    const [is, was] = [valueOf(after, key), valueOf(before, key)];
    const isChanged = is !== undefined && JSON.stringify(ordered(is)) !== JSON.stringify(ordered(was));
    if (is === undefined && !isAsked(of, key, definition, writing)) return [];
    if (!isChanged && is !== undefined) return [];
    const applies = conditionOf(of, definition)(after);
    const flaw = is === undefined ? (applies ? 'Must have a value.' : undefined) : flawOf(definition, is, was, applies);
    return flaw === undefined ? [] : [{ code: 'BAD_INPUT', message: flaw, path: [customName, key] }];
  });

const valueOf = (row: AnyRow | undefined, key: string): unknown => (row?.[customName] as Values | undefined)?.[key];

const isAsked = (
  of: AnyEntity,
  key: string,
  { requiredFrom, field }: CustomField,
  { actor, now, asks }: CustomWriting,
): boolean =>
  asks &&
  requiredFrom !== undefined &&
  requiredFrom <= now &&
  field.retired !== true &&
  mayWriteField(actor, of.name, `${customName}.${key}`);

const flawOf = ({ retiredOptions }: CustomField, is: unknown, was: unknown, applies: boolean): string | undefined => {
  if (!applies) return 'Is not a field of this record: the condition of its definition does not hold.';
  const held = [was].flat();
  const chosen = [is].flat().filter((option) => !held.includes(option));
  const retired = retiredOptions.find((option) => chosen.includes(option));
  return retired === undefined ? undefined : `${retired} is no longer chosen.`;
};

const conditions = new WeakMap<CustomField, Predicate>();

/** Whether a definition concerns a record. */
const conditionOf = (of: AnyEntity, definition: CustomField): Predicate => {
  const { appliesTo } = definition;
  if (!appliesTo) return () => true;
  const known = conditions.get(definition) ?? predicateOf(filterFields(of), appliesTo);
  conditions.set(definition, known);
  return known;
};

const longestToken = 200;

/** The partition, within the tenant, of the records of an entity whose custom field has exactly this value. */
export const tokenOf = (of: AnyEntity, key: string, value: unknown): string => {
  const text = String(value);
  const short = text.length <= longestToken ? text : createHash('sha256').update(text).digest('base64url');
  return `custom#${of.name}#${key}#${short}`;
};

/** The tokens by which lists find a record: each value of a searchable field, as `tokenOf` writes it. */
export const customTokens = (of: AnyEntity, row: AnyRow): readonly string[] =>
  row.archivedAt !== undefined
    ? []
    : Object.entries(of.customFields ?? {}).flatMap(([key, { tokens }]) => {
        const value = tokens ? valueOf(row, key) : undefined;
        return value === undefined ? [] : [tokenOf(of, key, value)];
      });

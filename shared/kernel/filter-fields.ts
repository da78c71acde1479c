// The fields that a filter on an entity may name.
import type { Actor } from './access.ts';
import type { AnyEntity } from './entity.ts';
import { dateTime, derivedOptional, text, type AnyField, type FieldMap } from './fields.ts';

/** The fields that a filter may name: the entity's own, and when it was made and changed. */
export const filterFields = (of: AnyEntity): FieldMap => keptFields(of, []);

const fieldMaps = new WeakMap<AnyEntity, Map<string, FieldMap>>();

/** One map per entity and set of hidden fields, since what is made of a map (its schema) is kept with it. */
const keptFields = (of: AnyEntity, hidden: readonly string[]): FieldMap => {
  const known = fieldMaps.get(of) ?? new Map<string, FieldMap>();
  fieldMaps.set(of, known);
  const fields =
    known.get(hidden.join()) ??
    Object.fromEntries(
      Object.entries({ ...of.fields, ...metaFilterFields })
        .filter(([name]) => !hidden.includes(`${of.name}.${name}`))
        .map(([name, field]) => [name, withoutHidden(of, field, hidden)]),
    );
  known.set(hidden.join(), fields);
  return fields;
};

/** A field without what these names hide in it: the tenant's own fields are hidden one by one, `Account.custom.salary`. */
export const withoutHidden = (of: AnyEntity, field: AnyField, hidden: readonly string[]): AnyField => {
  const { shape } = field;
  if (hidden.length === 0 || shape.kind !== 'object' || shape.custom !== true) return field;
  const seen = Object.entries(shape.fields).filter(([key]) => !hidden.includes(`${of.name}.custom.${key}`));
  return { ...field, shape: { ...shape, fields: Object.fromEntries(seen) } };
};

const metaFilterFields: FieldMap = {
  createdAt: derivedOptional(dateTime()),
  updatedAt: derivedOptional(dateTime()),
  ownerId: derivedOptional(text()),
  teamId: derivedOptional(text()),
};

/** Those of them that an actor may see: a filter on a hidden field would tell what it holds. */
export const visibleFields = (of: AnyEntity, actor: Actor): FieldMap =>
  keptFields(
    of,
    actor.rules.hiddenFields.filter((field) => field.startsWith(`${of.name}.`)),
  );

import type { AnyEntity, AnyField, AnyRow, FieldMap } from '#kernel';

type Values = Readonly<Record<string, unknown>>;

/** The changes that make a record refer to `to` wherever it refers to `from`; of `only` these fields, where they are named. */
export const repointed = (of: AnyEntity, row: AnyRow, from: string, to: string, only?: ReadonlySet<string>): Values =>
  Object.fromEntries(
    Object.entries<AnyField>(of.fields).flatMap(([name, field]) => {
      if (only && !only.has(name)) return [];
      const value = pointed(field, row[name], from, to);
      return value === row[name] ? [] : [[name, value] as const];
    }),
  );

/** The value with the reference replaced; the very same value where there is none. */
const pointed = ({ shape }: AnyField, value: unknown, from: string, to: string): unknown => {
  if (value === undefined || value === null) return value;
  switch (shape.kind) {
    case 'ref':
      return value === from ? to : value;
    case 'list':
      return pointedList(value as readonly unknown[], (entry) => pointed(shape.of, entry, from, to));
    case 'object':
      return pointedObject(shape.fields, value as Values, from, to);
    case 'parts':
      return pointedList(value as readonly unknown[], (line) => pointedObject(shape.fields, line as Values, from, to));
    default:
      return value;
  }
};

const pointedList = (entries: readonly unknown[], point: (entry: unknown) => unknown): unknown => {
  const next = entries.map(point);
  if (next.every((entry, index) => entry === entries[index])) return entries;
  // Two refs of a list that have become one are one.
  return next.filter((entry, index) => typeof entry !== 'string' || next.indexOf(entry) === index);
};

const pointedObject = (fields: FieldMap, values: Values, from: string, to: string): unknown => {
  const changed = Object.entries(fields).flatMap(([name, field]) => {
    const next = pointed(field, values[name], from, to);
    return next === values[name] ? [] : [[name, next] as const];
  });
  return changed.length === 0 ? values : { ...values, ...Object.fromEntries(changed) };
};

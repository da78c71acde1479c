// How values are spoken outside the rows: events, webhooks, exports. Money is a decimal amount there, not minor units.
import type { AnyField, FieldMap, Money } from './fields.ts';
import { toDecimal } from './money.ts';

type Values = Readonly<Record<string, unknown>>;

/** The values of declared fields as the outside reads them; absent ones are left out. */
export const presentValues = (fields: FieldMap, values: Values): Values => {
  const presented: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (values[name] !== undefined) presented[name] = presentValue(field, values[name]);
  }
  return presented;
};

/** One value as the outside reads it. */
export const presentValue = ({ shape }: AnyField, value: unknown): unknown => {
  if (value === undefined || value === null) return value;
  if (shape.kind === 'money') return { amount: toDecimal(value as Money), currency: (value as Money).currency };
  if (shape.kind === 'list') return (value as readonly unknown[]).map((entry) => presentValue(shape.of, entry));
  if (shape.kind === 'object') return presentValues(shape.fields, value as Values);
  if (shape.kind === 'parts') return (value as readonly Values[]).map((line) => presentValues(shape.fields, line));
  return value;
};

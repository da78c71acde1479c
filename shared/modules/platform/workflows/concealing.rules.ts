// What a history keeps of a step's input: everything but the values of sensitive fields.
import type { AnyField, FieldMap, Shape } from '#kernel';
import type { Given } from './step-kinds.rules.ts';

/** What stands in the place of a sensitive value. */
export const concealedValue = '***';

/** Values by these fields, without those of sensitive ones, wherever they lie. */
export const concealed = (fields: FieldMap, input: Given): Given =>
  Object.fromEntries(Object.entries(input).map(([name, value]) => [name, valueIn(fields[name], value)]));

const valueIn = (field: AnyField | undefined, value: unknown): unknown => {
  if (!field || value === undefined || value === null) return value;
  return field.sensitive === true ? concealedValue : within(field.shape, value);
};

const within = (shape: Shape, value: unknown): unknown => {
  if (shape.kind === 'list' && Array.isArray(value)) return value.map((each) => valueIn(shape.of, each));
  if (shape.kind === 'parts' && Array.isArray(value)) return value.map((each) => inside(shape.fields, each));
  return shape.kind === 'object' ? inside(shape.fields, value) : value;
};

const inside = (fields: FieldMap, value: unknown): unknown =>
  typeof value === 'object' && value !== null ? concealed(fields, value as Given) : value;

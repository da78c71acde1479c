// How reference pages speak of fields: their kinds, whether they must be given, and the values made of further fields.
import type { AnyField, FieldMap, Registry, Shape } from '#kernel';
import { isEntityAnswer } from '#kernel';
import { code, codes, linkTo, table } from './markdown.ts';

/** What a value is, in a few words. `page` is where entities and values are described, when it is another page. */
export const kindOf = (shape: Shape, page = ''): string => {
  switch (shape.kind) {
    case 'choice':
      return `one of ${codes(shape.options)}`;
    case 'ref':
      return shape.to === '*' ? 'any record' : linkTo(shape.to, page);
    case 'tags':
      return `labels, to ${String(shape.max)}`;
    case 'list':
      return `list of ${kindOf(shape.of.shape, page)}, to ${String(shape.max)}`;
    case 'object':
      return linkTo(shape.named, page);
    case 'parts':
      return `lines of ${linkTo(shape.named, page)}`;
    case 'page':
      return `connection of ${linkTo(shape.of, page)}`;
    default:
      return measuredKind(shape);
  }
};

const measuredKind = (shape: Shape): string => {
  switch (shape.kind) {
    case 'text':
      return `text of ${lengthOf(shape.min ?? 0, shape.max)} characters${shape.pattern ? `, ${code(shape.pattern.source)}` : ''}`;
    case 'longText':
      return `text of several lines, ${lengthOf(0, shape.max)} characters`;
    case 'number':
    case 'integer':
    case 'percent':
      return `${shape.kind}${range(shape.min, shape.max)}`;
    case 'decimal':
      return `decimal, ${String(shape.scale)} places${range(shape.min, shape.max)}`;
    default:
      return plainKinds[shape.kind] ?? shape.kind;
  }
};

const lengthOf = (min: number, max: number): string => {
  if (min === max) return String(max);
  return min === 0 ? `at most ${String(max)}` : `${String(min)} to ${String(max)}`;
};

const plainKinds: Readonly<Record<string, string>> = {
  dateTime: 'date and time',
  email: 'e-mail address',
  phone: 'phone number',
  url: 'URL',
  json: 'JSON',
};

const range = (min?: number | string, max?: number | string): string => {
  if (min !== undefined && max !== undefined) return ` from ${String(min)} to ${String(max)}`;
  if (min !== undefined) return `, at least ${String(min)}`;
  return max === undefined ? '' : `, at most ${String(max)}`;
};

/** Whether a value is there, and who says it. */
const presenceOf = ({ presence, default: fallback }: AnyField): string => {
  switch (presence) {
    case 'required':
      return 'required';
    case 'defaulted':
      return `${code(JSON.stringify(fallback))} when not given`;
    case 'optional':
      return 'optional';
    case 'derived':
      return 'computed';
    case 'derivedOptional':
      return 'computed, may be absent';
  }
};

const remarksOf = ({ unique, search, sensitive }: AnyField): string =>
  [
    ...(unique ? ['Unique.'] : []),
    ...(search ? [`Searched by its ${search}.`] : []),
    ...(sensitive ? ['Sensitive: kept out of events, logs and search.'] : []),
  ].join(' ');

/** What becomes of a field that a change does not name. */
const keptBy = ({ presence }: AnyField): string =>
  presence === 'optional' ? 'kept when absent, `null` clears' : 'kept when absent';

/** A table of fields; `changed` are those that a change may name. */
export const fieldTable = (fields: FieldMap, page = '', changed: FieldMap = {}): string => {
  const rowsOf = (of: FieldMap, presence: (field: AnyField) => string) =>
    Object.entries<AnyField>(of).map(([name, field]) => [
      code(name),
      kindOf(field.shape, page),
      presence(field),
      [field.describes, remarksOf(field)].filter(Boolean).join(' '),
    ]);
  return table(
    ['Field', 'Kind', 'Presence', 'Description'],
    [...rowsOf(fields, presenceOf), ...rowsOf(changed, keptBy)],
  );
};

/** The values made of named fields, by name, wherever a field of the product is one. */
export const namedValues = (registry: Registry): ReadonlyMap<string, FieldMap> => {
  const found = new Map<string, FieldMap>();
  const gather = (fields: FieldMap): void => {
    for (const { shape } of Object.values<AnyField>(fields)) visit(shape);
  };
  const visit = (shape: Shape): void => {
    if (shape.kind === 'list') visit(shape.of.shape);
    if ((shape.kind !== 'object' && shape.kind !== 'parts') || found.has(shape.named)) return;
    found.set(shape.named, shape.fields);
    gather(shape.fields);
  };
  for (const { fields } of registry.entities.values()) gather(fields);
  for (const { input, returns } of registry.operations.values()) {
    gather(input);
    if (!isEntityAnswer(returns)) gather(returns);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
};

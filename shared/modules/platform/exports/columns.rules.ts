import {
  customFieldMap,
  customName,
  DomainError,
  maySeeField,
  type Actor,
  type AnyEntity,
  type AnyField,
  type AnyRow,
} from '#kernel';
import { presentValue } from '#kernel/present';

/** Fields that every record has. */
const common = ['id', 'createdAt', 'updatedAt'] as const;
const isCommon = (name: string): boolean => (common as readonly string[]).includes(name);

/** The fields of an entity by the names of their columns; those of the tenant have one each, `custom.seats`. */
const fieldsOf = (of: AnyEntity): readonly (readonly [string, AnyField])[] => {
  const own = Object.entries(customFieldMap(of)).map(([key, field]) => [`${customName}.${key}`, field] as const);
  return [...Object.entries<AnyField>(of.fields).filter(([name]) => name !== customName), ...own];
};

/** The fields that an actor may take with him, in the order of the declaration: hidden and sensitive ones are none. */
export const exportableColumns = (actor: Actor, of: AnyEntity): readonly string[] => [
  'id',
  ...fieldsOf(of)
    .filter(([name, field]) => !isLeftOut(field) && maySeeField(actor, of.name, name))
    .map(([name]) => name),
  'createdAt',
  'updatedAt',
];

const isLeftOut = ({ sensitive, shape }: AnyField): boolean =>
  sensitive === true || shape.kind === 'parts' || shape.kind === 'page';

/** The columns of an export. @throws UNKNOWN_FIELD also for hidden ones: nobody learns that they are there */
export const columnsFor = (actor: Actor, of: AnyEntity, asked: readonly string[] | undefined): readonly string[] => {
  const allowed = exportableColumns(actor, of);
  const unknown = asked?.find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    throw new DomainError('UNKNOWN_FIELD', `A ${of.name} has no field ${unknown} to export.`, ['columns']);
  return asked && asked.length > 0 ? asked : allowed;
};

/** The cells of records: numbers as numbers, everything else as text that a person reads. */
export const cellsOf = (
  of: AnyEntity,
  rows: readonly AnyRow[],
  columns: readonly string[],
): readonly (readonly (string | number)[])[] => {
  const fields = new Map(fieldsOf(of));
  return rows.map((row) =>
    columns.map((name) => {
      const field = fields.get(name);
      return isCommon(name) || !field ? textOf(row[name]) : textOf(presentValue(field, valueAt(row, name)));
    }),
  );
};

const valueAt = (row: AnyRow, name: string): unknown => {
  const [outer = '', inner] = name.split('.');
  return inner === undefined ? row[outer] : (row[outer] as Readonly<Record<string, unknown>> | undefined)?.[inner];
};

const textOf = (value: unknown): string | number => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return Array.isArray(value) ? value.map(textOf).join('; ') : textOfParts(value as Readonly<Record<string, unknown>>);
};

/** What an object says, in its order; its marks (primary, granted) say nothing without their names. */
const textOfParts = ({ amount, currency, ...parts }: Readonly<Record<string, unknown>>): string =>
  [...Object.values(parts), amount, currency]
    .filter((part) => typeof part !== 'boolean')
    .map(textOf)
    .filter((part) => part !== '')
    .join(' ');

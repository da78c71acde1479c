import { DomainError, maySeeField, type Actor, type AnyEntity, type AnyField, type AnyRow } from '#kernel';
import { presentValue } from '#kernel/present';

/** Fields that every record has. */
const common = ['id', 'createdAt', 'updatedAt'] as const;
const isCommon = (name: string): boolean => (common as readonly string[]).includes(name);

/** The fields that an actor may take with him, in the order of the declaration: hidden and sensitive ones are none. */
export const exportableColumns = (actor: Actor, of: AnyEntity): readonly string[] => [
  'id',
  ...Object.entries<AnyField>(of.fields)
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

/** The cells of a record: numbers as numbers, everything else as text that a person reads. */
export const cellsOf = (of: AnyEntity, row: AnyRow, columns: readonly string[]): readonly (string | number)[] =>
  columns.map((name) => {
    const field = of.fields[name];
    return isCommon(name) || !field ? textOf(row[name]) : textOf(presentValue(field, row[name]));
  });

const textOf = (value: unknown): string | number => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (Array.isArray(value)) return value.map(textOf).join('; ');
  const { amount, currency, ...parts } = value as Readonly<Record<string, unknown>>;
  if (typeof amount === 'string' && typeof currency === 'string') return `${amount} ${currency}`;
  const said = Object.values({
    ...parts,
    ...(amount !== undefined && { amount }),
    ...(currency !== undefined && { currency }),
  });
  return said
    .map(textOf)
    .filter((part) => part !== '' && part !== 'TRUE' && part !== 'FALSE')
    .join(' ');
};

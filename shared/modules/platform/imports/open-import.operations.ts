import { createHash } from 'node:crypto';
import { DomainError, type AnyEntity, type Context, type Registry } from '#kernel';
import { readFile } from '#modules/platform/files';
import { adapterOf, fieldsFor, importable, targetOf, targetsOf, type Target } from './targets.rules.ts';
import { textOf } from './cells.rules.ts';
import { readCell, readTable, type CsvTable } from './csv.rules.ts';
import type { ImportRow, ImportRule } from './import.entity.ts';
import { keyText } from './match-keys.rules.ts';
import { repairedCell, type Misreading } from './letters.rules.ts';
import type { Found } from './lookup.operations.ts';

/** A rule that is known to fit file and entity. */
export type OpenRule = ImportRule & { readonly target: Target; readonly lookupBy?: string };

/** What an import says, checked against the entity. */
export type Plan = {
  readonly of: AnyEntity;
  readonly rules: readonly OpenRule[];
  readonly mode: ImportRow['mode'];
  readonly conflicts: ImportRow['conflicts'];
  readonly matchBy?: string;
  /** Own keys, each the paths of its fields, in the order in which they are tried. */
  readonly keys?: readonly (readonly string[])[];
  readonly changedColumn?: string;
};

/** A row of the file by its place, with the cells by heading. */
export type TableRow = {
  /** As spreadsheets count: the header is row 1. */
  readonly row: number;
  cellOf(column: string): string;
  /** The text by which it finds its record. */
  readonly match: string;
  /** An earlier row with the same match; `isSame` when it says the same in all mapped fields. */
  readonly repeats?: { readonly row: number; readonly isSame: boolean };
  /** The row refers to another row of the file, which must enter first. */
  readonly level: number;
};

/** A file with its rows in the order in which they enter. */
export type OpenTable = {
  readonly table: CsvTable;
  readonly rows: readonly TableRow[];
  has(match: string): boolean;
  /** Records that cells of a rule have named, by rule and text: asked once. */
  readonly named: Map<OpenRule['field'], Map<string, Found>>;
  /** The records by the texts of own keys, read at most once. */
  index?: Promise<ReadonlyMap<string, readonly string[]>>;
};

/** The entity that rows become. @throws UNKNOWN_ENTITY */
export const entityOf = (registry: Registry, name: string): AnyEntity => {
  const of = importable(registry, name);
  if (of) return of;
  const names = [...registry.entities.keys()].filter((each) => importable(registry, each)).sort();
  throw new DomainError('UNKNOWN_ENTITY', `There is no ${name} to import; there are ${names.join(', ')}.`, [
    'recordType',
  ]);
};

type Said = Pick<ImportRow, 'recordType' | 'mode' | 'conflicts' | 'matchBy' | 'rules' | 'matchKeys' | 'changedColumn'>;

/** Checks a mapping against entity and columns. @throws UNKNOWN_FIELD, UNKNOWN_COLUMN, FIELD_MISSING, MATCH_MISSING */
export const openPlan = (registry: Registry, said: Said, columns: readonly string[]): Plan => {
  const of = entityOf(registry, said.recordType);
  const rules = said.rules.map((rule, index) => openRule(registry, of, rule, columns, index));
  const { mode, conflicts, matchBy, changedColumn } = said;
  const keys = said.matchKeys?.map((key) => key.split('+').map((path) => path.trim()));
  assertKeys(keys ?? [], rules);
  assertChanged(said, columns);
  if (mode === 'UPDATE_ONLY' && matchBy === undefined && keys === undefined)
    throw new DomainError('MATCH_MISSING', 'Say by which field rows find their records.', ['matchBy']);
  if (matchBy !== undefined && matchBy !== 'id' && !rules.some(({ field }) => field === matchBy))
    throw new DomainError('MATCH_MISSING', `No column fills ${matchBy}, by which rows would find their records.`, [
      'matchBy',
    ]);
  if (mode !== 'UPDATE_ONLY') assertRequired(registry, of, rules);
  return {
    of,
    rules,
    mode,
    conflicts,
    ...(matchBy !== undefined && { matchBy }),
    ...(keys && { keys }),
    ...(changedColumn !== undefined && { changedColumn }),
  };
};

const assertKeys = (keys: readonly (readonly string[])[], rules: readonly OpenRule[]): void => {
  const missing = keys.flat().find((path) => !rules.some(({ field }) => field === path));
  if (missing !== undefined)
    throw new DomainError('MATCH_MISSING', `No column fills ${missing}, by which rows would find their records.`, [
      'matchKeys',
    ]);
};

const assertChanged = ({ conflicts, changedColumn }: Said, columns: readonly string[]): void => {
  if (conflicts === 'NEWEST' && changedColumn === undefined)
    throw new DomainError('CHANGED_MISSING', 'Say in which column the file tells when a row was changed.', [
      'changedColumn',
    ]);
  if (changedColumn !== undefined && !columns.includes(changedColumn))
    throw new DomainError('UNKNOWN_COLUMN', `The file has no column “${changedColumn}”.`, ['changedColumn']);
};

const openRule = (
  registry: Registry,
  of: AnyEntity,
  rule: ImportRule,
  columns: readonly string[],
  index: number,
): OpenRule => {
  const target = targetOf(registry, of, rule.field);
  if (!target)
    throw new DomainError('UNKNOWN_FIELD', `A ${of.name} has no field ${rule.field} to import; see importFields.`, [
      'rules',
      index,
      'field',
    ]);
  const named = [rule.column, ...(rule.template ?? '').matchAll(/\{([^{}]+)\}/g)].map((each) =>
    Array.isArray(each) ? each[1] : each,
  );
  const missing = named.find((column) => column !== undefined && !columns.includes(column));
  if (missing !== undefined)
    throw new DomainError('UNKNOWN_COLUMN', `The file has no column “${missing}”.`, ['rules', index, 'column']);
  if (rule.column === undefined && rule.template === undefined && rule.fallback === undefined)
    throw new DomainError('BAD_INPUT', 'A rule names a column, a template or a fallback.', ['rules', index]);
  const by = lookupOf(registry, target, rule, index);
  return { ...rule, target, ...(by !== undefined && { lookupBy: by }) };
};

const refOf = ({ field: { shape } }: Target): string | undefined => {
  if (shape.kind === 'ref') return shape.to;
  return shape.kind === 'list' && shape.of.shape.kind === 'ref' ? shape.of.shape.to : undefined;
};

const lookupOf = (registry: Registry, target: Target, { lookupBy }: ImportRule, index: number): string | undefined => {
  const to = refOf(target);
  if (to === undefined) return undefined;
  const other = registry.entities.get(to);
  const by = lookupBy ?? (other && 'name' in other.fields ? 'name' : 'id');
  if (by !== 'id' && other && !((by.split('.')[0] ?? '') in other.fields))
    throw new DomainError('UNKNOWN_FIELD', `A ${to} has no field ${by} to look it up by.`, [
      'rules',
      index,
      'lookupBy',
    ]);
  return by;
};

const assertRequired = (registry: Registry, of: AnyEntity, rules: readonly OpenRule[]): void => {
  const missing = targetsOf(registry, of)
    .filter(({ required, path }) => required && !rules.some(({ field }) => field === path))
    .map(({ path }) => path);
  const [first] = missing;
  if (first !== undefined)
    throw new DomainError(
      'FIELD_MISSING',
      `A new ${of.name} needs ${missing.join(', ')}; map a column or give a fallback.`,
      ['rules'],
    );
};

/** The entity that the rule refers to. */
export const referredBy = (registry: Registry, rule: OpenRule): AnyEntity | undefined =>
  registry.entities.get(refOf(rule.target) ?? '');

/** The mapped fields of a create, with those that the adapter adds. */
export const planFieldsOf = (registry: Registry, { of }: Plan) => ({ ...of.fields, ...fieldsFor(registry, of) });
export { adapterOf };

// Tables are kept while a job goes through them, the last two of a container.
const kept = new Map<string, OpenTable>();
const mostKept = 2;

/** The file of an import with its rows in order. */
export const openTable = async (context: Context, row: ImportRow, plan: Plan): Promise<OpenTable> => {
  const name = createHash('sha256')
    .update(
      JSON.stringify([
        context.actor.tenant,
        row.file,
        row.rules,
        row.matchBy,
        row.matchKeys,
        row.mode,
        row.recordType,
        row.repair,
      ]),
    )
    .digest('base64url');
  const known = kept.get(name);
  if (known) return known;
  const { delimiter, hasHeader } = row.profile;
  const read = readTable(await readFile(context, row.table ?? row.file), { delimiter, hasHeader });
  const table = row.repair === undefined ? read : repaired(read, row.repair);
  const opened = { table, named: new Map(), ...orderRows(plan, table, context.actor.country) };
  kept.set(name, opened);
  for (const oldest of [...kept.keys()].slice(0, -mostKept)) kept.delete(oldest);
  return opened;
};

const repaired = (table: CsvTable, misread: Misreading): CsvTable => ({
  ...table,
  rows: table.rows.map((cells) => cells.map((cell) => repairedCell(cell, misread))),
});

const orderRows = (plan: Plan, table: CsvTable, country: string): Pick<OpenTable, 'rows' | 'has'> => {
  const at = new Map(table.columns.map((column, index) => [column, index]));
  const matchRule = plan.rules.find(({ field }) => field === plan.matchBy);
  const parentRule = plan.rules.find((rule) => refOf(rule.target) === plan.of.name);
  const first = new Map<string, number>();
  const cellsOf = (index: number) => {
    const cells = table.rows[index] ?? [];
    return (column: string): string => readCell(cells[at.get(column) ?? -1] ?? '');
  };
  const saysTheSame = (one: number, other: number): boolean =>
    plan.rules.every((rule) => textOf(rule, cellsOf(one)) === textOf(rule, cellsOf(other)));
  const rows = table.rows.map((_, index): TableRow & { level: number } => {
    const cellOf = cellsOf(index);
    const match = matchRule ? textOf(matchRule, cellOf) : '';
    const marks = [match.toLowerCase(), ...keyTexts(plan, cellOf, country)].filter((mark) => mark !== '');
    const earlier = marks.map((mark) => first.get(mark)).find((at) => at !== undefined);
    for (const mark of marks) if (!first.has(mark)) first.set(mark, index);
    const row = { row: index + offset(table), cellOf, match, level: 0 };
    if (earlier === undefined) return row;
    return { ...row, repeats: { row: earlier + offset(table), isSame: saysTheSame(earlier, index) } };
  });
  const isOwnKind = parentRule?.lookupBy === plan.matchBy && parentRule;
  if (isOwnKind) setLevels(rows, first, (row) => textOf(isOwnKind, row.cellOf));
  return {
    rows: isOwnKind ? rows.toSorted((left, right) => left.level - right.level) : rows,
    has: (match) => first.has(match.toLowerCase()),
  };
};

/** The texts of a row's own keys. */
const keyTexts = ({ keys = [], rules }: Plan, cellOf: TableRow['cellOf'], country: string): readonly string[] =>
  keys.flatMap((paths) => {
    const text = keyText(
      paths,
      (path) => {
        const rule = rules.find(({ field }) => field === path);
        return rule ? textOf(rule, cellOf) : undefined;
      },
      (path) => rules.find(({ field }) => field === path)?.target.field.shape,
      country,
    );
    return text === undefined ? [] : [text];
  });

const offset = ({ hasHeader }: CsvTable): number => (hasHeader ? 2 : 1);
const mostLevels = 50;

/** Rows that refer to other rows of the file come after them. */
const setLevels = (
  rows: { level: number; readonly cellOf: TableRow['cellOf'] }[],
  first: ReadonlyMap<string, number>,
  parentOf: (row: TableRow) => string,
): void => {
  const parents = rows.map((row) => first.get(parentOf(row as TableRow).toLowerCase()));
  const depth = (index: number, steps = 0): number => {
    const parent = parents[index];
    return parent === undefined || parent === index || steps > mostLevels ? steps : depth(parent, steps + 1);
  };
  for (const [index, row] of rows.entries()) row.level = depth(index);
};

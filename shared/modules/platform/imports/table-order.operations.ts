import { createHash } from 'node:crypto';
import { textOf } from './cells.rules.ts';
import { readCell, type CsvTable } from './csv.rules.ts';
import { keyText } from './match-keys.rules.ts';
import { refOf, type OpenRule, type Plan } from './plan.rules.ts';

/** A row of the file by its place, with the cells by heading. */
export type TableRow = {
  /** As spreadsheets count: the header is row 1. */
  readonly row: number;
  cellOf(column: string): string;
  /** The text by which it finds its record. */
  readonly match: string;
  /** An earlier row with the same match; `isSame` when it says the same in all mapped fields. */
  readonly repeats?: { readonly row: number; readonly isSame: boolean };
};

/** The rows of a table in the order in which they enter: what others refer to comes first. */
export type OrderedTable = {
  readonly count: number;
  /** At most `most` rows from a place on, all of one level, so that what they refer to is there. */
  take(place: number, most: number): Promise<readonly TableRow[]>;
  has(match: string): boolean;
};

/** What is remembered of rows that were read past. */
type Known = {
  readonly first: ReadonlyMap<string, number>;
  readonly repeats: ReadonlyMap<number, NonNullable<TableRow['repeats']>>;
  /** How many rows have to enter before, one after the other; nothing where rows do not refer to rows. */
  readonly levels?: Uint8Array;
  readonly count: number;
};

/** Goes through a table once, to know which rows repeat others and in which order they enter. */
export const orderRows = async (plan: Plan, table: CsvTable, country: string): Promise<OrderedTable> => {
  const known = await survey(plan, table, country);
  const { levels, count, first } = known;
  const order =
    levels &&
    Uint32Array.from(levels.keys()).sort((one, other) => levelOf(levels, one) - levelOf(levels, other) || one - other);
  const reader = rowReader(table);
  return {
    count,
    has: (match) => first.has(match.toLowerCase()),
    take: async (place, most) => {
      const places = Array.from(
        { length: Math.max(0, Math.min(most, count - place)) },
        (_, nth) => order?.[place + nth] ?? place + nth,
      );
      const level = levelOf(levels, places[0] ?? 0);
      const wanted = places.filter((index) => levelOf(levels, index) === level);
      const rows: TableRow[] = [];
      for (const index of wanted) rows.push(rowAt(plan, table, known, index, await reader(index)));
      return rows;
    },
  };
};

const levelOf = (levels: Uint8Array | undefined, index: number): number => levels?.[index] ?? 0;

type Cells = readonly string[];

/** Reads rows by their place: on from the last one, or from the beginning. */
const rowReader = ({ rows }: CsvTable): ((index: number) => Promise<Cells>) => {
  let reading: AsyncIterator<Cells> | undefined;
  let at = 0;
  return async (index) => {
    if (!reading || index < at) {
      await reading?.return?.();
      reading = rows()[Symbol.asyncIterator]();
      at = 0;
    }
    for (; ; at += 1) {
      const { value, done } = (await reading.next()) as IteratorResult<Cells, undefined>;
      if (done) throw new Error(`The table has no row ${String(index)} any more.`);
      if (at === index) {
        at += 1;
        return value;
      }
    }
  };
};

const rowAt = (plan: Plan, table: CsvTable, { repeats }: Known, index: number, cells: Cells): TableRow => {
  const cellOf = cellsOf(table)(cells);
  const repeated = repeats.get(index);
  return { row: index + offset(table), cellOf, match: matchOf(plan, cellOf), ...(repeated && { repeats: repeated }) };
};

const places = new WeakMap<CsvTable['columns'], ReadonlyMap<string, number>>();

const cellsOf = ({ columns }: CsvTable) => {
  const at = places.get(columns) ?? new Map(columns.map((column, index) => [column, index]));
  places.set(columns, at);
  return (cells: Cells) =>
    (column: string): string =>
      readCell(cells[at.get(column) ?? -1] ?? '');
};

const matchOf = ({ rules, matchBy }: Plan, cellOf: TableRow['cellOf']): string => {
  const rule = rules.find(({ field }) => field === matchBy);
  return rule ? textOf(rule, cellOf) : '';
};

/** The rule by which rows name other rows of the same file. */
const parentRuleOf = ({ rules, of, matchBy }: Plan): OpenRule | undefined => {
  const rule = rules.find(({ target }) => refOf(target) === of.name);
  return rule?.lookupBy === matchBy ? rule : undefined;
};

const survey = async (plan: Plan, table: CsvTable, country: string): Promise<Known> => {
  const first = new Map<string, number>();
  const repeats = new Map<number, NonNullable<TableRow['repeats']>>();
  const said: string[] = [];
  const parents: string[] = [];
  const parentRule = parentRuleOf(plan);
  const cellOfRow = cellsOf(table);
  let count = 0;
  for await (const cells of table.rows()) {
    const cellOf = cellOfRow(cells);
    const marks = [matchOf(plan, cellOf).toLowerCase(), ...keyTexts(plan, cellOf, country)].filter(
      (mark) => mark !== '',
    );
    said.push(marks.length === 0 ? '' : digestOf(plan, cellOf));
    const earlier = marks.map((mark) => first.get(mark)).find((at) => at !== undefined);
    for (const mark of marks) if (!first.has(mark)) first.set(mark, count);
    if (earlier !== undefined)
      repeats.set(count, { row: earlier + offset(table), isSame: said[earlier] === said[count] });
    if (parentRule) parents.push(textOf(parentRule, cellOf).toLowerCase());
    count += 1;
  }
  return { first, repeats, count, ...(parentRule && { levels: levelsOf(parents, first) }) };
};

/** What the mapped fields of a row say, short. */
const digestOf = ({ rules }: Plan, cellOf: TableRow['cellOf']): string =>
  createHash('md5')
    .update(JSON.stringify(rules.map((rule) => textOf(rule, cellOf))))
    .digest('base64url');

/** The texts of a row's own keys. */
const keyTexts = ({ keys = [], rules }: Plan, cellOf: TableRow['cellOf'], country: string): readonly string[] => {
  const ruleOf = (path: string): OpenRule | undefined => rules.find(({ field }) => field === path);
  const valueOf = (path: string): string | undefined => {
    const rule = ruleOf(path);
    return rule && textOf(rule, cellOf);
  };
  return keys.flatMap((paths) => keyText(paths, valueOf, (path) => ruleOf(path)?.target.field.shape, country) ?? []);
};

const offset = ({ hasHeader }: CsvTable): number => (hasHeader ? 2 : 1);
const mostLevels = 50;

/** Rows that refer to other rows of the file come after them. */
const levelsOf = (parents: readonly string[], first: ReadonlyMap<string, number>): Uint8Array => {
  const depth = (index: number, steps = 0): number => {
    const parent = first.get(parents[index] ?? '');
    return parent === undefined || parent === index || steps > mostLevels ? steps : depth(parent, steps + 1);
  };
  return Uint8Array.from(parents, (_, index) => depth(index));
};

import {
  DomainError,
  type AnyEntity,
  type AnyRow,
  type JobContext,
  type Piece,
  type PieceOutcome,
  type RowResult,
} from '#kernel';
import { parseGiven } from '#kernel/execute';
import { assertMay } from '#kernel/unit-repository';
import type { ImportAdapter, ImportValues } from './adapter.rules.ts';
import { textOf, valueOf } from './cells.rules.ts';
import { lookUp, type Found } from './lookup.operations.ts';
import {
  planFieldsOf,
  referredBy,
  type OpenRule,
  type OpenTable,
  type Plan,
  type TableRow,
} from './open-import.operations.ts';
import { adapterOf, valueAt, valuesFrom } from './targets.rules.ts';

/** What is wrong with a cell. */
type Flaw = { readonly code: string; readonly message: string; readonly field: string };

/** A row as values by path; references are still texts. */
type Prepared = {
  readonly row: TableRow;
  readonly found: Map<string, unknown>;
  readonly references: readonly { readonly rule: OpenRule; readonly text: string }[];
  readonly flaws: Flaw[];
};

/** Rows as they enter: `rehearsal` says what would become of them. */
export type Entering = {
  readonly plan: Plan;
  readonly table: OpenTable;
  readonly context: JobContext;
  readonly rehearsal: boolean;
};

/** Lets rows enter and tells what became of each. */
export const enterRows = async (entering: Entering, rows: readonly TableRow[]): Promise<readonly RowResult[]> => {
  const prepared = rows.map((row) => prepare(entering, row));
  await resolveReferences(entering, prepared);
  const matches = await findMatches(entering, prepared);
  const adapter = adapterOf(entering.context.registry, entering.plan.of.name);
  const defaults = (await adapter?.defaults?.(entering.context)) ?? {};
  const decided = prepared.map((each) => decide(entering, each, matches, adapter, defaults));
  const pieces = decided.flatMap((each) => ('run' in each ? [each] : []));
  const outcomes = [...(await entering.context.together(pieces, { rehearsal: entering.rehearsal }))];
  return decided.map((each, index) => ('run' in each ? told(prepared[index], outcomes.shift()) : each));
};

const prepare = ({ plan, context }: Entering, row: TableRow): Prepared => {
  const prepared: Prepared = { row, found: new Map(), references: [], flaws: [] };
  const references: { rule: OpenRule; text: string }[] = [];
  for (const rule of plan.rules) {
    const text = textOf(rule, row.cellOf);
    if (text === '') continue;
    if (rule.lookupBy !== undefined) references.push({ rule, text });
    else convert(prepared, rule, text, context.actor.currency);
  }
  return { ...prepared, references };
};

const convert = ({ found, flaws }: Prepared, rule: OpenRule, text: string, currency: string): void => {
  try {
    found.set(rule.field, valueOf(rule.target.field.shape, text, rule, { currency }));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    flaws.push({ code: error.code, message: error.message, field: columnOf(rule) });
  }
};

const columnOf = (rule: OpenRule): string => rule.column ?? rule.field;

const resolveReferences = async (entering: Entering, prepared: readonly Prepared[]): Promise<void> => {
  for (const rule of entering.plan.rules.filter(({ lookupBy }) => lookupBy !== undefined)) {
    const of = referredBy(entering.context.registry, rule);
    const texts = prepared.flatMap(({ references }) =>
      references.flatMap((each) => (each.rule === rule ? partsOf(rule, each.text) : [])),
    );
    if (!of || texts.length === 0) continue;
    const known = await namedBy(entering, rule, of, texts);
    for (const each of prepared) fill(entering, each, rule, of, known);
  }
};

/** What the texts name; what was found before is not asked again. */
const namedBy = async (
  { table, context }: Entering,
  rule: OpenRule,
  of: AnyEntity,
  texts: readonly string[],
): Promise<ReadonlyMap<string, Found>> => {
  const named = table.named.get(rule.field) ?? new Map<string, Found>();
  table.named.set(rule.field, named);
  const fresh = texts.filter((text) => named.get(text.toLowerCase()) === undefined);
  for (const [text, found] of await lookUp(context, of, rule.lookupBy ?? 'id', fresh))
    if (found) named.set(text, found);
  return named;
};

const isList = ({ target }: OpenRule): boolean => target.field.shape.kind === 'list';
const partsOf = (rule: OpenRule, text: string): readonly string[] => (isList(rule) ? text.split(/\s*[;|]\s*/) : [text]);

const fill = (
  entering: Entering,
  prepared: Prepared,
  rule: OpenRule,
  of: AnyEntity,
  known: ReadonlyMap<string, Found>,
): void => {
  const reference = prepared.references.find((each) => each.rule === rule);
  if (!reference) return;
  const ids: string[] = [];
  for (const text of partsOf(rule, reference.text)) {
    const found = known.get(text.toLowerCase());
    if (typeof found === 'object') ids.push(found.id);
    else if (!comesWithFile(entering, rule, of, text)) prepared.flaws.push(lost(rule, of, text, found));
  }
  if (ids.length > 0) prepared.found.set(rule.field, isList(rule) ? ids : ids[0]);
};

/** In a rehearsal a row may refer to one that is still to come. */
const comesWithFile = ({ rehearsal, plan, table }: Entering, rule: OpenRule, of: AnyEntity, text: string): boolean =>
  rehearsal && of.name === plan.of.name && rule.lookupBy === plan.matchBy && table.has(text);

const lost = (rule: OpenRule, of: AnyEntity, text: string, found: Found): Flaw => {
  const by = rule.lookupBy ?? 'id';
  return found === 'AMBIGUOUS'
    ? {
        code: 'LOOKUP_AMBIGUOUS',
        message: `There are several of ${of.name} whose ${by} is “${text}”.`,
        field: columnOf(rule),
      }
    : { code: 'LOOKUP_NOT_FOUND', message: `There is no ${of.name} whose ${by} is “${text}”.`, field: columnOf(rule) };
};

const findMatches = async (
  { plan, context }: Entering,
  prepared: readonly Prepared[],
): Promise<ReadonlyMap<string, Found>> => {
  if (plan.matchBy === undefined) return new Map();
  const rule = plan.rules.find(({ field }) => field === plan.matchBy);
  // A match by a reference or a tidied value (phone, e-mail) is looked for as the record holds it.
  const texts = prepared.map(({ row }) => row.match).filter((text) => text !== '');
  return rule || plan.matchBy === 'id' ? lookUp(context, plan.of, plan.matchBy, texts) : new Map();
};

const skipped = (row: number, code: string, message: string): RowResult => ({ row, status: 'skipped', code, message });
const failed = (row: number, { code, message, field }: Flaw): RowResult => ({
  row,
  status: 'failed',
  code,
  message,
  field,
});

/** What is to be done with a row: a piece of work, or nothing and why. */
const decide = (
  { plan, context }: Entering,
  { row, found, flaws, references }: Prepared,
  matches: ReadonlyMap<string, Found>,
  adapter: ImportAdapter | undefined,
  defaults: ImportValues,
): Piece | RowResult => {
  const at = row.row;
  const match = matches.get(row.match.toLowerCase());
  if (found.size + flaws.length + references.length === 0) return skipped(at, 'EMPTY_ROW', 'The row is empty.');
  if (row.repeats?.isSame === true)
    return skipped(at, 'DUPLICATE_IN_FILE', `Row ${String(row.repeats.row)} says the same.`);
  if (row.repeats)
    return failed(at, {
      code: 'DUPLICATE_IN_FILE',
      message: `Row ${String(row.repeats.row)} is about the same record and says something else.`,
      field: plan.matchBy ?? '',
    });
  if (match === 'AMBIGUOUS')
    return failed(at, {
      code: 'MATCH_AMBIGUOUS',
      message: `Several records have this ${plan.matchBy ?? ''}.`,
      field: plan.matchBy ?? '',
    });
  const [flaw] = flaws;
  if (flaw) return failed(at, { ...flaw, message: flaws.map(({ message }) => message).join(' ') });
  if (match && plan.mode === 'CREATE_ONLY') return skipped(at, 'EXISTS', 'There is such a record already.');
  if (!match && plan.mode === 'UPDATE_ONLY') return skipped(at, 'NO_RECORD', 'There is no such record.');
  const key = `row ${String(at)}`;
  if (match) return { key, reads: [match.id], run: (unit) => update(unit, plan, match.id, found, adapter) };
  return {
    key,
    run: (unit) =>
      create(unit, plan, { ...defaults, ...valuesFrom(planFieldsOf(context.registry, plan), plan.of, found) }, adapter),
  };
};

type Unit = Parameters<Piece['run']>[0];

const create = async (
  unit: Unit,
  { of }: Plan,
  values: ImportValues,
  adapter: ImportAdapter | undefined,
): Promise<AnyRow> =>
  adapter?.create ? adapter.create(values, unit) : rowIn(of, await call(unit, `create${of.name}`, values));

const update = async (
  unit: Unit,
  plan: Plan,
  id: string,
  found: ReadonlyMap<string, unknown>,
  adapter: ImportAdapter | undefined,
): Promise<AnyRow> => {
  const row = (await unit.data(plan.of).get(id)) as AnyRow;
  const kept = new Map([...found].filter(([path]) => path !== 'id' && mayReplace(plan, row, path)));
  if (kept.size === 0) return row;
  const values = valuesFrom(planFieldsOf(unit.registry, plan), plan.of, kept, row);
  if (adapter?.update) return adapter.update(row, values, unit);
  return rowIn(plan.of, await call(unit, `update${plan.of.name}`, { ...values, id, version: row.version }));
};

const mayReplace = ({ conflicts, of }: Plan, row: AnyRow, path: string): boolean => {
  if (conflicts === 'OVERWRITE') return true;
  const value = conflicts === 'KEEP' ? true : valueAt(of, row, path);
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
};

/** Runs an operation as the API would, within the unit. */
const call = (unit: Unit, name: string, input: ImportValues): Promise<unknown> => {
  const operation = unit.registry.operations.get(name);
  if (!operation)
    throw new DomainError('NOT_CHANGEABLE', `There is no ${name}: such records are not changed by imports.`);
  assertMay(unit.actor, operation);
  return operation.run(parseGiven(unit.actor, operation, input), unit);
};

/** The record in an answer: itself, or one of its fields. */
const rowIn = (of: AnyEntity, answer: unknown): AnyRow => {
  const candidates = [answer as Partial<AnyRow>, ...Object.values(answer as Readonly<Record<string, Partial<AnyRow>>>)];
  const row = candidates.find((each) => typeof each === 'object' && each.id?.startsWith(`${of.idPrefix}_`));
  if (!row) throw new Error(`The operation on ${of.name} answered no record of it.`);
  return row as AnyRow;
};

const told = (prepared: Prepared | undefined, outcome: PieceOutcome | undefined): RowResult => {
  const row = prepared?.row.row ?? 0;
  if (outcome?.status !== 'failed')
    return {
      row,
      status: outcome?.status ?? 'unchanged',
      ...(outcome?.record !== undefined && { record: outcome.record }),
    };
  const { error } = outcome;
  if (!(error instanceof DomainError)) throw error;
  const field = error.problems[0]?.path?.join('.') ?? '';
  const message = error.problems
    .map((problem) => (problem.path?.length ? `${problem.path.join('.')}: ${problem.message}` : problem.message))
    .join(' ');
  return { row, status: 'failed', code: error.code, message, ...(field !== '' && { field }) };
};

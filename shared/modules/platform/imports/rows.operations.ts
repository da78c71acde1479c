import { DomainError, type AnyEntity, type JobContext, type Piece, type PieceOutcome, type RowResult } from '#kernel';
import type { ImportAdapter, ImportValues } from './adapter.rules.ts';
import { momentOf, textOf, valueOf } from './cells.rules.ts';
import { lookUp, type Found } from './lookup.operations.ts';
import type { OpenTable } from './open-import.operations.ts';
import { planFieldsOf, referredBy, type OpenRule, type Plan } from './plan.rules.ts';
import { recordsByKey } from './match-index.operations.ts';
import { keyText } from './match-keys.rules.ts';
import { ImportReview } from './review.entity.ts';
import { adapterOf, valuesFrom } from './targets.rules.ts';
import type { TableRow } from './table-order.operations.ts';
import { createFrom, updateFrom } from './write-row.operations.ts';

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
  readonly importId: string;
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
    if (found && 'id' in found) ids.push(found.id);
    else if (!comesWithFile(entering, rule, of, text)) prepared.flaws.push(lost(rule, of, text, found));
  }
  if (ids.length > 0) prepared.found.set(rule.field, isList(rule) ? ids : ids[0]);
};

/** In a rehearsal a row may refer to one that is still to come. */
const comesWithFile = ({ rehearsal, plan, table }: Entering, rule: OpenRule, of: AnyEntity, text: string): boolean =>
  rehearsal && of.name === plan.of.name && rule.lookupBy === plan.matchBy && table.has(text);

const lost = (rule: OpenRule, of: AnyEntity, text: string, found: Found): Flaw => {
  const by = rule.lookupBy ?? 'id';
  return found
    ? {
        code: 'LOOKUP_AMBIGUOUS',
        message: `There are several of ${of.name} whose ${by} is “${text}”.`,
        field: columnOf(rule),
      }
    : { code: 'LOOKUP_NOT_FOUND', message: `There is no ${of.name} whose ${by} is “${text}”.`, field: columnOf(rule) };
};

/** The records that rows are about; several where it is not certain. */
type Matches = ReadonlyMap<TableRow, readonly string[]>;

const findMatches = async (entering: Entering, prepared: readonly Prepared[]): Promise<Matches> => {
  const matches = new Map(await matchedByField(entering, prepared));
  if (!entering.plan.keys) return matches;
  const index = await recordsByKey(entering.context, entering.plan, entering.table);
  for (const each of prepared) {
    const ids = matches.has(each.row) ? undefined : idsOf(entering, each, index);
    if (ids) matches.set(each.row, ids);
  }
  return matches;
};

/** The first own key that finds something decides. */
const idsOf = (
  { plan, context }: Entering,
  { found }: Prepared,
  index: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined =>
  plan.keys
    ?.map((paths) => {
      const shapeOf = (path: string) => plan.rules.find(({ field }) => field === path)?.target.field.shape;
      const text = keyText(paths, (path) => found.get(path), shapeOf, context.actor.country);
      return text === undefined ? undefined : index.get(text);
    })
    .find((ids) => ids !== undefined);

const matchedByField = async (
  { plan, context }: Entering,
  prepared: readonly Prepared[],
): Promise<readonly (readonly [TableRow, readonly string[]])[]> => {
  if (plan.matchBy === undefined) return [];
  // A match by a reference or a tidied value (phone, e-mail) is looked for as the record holds it.
  const texts = prepared.map(({ row }) => row.match).filter((text) => text !== '');
  const known = await lookUp(context, plan.of, plan.matchBy, texts);
  return prepared.flatMap(({ row }) => {
    const found = known.get(row.match.toLowerCase());
    return found ? [[row, 'id' in found ? [found.id] : found.several] as const] : [];
  });
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
  entering: Entering,
  { row, found, flaws, references }: Prepared,
  matches: Matches,
  adapter: ImportAdapter | undefined,
  defaults: ImportValues,
): Piece | RowResult => {
  const { plan, context } = entering;
  const at = row.row;
  const match = matches.get(row);
  if (found.size + flaws.length + references.length === 0) return skipped(at, 'EMPTY_ROW', 'The row is empty.');
  if (row.repeats?.isSame === true)
    return skipped(at, 'DUPLICATE_IN_FILE', `Row ${String(row.repeats.row)} says the same.`);
  if (row.repeats)
    return failed(at, {
      code: 'DUPLICATE_IN_FILE',
      message: `Row ${String(row.repeats.row)} is about the same record and says something else.`,
      field: plan.matchBy ?? '',
    });
  const [flaw] = flaws;
  if (flaw) return failed(at, { ...flaw, message: flaws.map(({ message }) => message).join(' ') });
  if (match && match.length > 1) return inReview(entering, row, found, match);
  const id = match?.[0];
  if (id !== undefined && plan.mode === 'CREATE_ONLY') return skipped(at, 'EXISTS', 'There is such a record already.');
  if (id === undefined && plan.mode === 'UPDATE_ONLY') return skipped(at, 'NO_RECORD', 'There is no such record.');
  const key = `row ${String(at)}`;
  if (id !== undefined)
    return { key, reads: [id], run: (unit) => updateFrom(unit, plan, id, found, adapter, changedAt(plan, row)) };
  const values = { ...defaults, ...valuesFrom(planFieldsOf(context.registry, plan), plan.of, found) };
  return { key, run: (unit) => createFrom(unit, plan, values, adapter) };
};

/** When the file says that a row was changed; never, where it does not say it. */
const changedAt = ({ changedColumn }: Plan, { cellOf }: TableRow): string | undefined => {
  const text = changedColumn === undefined ? '' : cellOf(changedColumn).trim();
  try {
    return text === '' ? undefined : momentOf(text, {});
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
};

const review = { code: 'IN_REVIEW', message: 'Several records may be meant; somebody has to decide.' };

/** A row that may mean several records waits for somebody to decide. */
const inReview = (
  { rehearsal, context, importId }: Entering,
  { row }: TableRow,
  found: ReadonlyMap<string, unknown>,
  candidates: readonly string[],
): Piece | RowResult => {
  if (rehearsal) return skipped(row, review.code, review.message);
  return {
    key: `row ${String(row)}`,
    run: (unit) => {
      const { userId } = context.actor;
      unit.trusted(ImportReview).create({
        import: importId,
        row,
        values: Object.fromEntries(found),
        candidates,
        ...(userId !== undefined && { owner: userId }),
      });
      return Promise.resolve(undefined);
    },
  };
};

const told = (prepared: Prepared | undefined, outcome: PieceOutcome | undefined): RowResult => {
  const row = prepared?.row.row ?? 0;
  // Only rows for the review queue make nothing that the row is about.
  if (outcome?.status === 'created' && outcome.record === undefined) return skipped(row, review.code, review.message);
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

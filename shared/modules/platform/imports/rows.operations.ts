import { DomainError, given, type Piece, type PieceOutcome, type RowResult } from '#kernel';
import type { ImportAdapter, ImportValues } from './adapter.rules.ts';
import { momentOf } from './cells.rules.ts';
import { findMatches, type Matches } from './matched-rows.operations.ts';
import { planFieldsOf, type Plan } from './plan.rules.ts';
import { prepareRows, type Entering, type Flaw, type Prepared } from './prepared-rows.operations.ts';
import { ImportReview } from './review.entity.ts';
import { adapterOf, valuesFrom } from './targets.rules.ts';
import type { TableRow } from './table-order.operations.ts';
import { createFrom, updateFrom } from './write-row.operations.ts';

/** Lets rows enter and tells what became of each. */
export const enterRows = async (entering: Entering, rows: readonly TableRow[]): Promise<readonly RowResult[]> => {
  const prepared = await prepareRows(entering, rows);
  const matches = await findMatches(entering, prepared);
  const adapter = adapterOf(entering.context.registry, entering.plan.of.name);
  const defaults = (await adapter?.defaults?.(entering.context)) ?? {};
  const decided = prepared.map((each) => decide(entering, each, matches, adapter, defaults));
  const pieces = decided.flatMap((each) => ('run' in each ? [each] : []));
  const outcomes = [...(await entering.context.together(pieces, { rehearsal: entering.rehearsal }))];
  return decided.map((each, index) => ('run' in each ? told(prepared[index], outcomes.shift()) : each));
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
  prepared: Prepared,
  matches: Matches,
  adapter: ImportAdapter | undefined,
  defaults: ImportValues,
): Piece | RowResult => {
  const { plan, context } = entering;
  const { row, found } = prepared;
  const match = matches.get(row) ?? [];
  const [id] = match;
  const refused = refusedAsWritten(prepared, plan);
  if (refused) return refused;
  if (match.length > 1) return inReview(entering, row, found, match);
  if (id !== undefined && plan.mode === 'CREATE_ONLY')
    return skipped(row.row, 'EXISTS', 'There is such a record already.');
  if (id === undefined && plan.mode === 'UPDATE_ONLY') return skipped(row.row, 'NO_RECORD', 'There is no such record.');
  const key = `row ${String(row.row)}`;
  if (id !== undefined)
    return { key, reads: [id], run: (unit) => updateFrom(unit, plan, id, found, adapter, changedAt(plan, row)) };
  const values = { ...defaults, ...valuesFrom(planFieldsOf(context.registry, plan), plan.of, found) };
  return { key, run: (unit) => createFrom(unit, plan, values, adapter) };
};

/** Why a row goes no further whatever there is already: empty, said before, wrong in itself. */
const refusedAsWritten = (
  { row: { row, repeats }, found, flaws, references }: Prepared,
  { matchBy = '' }: Plan,
): RowResult | undefined => {
  if (found.size + flaws.length + references.length === 0) return skipped(row, 'EMPTY_ROW', 'The row is empty.');
  const [flaw] = flaws;
  if (!repeats) return flaw && failed(row, { ...flaw, message: flaws.map(({ message }) => message).join(' ') });
  const first = `Row ${String(repeats.row)}`;
  if (repeats.isSame) return skipped(row, 'DUPLICATE_IN_FILE', `${first} says the same.`);
  const message = `${first} is about the same record and says something else.`;
  return failed(row, { code: 'DUPLICATE_IN_FILE', message, field: matchBy });
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
  if (outcome === undefined) return { row, status: 'unchanged' };
  const { status } = outcome;
  if (status === 'failed') return refusal(row, outcome.error);
  // Only rows for the review queue make nothing that the row is about.
  if (status === 'created' && outcome.record === undefined) return skipped(row, review.code, review.message);
  return { row, status, ...given({ record: outcome.record }) };
};

const refusal = (row: number, error: unknown): RowResult => {
  if (!(error instanceof DomainError)) throw error;
  const { code, problems } = error;
  const field = problems[0]?.path?.join('.') ?? '';
  const said = problems.map(({ path = [], message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message));
  return { row, status: 'failed', code, message: said.join(' '), ...(field !== '' && { field }) };
};

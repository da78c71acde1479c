import { DomainError, type AnyEntity, type JobContext } from '#kernel';
import { textOf, valueOf } from './cells.rules.ts';
import { lookUp, type Found } from './lookup.operations.ts';
import type { OpenTable } from './open-import.operations.ts';
import { referredBy, type OpenRule, type Plan } from './plan.rules.ts';
import type { TableRow } from './table-order.operations.ts';

/** What is wrong with a cell. */
export type Flaw = { readonly code: string; readonly message: string; readonly field: string };

/** A row as values by path; references are still texts. */
export type Prepared = {
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

/** The rows as values, with what their references name. */
export const prepareRows = async (entering: Entering, rows: readonly TableRow[]): Promise<readonly Prepared[]> => {
  const prepared = rows.map((row) => prepare(entering, row));
  await resolveReferences(entering, prepared);
  return prepared;
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

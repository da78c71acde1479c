import { DomainError, type AnyEntity, type Registry } from '#kernel';
import type { ImportRow, ImportRule } from './import.entity.ts';
import { fieldsFor, importable, targetOf, targetsOf, type Target } from './targets.rules.ts';

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

/** The entity that a target refers to. */
export const refOf = ({ field: { shape } }: Target): string | undefined => {
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

import { DomainError, type AnyEntity, type AnyRow, type Context } from '#kernel';
import { parseGiven } from '#kernel/execute';
import { assertMay } from '#kernel/unit-repository';
import type { ImportAdapter, ImportValues } from './adapter.rules.ts';
import { planFieldsOf, type Plan } from './open-import.operations.ts';
import { valueAt, valuesFrom } from './targets.rules.ts';

/** Makes a record of a row's values. */
export const createFrom = async (
  unit: Context,
  { of }: Plan,
  values: ImportValues,
  adapter: ImportAdapter | undefined,
): Promise<AnyRow> =>
  adapter?.create ? adapter.create(values, unit) : rowIn(of, await call(unit, `create${of.name}`, values));

/** Changes a record as a row says, where the plan lets it. `changedAt` is when the row was changed, where the file says so. */
export const updateFrom = async (
  unit: Context,
  plan: Plan,
  id: string,
  found: ReadonlyMap<string, unknown>,
  adapter: ImportAdapter | undefined,
  changedAt?: string,
): Promise<AnyRow> => {
  const row = (await unit.data(plan.of).get(id)) as AnyRow;
  const kept = new Map([...found].filter(([path]) => path !== 'id' && mayReplace(plan, row, path, changedAt)));
  if (kept.size === 0) return row;
  const values = valuesFrom(planFieldsOf(unit.registry, plan), plan.of, kept, row);
  if (adapter?.update) return adapter.update(row, values, unit);
  return rowIn(plan.of, await call(unit, `update${plan.of.name}`, { ...values, id, version: row.version }));
};

const mayReplace = ({ conflicts, of }: Plan, row: AnyRow, path: string, changedAt = ''): boolean => {
  if (conflicts === 'OVERWRITE' || (conflicts === 'NEWEST' && changedAt > row.updatedAt)) return true;
  const value = conflicts === 'KEEP' ? true : valueAt(of, row, path);
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
};

/** Runs an operation as the API would, within the unit. */
const call = (unit: Context, name: string, input: ImportValues): Promise<unknown> => {
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

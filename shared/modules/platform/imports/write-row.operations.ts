import type { AnyRow, Context } from '#kernel';
import { recordIn, runNamed } from '#kernel/named-operation';
import type { ImportAdapter, ImportValues } from './adapter.rules.ts';
import { planFieldsOf, type Plan } from './plan.rules.ts';
import { valueAt, valuesFrom } from './targets.rules.ts';

/** Makes a record of a row's values. */
export const createFrom = async (
  unit: Context,
  { of }: Plan,
  values: ImportValues,
  adapter: ImportAdapter | undefined,
): Promise<AnyRow> =>
  adapter?.create ? adapter.create(values, unit) : recordIn(of, await runNamed(unit, `create${of.name}`, values));

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
  return recordIn(plan.of, await runNamed(unit, `update${plan.of.name}`, { ...values, id, version: row.version }));
};

const mayReplace = ({ conflicts, of }: Plan, row: AnyRow, path: string, changedAt = ''): boolean => {
  if (conflicts === 'OVERWRITE' || (conflicts === 'NEWEST' && changedAt > row.updatedAt)) return true;
  const value = conflicts === 'KEEP' ? true : valueAt(of, row, path);
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
};

// Lists: what a client asks for becomes a plan, and the plan a page.
import { scopeOf } from './access.ts';
import { customized, customName, withFreshFields } from './custom-fields.ts';
import type { AnyEntity, AnyRow } from './entity.ts';
import { DomainError } from './errors.ts';
import { equalities, without, type Filter } from './filter.ts';
import { checkFilter } from './filter-check.ts';
import { filterFields, visibleFields } from './filter-fields.ts';
import { readPage, type Page } from './page.ts';
import { planList, type Plan } from './planner.ts';
import { ordered } from './row-changes.ts';
import type { Unit } from './unit.ts';

/** What a list is asked for. `first` is 1 to 100; 25 when not said. */
export type ListQuery = {
  readonly where?: Filter;
  readonly orderBy?: { readonly field: string; readonly descending: boolean };
  readonly first?: number;
  readonly after?: string;
  /** Archived records instead of those in use. */
  readonly archived?: boolean;
};

/** A list of which only these fields are looked at: its rows may lack the others. */
export type ListOfFields = ListQuery & { readonly fields?: readonly string[] };

/** A planned list of an entity. `checked` applies the actor's role. */
export const listRows = async (
  unit: Unit,
  declared: AnyEntity,
  query: ListOfFields,
  checked: boolean,
): Promise<Page<AnyRow>> => {
  if (checked && scopeOf(unit.actor, declared.name, 'read') === 'none') return emptyPage;
  const { of, where } = await acceptFilter(unit, declared, query.where, checked);
  const plan = planList(of, unit.actor, {
    equalities: where ? equalities(where) : {},
    ...(query.orderBy && { orderBy: query.orderBy }),
    archived: query.archived ?? false,
    unscoped: !checked,
  });
  const rest = where && without(where, plan.used);
  return readPage(unit, of, plan, { ...query, checked, ...(rest && { rest }) }, fingerprint(of, plan, where));
};

type Accepted = { readonly of: AnyEntity; readonly where: Filter | undefined };

/** The filter, checked. What the tenant's definitions refuse is asked again of the definitions as they are now. */
const acceptFilter = async (
  { actor, runtime }: Unit,
  of: AnyEntity,
  given: Filter | undefined,
  checked: boolean,
): Promise<Accepted> => {
  const check = (entity: AnyEntity): Accepted => {
    const fields = checked ? visibleFields(entity, actor) : filterFields(entity);
    return { of: entity, where: given && checkFilter(fields, given, { country: actor.country }) };
  };
  try {
    return check(of);
  } catch (error) {
    const isCustom = error instanceof DomainError && error.problems.some(({ path = [] }) => path.includes(customName));
    const renewed = isCustom ? await withFreshFields(runtime, actor) : undefined;
    if (!renewed) throw error;
    return check(customized(of, renewed.customFields));
  }
};

const fingerprint = (of: AnyEntity, plan: Plan, where: Filter | undefined): string =>
  JSON.stringify([
    of.name,
    plan.key,
    plan.descending,
    plan.streams.map((stream) => stream.partition + stream.prefix),
    ordered(where ?? null),
  ]);

const emptyPage: Page<AnyRow> = {
  rows: [],
  cursorOf: () => '',
  hasNextPage: false,
  scanLimited: false,
  plan: { key: 'none', streams: [], sort: '', descending: false, used: [], keysOnly: false, scoped: true },
};

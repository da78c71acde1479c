import type { Problem, Row } from '#kernel';
import { orgLevels, type OrgUnit } from './org-unit.entity.ts';

/** A node of the organisation, as code sees it. */
export type OrgUnitRow = Row<typeof OrgUnit>;

const rank = ({ level }: Pick<OrgUnitRow, 'level'>): number => orgLevels.indexOf(level);

/** Most units from the top to the bottom. */
export const mostLevelsDeep = 12;

/** What is wrong with where a unit stands: `ancestors` from its parent upwards, `children` right below it. */
export const placeProblems = (
  unit: OrgUnitRow,
  ancestors: readonly OrgUnitRow[],
  children: readonly OrgUnitRow[],
): readonly Problem[] => {
  const [parent] = ancestors;
  const path = ['parent'];
  if (ancestors.some(({ id }) => id === unit.id))
    return [{ code: 'CYCLE', message: `${unit.name} cannot stand below itself.`, path }];
  if (ancestors.length >= mostLevelsDeep)
    return [{ code: 'TOO_DEEP', message: `At most ${String(mostLevelsDeep)} units stand one below the other.`, path }];
  if (parent && rank(parent) > rank(unit)) return [wrongLevel(unit, parent)];
  return children.filter((child) => rank(unit) > rank(child)).map((child) => wrongLevel(child, unit));
};

const wrongLevel = (below: OrgUnitRow, above: OrgUnitRow): Problem => ({
  code: 'WRONG_LEVEL',
  message: `${below.name} (${below.level}) cannot stand below ${above.name} (${above.level}).`,
  path: ['level'],
});

/** A unit and how far below the top it stands. */
export type Placed = { readonly unit: OrgUnitRow; readonly depth: number };

/** The units below (and with) a root, or all of them, parents before their children, by name. */
export const inOrder = (units: readonly OrgUnitRow[], root?: string): readonly Placed[] => {
  const ids = new Set(units.map(({ id }) => id));
  const below = Map.groupBy(units, ({ parent }) => (parent !== undefined && ids.has(parent) ? parent : ''));
  const tops = root === undefined ? (below.get('') ?? []) : units.filter(({ id }) => id === root);
  const walk = (unit: OrgUnitRow, depth: number): readonly Placed[] =>
    depth > mostLevelsDeep
      ? []
      : [{ unit, depth }, ...sorted(below.get(unit.id) ?? []).flatMap((child) => walk(child, depth + 1))];
  return sorted(tops).flatMap((top) => walk(top, 0));
};

const sorted = (units: readonly OrgUnitRow[]): readonly OrgUnitRow[] =>
  [...units].sort((left, right) => left.name.localeCompare(right.name));

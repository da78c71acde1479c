import {
  change,
  creation,
  DomainError,
  integer,
  list,
  mutation,
  object,
  optional,
  problemsError,
  query,
  readOn,
  record,
  recordInput,
  ref,
  type Context,
} from '#kernel';
import { User, type Post } from '#modules/platform/users';
import { OrgUnit } from './org-unit.entity.ts';
import { inOrder, mostLevelsDeep, placeProblems, type OrgUnitRow, type Placed } from './org-unit.rules.ts';

const which = recordInput('OrgUnit');
const placeFailures = ['CYCLE', 'TOO_DEEP', 'WRONG_LEVEL'] as const;

/** From the parent upwards; the walk ends where it comes back to the unit. */
const ancestorsOf = async ({ trusted }: Context, unit: OrgUnitRow): Promise<readonly OrgUnitRow[]> => {
  const ancestors: OrgUnitRow[] = [];
  for (
    let next = unit.parent;
    next !== undefined && ancestors.length <= mostLevelsDeep;
    next = ancestors.at(-1)?.parent
  ) {
    const parent = await trusted(OrgUnit).find(next);
    if (!parent) break;
    ancestors.push(parent);
    if (parent.id === unit.id) break;
  }
  return ancestors;
};

const childrenOf = async ({ trusted }: Context, id: string): Promise<readonly OrgUnitRow[]> =>
  (await trusted(OrgUnit).page('byParent', { of: id, first: 100 })).rows;

/** Two moves at once cannot close a circle: each depends on the units above it standing where they stood. */
const assertPlace = async (
  context: Context,
  unit: OrgUnitRow,
  children: readonly OrgUnitRow[],
): Promise<OrgUnitRow> => {
  const ancestors = await ancestorsOf(context, unit);
  const problems = placeProblems(unit, ancestors, children);
  if (problems.length > 0) throw problemsError(problems);
  for (const ancestor of ancestors) context.trusted(OrgUnit).hold(ancestor);
  return unit;
};

export const createOrgUnit = creation(OrgUnit, 'createOrgUnit', {
  describes: 'Adds a company, branch, management or business to the organisation.',
  needs: 'orgUnit.create',
  input: {},
  returns: OrgUnit,
  fails: placeFailures,
  run: ({ values }, context) => assertPlace(context, context.data(OrgUnit).create(values), []),
});

export const updateOrgUnit = change(OrgUnit, 'updateOrgUnit', {
  describes:
    'Changes a unit of the organisation, or moves it with all that stands below it: absent fields stay, null clears.',
  needs: 'orgUnit.update',
  input: which,
  returns: OrgUnit,
  fails: placeFailures,
  async run({ id, changes }, context) {
    const before = await context.data(OrgUnit).get(id);
    const after = context.data(OrgUnit).update(before, changes);
    if (after.parent === before.parent && after.level === before.level) return after;
    return assertPlace(context, after, after.level === before.level ? [] : await childrenOf(context, id));
  },
});

export const archiveOrgUnit = mutation('archiveOrgUnit', {
  describes: 'Takes a unit of the organisation out of use, once nobody works in it and nothing stands below it.',
  needs: 'orgUnit.archive',
  input: which,
  returns: OrgUnit,
  fails: ['IN_USE'],
  async run({ id }, context) {
    const unit = await context.data(OrgUnit).get(id);
    const [children, people] = await Promise.all([
      childrenOf(context, id),
      context.trusted(User).page('byOrgUnit', { of: id, first: 100 }),
    ]);
    const active = people.rows.filter(({ status }) => status !== 'DEACTIVATED');
    const inUse = [...children, ...active].map(({ name }) => name);
    if (inUse.length > 0)
      throw new DomainError('IN_USE', `${unit.name} is in use: ${inUse.slice(0, 5).join(', ')}.`, ['id']);
    return context.data(OrgUnit).archive(unit);
  },
});

/** Most units of a tenant. */
const mostUnits = 5000;

/** The unit and all below it, or the whole organisation, parents before their children. One request. */
export const organisationOf = async ({ data }: Pick<Context, 'data'>, root?: string): Promise<readonly Placed[]> => {
  const { rows } = await readOn((asked) => data(OrgUnit).page('byName', asked), mostUnits);
  return inOrder(rows, root);
};

export const orgTree = query('orgTree', {
  describes: 'The organisation as a tree: every unit with its depth, parents before their children.',
  needs: 'orgUnit.read',
  input: { root: optional(ref('OrgUnit', { describes: 'Only this unit and what stands below it.' })) },
  returns: {
    units: list(
      object('OrgTreeUnit', {
        unit: record(OrgUnit, 'The unit.'),
        depth: integer({ min: 0, describes: '0 at the top.' }),
      }),
      {
        max: 5000,
        describes: 'Parents before their children, each by name.',
      },
    ),
  },
  run: async ({ root }, context) => ({ units: await organisationOf(context, root) }),
});

/** Who leads parts of the organisation hands them over. */
export const leadingUnits: Post = {
  of: OrgUnit,
  heldBy: async ({ trusted }, person) => (await trusted(OrgUnit).page('byManager', { of: person, first: 100 })).rows,
  give: async ({ trusted }, id, { from, to }) => {
    const unit = await trusted(OrgUnit).get(id);
    return unit.manager === from && unit.archivedAt === undefined
      ? [trusted(OrgUnit).update(unit, { manager: to })]
      : [];
  },
};

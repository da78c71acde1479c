import { module } from '#kernel';
import { posts } from '#modules/platform/users';
import { OrgUnit } from './org-unit.entity.ts';
import { archiveOrgUnit, createOrgUnit, leadingUnits, orgTree, updateOrgUnit } from './org-unit.operations.ts';

/** The tree of the organisation. */
export const organisation = module('platform/organisation', {
  entities: [OrgUnit],
  operations: [createOrgUnit, updateOrgUnit, archiveOrgUnit, orgTree],
  contributes: { [posts]: [leadingUnits] },
});
export { OrgUnit } from './org-unit.entity.ts';
export { organisationOf } from './org-unit.operations.ts';
export type { OrgUnitRow, Placed } from './org-unit.rules.ts';

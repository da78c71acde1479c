import { module } from '#kernel';
import { OrgUnit } from './org-unit.entity.ts';
import { archiveOrgUnit, createOrgUnit, orgTree, updateOrgUnit } from './org-unit.operations.ts';

/** The tree of the organisation. */
export const organisation = module('platform/organisation', {
  entities: [OrgUnit],
  operations: [createOrgUnit, updateOrgUnit, archiveOrgUnit, orgTree],
});
export { OrgUnit } from './org-unit.entity.ts';
export { organisationOf } from './org-unit.operations.ts';
export type { OrgUnitRow, Placed } from './org-unit.rules.ts';

import { module } from '#kernel';
import { OrgUnit } from './org-unit.entity.ts';

/** The tree of the organisation. */
export const organisation = module('platform/organisation', { entities: [OrgUnit] });
export { OrgUnit } from './org-unit.entity.ts';

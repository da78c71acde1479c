import { module } from '#kernel';
import { Role } from './role.entity.ts';
import { copyRole, createRole, listPermissions, listRoles, updateRole } from './role.operations.ts';

/** What people may do. */
export const roles = module('platform/roles', {
  entities: [Role],
  operations: [createRole, updateRole, copyRole, listRoles, listPermissions],
});
export { Role } from './role.entity.ts';
export { excess, intersection, namedPermissions, noAccess, only, permissionPoint, reachOf } from './access.rules.ts';
export { builtInKeys, builtInRoles, type BuiltInKey, type NamedRole, type RoleGrant } from './built-in-roles.rules.ts';

export { guardedFields, type GuardedFields } from './guarded-fields.rules.ts';
export { keyPermissionProblems, permissionProblems, roleHolder, rulesOfKeys } from './role.rules.ts';
export { differencesBetween, type Difference } from './differences.rules.ts';
export { assertGrantable, grantableRules, proposedRole, rolesOf, unknownRoles } from './role.operations.ts';

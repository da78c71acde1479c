import { module } from '#kernel';
import { User } from './user.entity.ts';
import { assignRoles, assignTeams, deactivateUser, inviteUser, reactivateUser, updateUser } from './user.operations.ts';

export { addMembership, membershipsOf, type Membership } from './membership.operations.ts';
export { User, type UserRow } from './user.entity.ts';
export { inviteUser } from './user.operations.ts';

/** The people who work with the product. */
export const users = module('platform/users', {
  entities: [User],
  operations: [inviteUser, updateUser, assignRoles, assignTeams, deactivateUser, reactivateUser],
});

import { module } from '#kernel';
import { handOverWork as handOver } from './hand-over.jobs.ts';
import { posts } from './posts.rules.ts';
import { previewRoleAssignment, previewRoleChange } from './preview-roles.operations.ts';
import { reports } from './reports.operations.ts';
import { User } from './user.entity.ts';
import { archiveRole, assignRoles, setAbsence, updateMyProfile, updateUser } from './user.operations.ts';
import { deactivateUser, handOverWork, reactivateUser } from './user-status.operations.ts';

/** The people who work with the product. */
export const users = module('platform/users', {
  entities: [User],
  operations: [
    updateUser,
    updateMyProfile,
    setAbsence,
    assignRoles,
    archiveRole,
    deactivateUser,
    reactivateUser,
    handOverWork,
    previewRoleChange,
    previewRoleAssignment,
  ],
  jobs: [handOver],
  contributes: { [posts]: [reports] },
});
export { levelsAbove } from './managers.operations.ts';
export { assertRoomForUser, noteOwner } from './owners.operations.ts';
export { posts, type Post } from './posts.rules.ts';
export { withSubstitutes } from './substitutes.operations.ts';
export { User, type UserRow } from './user.entity.ts';
export { holdersOf } from './user.operations.ts';
export { isAbsent, ownerRole } from './user.rules.ts';

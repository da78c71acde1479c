import { module } from '#kernel';
import { Role } from './role.entity.ts';

/** What people may do. */
export const roles = module('platform/roles', { entities: [Role] });
export { Role } from './role.entity.ts';

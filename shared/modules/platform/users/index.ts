import { module } from '#kernel';
import { User } from './user.entity.ts';

/** The people who work with the product. */
export const users = module('platform/users', { entities: [User] });
export { User, type UserRow } from './user.entity.ts';

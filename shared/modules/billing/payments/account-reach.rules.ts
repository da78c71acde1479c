import { mayReach, scopeOf, type Actor, type AnyEntity, type AnyRow } from '#kernel';

/**
 * Whether somebody who sees an account sees its records of a kind as well: they are of whoever handles it. That the account was
 * shared with somebody opens the account alone.
 */
export const seesOf = (
  actor: Actor,
  { ownerId }: Pick<AnyRow, 'ownerId'>,
  { name }: Pick<AnyEntity, 'name'>,
): boolean => mayReach(actor, scopeOf(actor, name, 'read'), ownerId ?? '');

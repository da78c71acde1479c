import { DomainError, type Context } from '#kernel';
import { Tenant, type TenantRow } from '#modules/platform/settings';
import { User, type UserRow } from './user.entity.ts';
import { ownersAfter } from './user.rules.ts';

/** The tenant of the actor; absent in a test without one. */
const ownTenant = ({ trusted, actor }: Context): Promise<TenantRow | undefined> => trusted(Tenant).find(actor.tenant);

/**
 * Keeps the tenant's list of owners in step with a person's roles. It is written with the change, so that of two owners
 * who take each other's role away at once, one comes second and is refused.
 * @throws LAST_OWNER
 */
export const noteOwner = async (context: Context, user: string, roles: readonly string[]): Promise<void> => {
  const tenant = await ownTenant(context);
  if (!tenant) return;
  const before = tenant.owners ?? [];
  const owners = ownersAfter(before, user, roles);
  if (owners.length === 0 && before.length > 0)
    throw new DomainError('LAST_OWNER', 'A tenant keeps at least one owner.', ['id']);
  if (owners.length !== before.length)
    context.trusted(Tenant).update(tenant, { owners }, { event: 'tenant.ownersChanged' });
};

/** @throws LIMIT_REACHED when a trial has as many people as it may */
export const assertRoomForUser = async (context: Context): Promise<void> => {
  const most = (await ownTenant(context))?.limits?.users;
  if (most === undefined || most >= 100) return;
  const people = await Promise.all(
    (['INVITED', 'ACTIVE'] as const).map((of) => context.trusted(User).page('byStatus', { of, first: 100 })),
  );
  const count = people.flatMap(({ rows }) => rows as readonly UserRow[]).length;
  if (count >= most) throw new DomainError('LIMIT_REACHED', `This tenant may have ${String(most)} people.`);
};

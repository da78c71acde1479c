import { mayTouch, prefixOf, type AnyRow, type Context } from '#kernel';
import { Tenant } from '#modules/platform/settings';
import { User } from '#modules/platform/users';
import { actorOf } from './actor.operations.ts';

/** Those among people who may read a record: nobody else is to be told what is said about it. */
export const readersAmong = async (
  context: Context,
  row: AnyRow,
  people: readonly string[],
): Promise<readonly string[]> => {
  const entity = context.registry.byPrefix.get(prefixOf(row.id));
  if (!entity || people.length === 0) return [];
  const tenant = await context.trusted(Tenant).get(context.actor.tenant);
  const users = [...(await context.trusted(User).getMany([...new Set(people)])).values()];
  const actors = await Promise.all(users.map((user) => actorOf(context, tenant, user)));
  return actors.filter((actor) => mayTouch(actor, entity, row, 'read')).map(({ id }) => id);
};

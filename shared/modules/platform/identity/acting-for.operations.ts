import { prefixOf, type Actor, type Runtime } from '#kernel';
import { ApiKey } from '#modules/platform/keys';
import { customFieldsOf, personOf, type Person } from './actor.operations.ts';
import { holderOfKey } from './key-actor.operations.ts';

/** A user or key as an actor though nobody is signed in: for work that was published with their rights. Undefined once they have none. */
export const actingFor = async (runtime: Runtime, tenant: string, id: string): Promise<Actor | undefined> => {
  const person = async (user: string): Promise<Person | undefined> => {
    const known = await personOf(runtime, tenant, user);
    return known?.user.status === 'DEACTIVATED' ? undefined : known;
  };
  const actor =
    prefixOf(id) === ApiKey.idPrefix
      ? await holderOfKey(runtime, { tenant, key: id }, person)
      : (await person(id))?.actor;
  const customFields = actor && (await customFieldsOf(runtime, tenant));
  return customFields ? { ...actor, customFields } : actor;
};

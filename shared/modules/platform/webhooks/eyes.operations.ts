import type { Actor } from '#kernel';
import type { Runtime } from '#kernel/context';
import { personOf } from '#modules/platform/identity';
import { intersection } from '#modules/platform/roles';
import type { WebhookEndpointRow } from './webhook-endpoint.entity.ts';

/** With whose eyes an endpoint sees: its maker's as they are today, and no more than the key that made it. Undefined once the maker has left. */
export const eyesOf = async (
  runtime: Runtime,
  tenant: string,
  { user, rights }: Pick<WebhookEndpointRow, 'user' | 'rights'>,
): Promise<Actor | undefined> => {
  const maker = await makerOf(runtime, tenant, user);
  if (!maker || !rights) return maker;
  return { ...maker, rules: intersection(runtime.registry, maker.rules, rights) };
};

/** What nobody in particular has made, the product has: it is set up by its operator. */
const makerOf = async (runtime: Runtime, tenant: string, user: string | undefined): Promise<Actor | undefined> => {
  if (user === undefined) return runtime.actorFor(tenant, 'webhooks');
  const person = await personOf(runtime, tenant, user);
  return person && person.user.status !== 'DEACTIVATED' ? person.actor : undefined;
};

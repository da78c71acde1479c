import type { Actor } from '#kernel';
import type { Runtime } from '#kernel/context';
import { actingFor } from '#modules/platform/identity';
import type { WebhookEndpointRow } from './webhook-endpoint.entity.ts';

/**
 * With whose eyes an endpoint sees: its maker's as they are today, made by a key that key's. Undefined once the maker has left or
 * the key is no longer in force. What nobody in particular has made, the product has: it is set up by its operator.
 */
export const eyesOf = (
  runtime: Runtime,
  tenant: string,
  { user, key }: Pick<WebhookEndpointRow, 'user' | 'key'>,
): Promise<Actor | undefined> => {
  const maker = key ?? user;
  return maker === undefined ? runtime.actorFor(tenant, 'webhooks') : actingFor(runtime, tenant, maker);
};

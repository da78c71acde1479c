import type { Context } from '#kernel';

/** What a message of the queue says besides the events of the bus. */
export type WebhookHint = { readonly tenant: string; readonly endpoint: string };

/** SQS delays a message by 15 minutes at most; what is later has the timer of the endpoint. */
export const longestDelay = 900;

/** Tells the queue that there may be something to do for an endpoint. */
export const hint = (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  endpoint: string,
  delaySeconds = 0,
): Promise<void> => {
  const body: WebhookHint = { tenant: actor.tenant, endpoint };
  return ports.queues.send('webhooks', [{ body, ...(delaySeconds > 0 && { delaySeconds }) }]);
};

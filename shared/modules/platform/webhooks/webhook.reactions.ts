import { timer } from '#kernel';
import { hint } from './hint.operations.ts';
import { WebhookEndpoint } from './webhook-endpoint.entity.ts';

export const webhookTimer = timer(WebhookEndpoint, {
  describes: 'Tells the queue that what did not get through is due again, where that was too far ahead for a message.',
  run: (row, context) => {
    context.trusted(WebhookEndpoint).update(row, { retryAt: null }, { aside: true });
    context.afterCommit(() => hint(context, row.id));
    return Promise.resolve();
  },
});

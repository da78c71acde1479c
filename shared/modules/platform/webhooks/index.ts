import { module } from '#kernel';
import { notificationKinds } from '#modules/platform/notifications';
import { webhookHealth } from './health.operations.ts';
import { setWebhookHeaders } from './header.operations.ts';
import { webhookDeliveries } from './ledger.operations.ts';
import { webhookNotices } from './notices.operations.ts';
import { redeliverWebhooks } from './redeliver.operations.ts';
import { replayEvents } from './replay.jobs.ts';
import { replayWebhookEvents } from './replay.operations.ts';
import { testWebhookEndpoint } from './test-send.operations.ts';
import { WebhookEndpoint } from './webhook-endpoint.entity.ts';
import {
  createWebhookEndpoint,
  disableWebhookEndpoint,
  enableWebhookEndpoint,
  restoreWebhookEndpoint,
  rotateWebhookSecret,
  updateWebhookEndpoint,
} from './webhook-endpoint.operations.ts';
import { WebhookSecret } from './webhook-secret.entity.ts';
import { webhookTimer } from './webhook.reactions.ts';

export { hearWebhooks, type WebhookMessage } from './hear.operations.ts';
export { WebhookEndpoint, type WebhookEndpointRow } from './webhook-endpoint.entity.ts';

/** Webhooks: partners are called when something happens, signed, in order and until it has arrived. */
export const webhooks = module('platform/webhooks', {
  entities: [WebhookEndpoint, WebhookSecret],
  operations: [
    createWebhookEndpoint,
    updateWebhookEndpoint,
    rotateWebhookSecret,
    setWebhookHeaders,
    disableWebhookEndpoint,
    enableWebhookEndpoint,
    restoreWebhookEndpoint,
    testWebhookEndpoint,
    webhookDeliveries,
    webhookHealth,
    redeliverWebhooks,
    replayWebhookEvents,
  ],
  jobs: [replayEvents],
  timers: [webhookTimer],
  contributes: {
    [notificationKinds]: webhookNotices,
    'role-grants': [{ roles: ['manager', 'seller', 'support'], entities: { WebhookEndpoint: {} } }],
  },
});

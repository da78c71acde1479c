// Bus -> webhooks of partners; and what is due again.
import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { hearWebhooks, type WebhookMessage } from '#modules/platform/webhooks';
import { openRuntime } from './runtime.ts';

/** Works off what events and hints say; where an endpoint could not be worked on, all of them come again, which does no harm. */
export const handler = middy<SQSEvent>().handler(({ Records }) =>
  hearWebhooks(
    openRuntime(),
    Records.map(({ body }) => JSON.parse(body) as WebhookMessage),
  ),
);

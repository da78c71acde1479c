// Bus -> webhooks of partners; and what is due again.
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { hearWebhooks } from '#modules/platform/webhooks';
import { readable, tellsWhere } from './readable.ts';
import { openRuntime } from './runtime.ts';

/** Works off what events and hints say; where an endpoint could not be worked on, all of them come again, which does no harm. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
  const { messages, unreadable } = readable(Records, tellsWhere);
  await hearWebhooks(
    openRuntime(),
    messages.map(({ body }) => body),
  );
  return { batchItemFailures: [...unreadable] };
});

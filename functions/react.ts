// Bus -> read models, timelines, reactions and notices.
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { consumeEvents } from '#kernel/consume-events';
import { tellListeners } from '#modules/platform/realtime';
import { eachByItself } from './each-by-itself.ts';
import { readable, saysEvent } from './readable.ts';
import { openRuntime } from './runtime.ts';

/** Handles a batch of domain events; those that failed come again. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
  const runtime = openRuntime();
  const { messages, unreadable } = readable(Records, saysEvent);
  const events = messages.map(({ body }) => body.detail);
  const failed = await eachByItself(events, (some) => consumeEvents(runtime, some));
  for (const [event, cause] of failed)
    runtime.log.warn('An event was not handled; the queue sends it again.', { event, error: String(cause) });
  const done = messages.filter(({ body }) => body['replay-name'] === undefined && !failed.has(body.detail.id));
  await tellListeners(
    runtime,
    done.map(({ body }) => body.detail),
  );
  const again = messages.filter(({ body }) => failed.has(body.detail.id));
  return { batchItemFailures: [...unreadable, ...again.map(({ messageId }) => ({ itemIdentifier: messageId }))] };
});

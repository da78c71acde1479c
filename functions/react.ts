// Bus -> read models, timelines and reactions.
import middy from '@middy/core';
import type { EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { DomainEvent } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { openRuntime } from './runtime.ts';

/** Handles a batch of domain events; those that failed come again. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
  const runtime = openRuntime();
  const messages = Records.map(({ messageId, body }) => ({
    messageId,
    event: (JSON.parse(body) as EventBridgeEvent<string, DomainEvent>).detail,
  }));
  const failed = await consumeEvents(
    runtime,
    messages.map(({ event }) => event),
  );
  for (const [event, cause] of failed)
    runtime.log.warn('An event was not handled; the queue sends it again.', { event, error: String(cause) });
  return {
    batchItemFailures: messages
      .filter(({ event }) => failed.has(event.id))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
});

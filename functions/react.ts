// Bus -> read models, timelines, reactions and notices.
import middy from '@middy/core';
import type { EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { DomainEvent } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { tellListeners } from '#modules/platform/realtime';
import { openRuntime } from './runtime.ts';

/** An event as the bus has it; replayed ones say so, and are old. */
type Message = EventBridgeEvent<string, DomainEvent> & { readonly 'replay-name'?: string };

/** Handles a batch of domain events; those that failed come again. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
  const runtime = openRuntime();
  const messages = Records.map(({ messageId, body }) => {
    const { detail, 'replay-name': replay } = JSON.parse(body) as Message;
    return { messageId, event: detail, isReplay: replay !== undefined };
  });
  const failed = await consumeEvents(
    runtime,
    messages.map(({ event }) => event),
  );
  for (const [event, cause] of failed)
    runtime.log.warn('An event was not handled; the queue sends it again.', { event, error: String(cause) });
  const done = messages.filter(({ event, isReplay }) => !isReplay && !failed.has(event.id));
  await tellListeners(
    runtime,
    done.map(({ event }) => event),
  );
  return {
    batchItemFailures: messages
      .filter(({ event }) => failed.has(event.id))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
});

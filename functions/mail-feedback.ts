// Events of SES -> the ledger of mails and the addresses that are written to no more.
import middy from '@middy/core';
import type { EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { takeFeedback, type SesEvent } from '#modules/platform/mail-out';
import { openRuntime } from './runtime.ts';

/** Takes in a batch of events, in whatever order they come; those that failed come again. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
  const runtime = openRuntime();
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of Records) {
    try {
      await takeFeedback(runtime, (JSON.parse(body) as EventBridgeEvent<string, SesEvent>).detail);
    } catch (error) {
      runtime.log.error('An event of SES was not taken in; the queue sends it again.', { error: String(error) });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
});

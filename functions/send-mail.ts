// Queue -> mail out through SES, messages out to phones.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { sendQueuedMessage, type MessageToSend } from '#modules/engagement/conversations';
import { sendQueued, type MailToSend } from '#modules/platform/mail-out';
import { openRuntime } from './runtime.ts';

const processor = new BatchProcessor(EventType.SQS);

const sendOne = ({ body }: SQSRecord): Promise<void> => {
  const asked = JSON.parse(body) as MailToSend | MessageToSend;
  return 'message' in asked ? sendQueuedMessage(openRuntime(), asked) : sendQueued(openRuntime(), asked);
};

/** Sends a batch of mails and messages of their ledgers; those that could not even be tried come again. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event) =>
  processPartialResponse(event, sendOne, processor, { throwOnFullBatchFailure: false }),
);

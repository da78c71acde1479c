// Queue -> mail out through SES.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { sendQueued, type MailToSend } from '#modules/platform/mail-out';
import { openRuntime } from './runtime.ts';

const processor = new BatchProcessor(EventType.SQS);

const sendOne = ({ body }: SQSRecord): Promise<void> => sendQueued(openRuntime(), JSON.parse(body) as MailToSend);

/** Sends a batch of mails of the ledger; those that could not even be tried come again. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event) =>
  processPartialResponse(event, sendOne, processor, { throwOnFullBatchFailure: false }),
);

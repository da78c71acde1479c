// Events of SES -> the ledger of mails and the addresses that are written to no more.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { EventBridgeEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { takeFeedback, type SesEvent } from '#modules/platform/mail-out';
import { openRuntime } from './runtime.ts';

const processor = new BatchProcessor(EventType.SQS);

const takeOne = ({ body }: SQSRecord): Promise<void> =>
  takeFeedback(openRuntime(), (JSON.parse(body) as EventBridgeEvent<string, SesEvent>).detail);

/** Takes in a batch of events, in whatever order they come; those that failed come again. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event) =>
  processPartialResponse(event, takeOne, processor, { throwOnFullBatchFailure: false }),
);

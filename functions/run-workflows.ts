// Bus -> workflows: what happens starts runs and lets them go on; and messages of runs themselves.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { runWorkflows, type WorkflowMessage } from '#modules/platform/workflows';
import { openRuntime } from './runtime.ts';

const processor = new BatchProcessor(EventType.SQS);

const handleOne = ({ body }: SQSRecord): Promise<void> =>
  runWorkflows(openRuntime(), JSON.parse(body) as WorkflowMessage);

/** Handles a batch of messages; those that failed come again, and do nothing twice. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event) =>
  processPartialResponse(event, handleOne, processor, { throwOnFullBatchFailure: false }),
);

// Stream -> event log, feed and bus. Once a day, what the stream may have missed; when an operator asks, what was given up.
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { reconcile } from '#modules/platform/upkeep';
import { listFailures, redriveFailures, type Failure, type Redriven } from './kept-failures.ts';
import { openFailures, openRuntime } from './runtime.ts';
import { recordBatch } from './stream-batch.ts';

/** `reconcile` comes from a schedule; `failures` and `redrive` are an operator's (docs/deploy.md). */
type Task = 'reconcile' | 'failures' | 'redrive';
type Answer = DynamoDBBatchResponse | number | readonly Failure[] | Redriven;

const tasks: Readonly<Record<Task, () => Promise<Answer>>> = {
  reconcile: () => reconcile(openRuntime()),
  failures: () => listFailures(openFailures()),
  redrive: () => redriveFailures(openFailures(), recordBatch),
};

/** Records a batch of the stream, or does a task. */
export const handler = middy<DynamoDBStreamEvent | { readonly task: Task }, Answer>().handler((event) =>
  'task' in event ? tasks[event.task]() : recordBatch(event),
);

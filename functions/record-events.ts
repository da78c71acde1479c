// Stream -> event log, feed and bus. Once a day, what the stream may have missed.
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { fromAttributes, type AttributeMap } from '#aws/dynamodb/attribute-values';
import type { Item } from '#kernel';
import { recordChanges, type RowChange } from '#kernel/event-log';
import { reconcile } from '#kernel/reconcile';
import { openRuntime } from './runtime.ts';

type Daily = { readonly task: 'reconcile' };

/** Records a batch of the stream, or does the daily reconciliation. */
export const handler = middy<DynamoDBStreamEvent | Daily, DynamoDBBatchResponse | number>().handler((event) =>
  'task' in event ? reconcile(openRuntime()) : recordBatch(event),
);

const recordBatch = async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  const runtime = openRuntime();
  const changes = Records.map((record) => ({ record, change: changeOf(record) }));
  const failed = await recordChanges(
    { ...runtime.ports, ...runtime },
    changes.map(({ change }) => change),
  );
  for (const [, cause] of failed)
    runtime.log.error('Events were not recorded; the stream sends them again.', { error: String(cause) });
  return {
    batchItemFailures: changes
      .filter(({ change }) => failed.has(change))
      .map(({ record }) => ({ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' })),
  };
};

const changeOf = ({ dynamodb }: DynamoDBRecord): RowChange => ({
  ...(dynamodb?.OldImage && { before: itemOf(dynamodb.OldImage) }),
  ...(dynamodb?.NewImage && { after: itemOf(dynamodb.NewImage) }),
});

const itemOf = (image: unknown): Item => fromAttributes(image as AttributeMap) as Item;

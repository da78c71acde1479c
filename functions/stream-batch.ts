// A batch of the table's stream as the kernel takes it, and which of its records have to come again.
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { fromAttributes, type AttributeMap } from '#aws/dynamodb/attribute-values';
import type { Item } from '#kernel';
import { recordChanges, type RowChange } from '#kernel/event-log';
import { openRuntime } from './runtime.ts';

/** Records the events of a batch. */
export const recordBatch = async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
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

// The trial system's stream function: publishes one event for each row, and fails for rows that say so.
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { openPorts } from '#aws/ports';

const ports = openPorts();

/** Publishes `row.written`. */
export const handler = async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  const poisoned = Records.find(({ dynamodb }) => dynamodb?.NewImage?.['poison']?.S === 'stream');
  if (poisoned) return { batchItemFailures: [{ itemIdentifier: poisoned.dynamodb?.SequenceNumber ?? '' }] };
  const details = Records.map(({ eventName, dynamodb }) => ({
    id: dynamodb?.Keys?.['pk']?.S,
    eventName,
    poison: dynamodb?.NewImage?.['poison']?.S,
  }));
  await ports.bus.publish(details.map((detail) => ({ type: 'row.written', at: new Date().toISOString(), detail })));
  return { batchItemFailures: [] };
};

// The table's stream: every version of every row, in order, to the function that records events.
import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Trigger } from '#infra/wiring';
import type { LazoFunction } from './lazo-function.ts';
import type { Names } from './names.ts';

type StreamTrigger = Extract<Trigger, { on: 'stream' }>;

/**
 * Reads the stream from its oldest record. A batch that fails is halved and tried again, so that one bad record delays its
 * partition and no other; what fails for good goes to the failures bucket, whole, from where it is redriven.
 */
export const readStream = (streamArn: string, trigger: StreamTrigger, reader: LazoFunction, names: Names): void => {
  reader.allow([
    {
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: [streamArn],
    },
    { actions: ['dynamodb:ListStreams'], resources: ['*'], starBecause: 'AWS lists streams of the account or none.' },
  ]);
  new EventSourceMapping(reader, 'stream', {
    target: reader.lambda,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: trigger.batchSize,
    maxBatchingWindow: Duration.seconds(trigger.windowSeconds),
    retryAttempts: trigger.retries,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    onFailure: { bind: () => ({ destination: names.bucketArn('failures') }) },
    ...(trigger.filter && { filters: [{ pattern: JSON.stringify(trigger.filter) }] }),
  });
};

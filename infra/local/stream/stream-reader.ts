// What the stream pump reads from: the engine's file, or the DynamoDB Streams API of another endpoint.
import type { DynamoDBRecord } from 'aws-lambda';

/** Records of one shard in their order. `through` is the position up to which the shard has been looked through. */
export type StreamBatch = {
  readonly shard: string;
  readonly records: readonly DynamoDBRecord[];
  readonly through: string;
};

/** A stream from its last committed position on. */
export type StreamReader = {
  /** The records behind the committed position, at most `limit`; undefined when there is nothing new. */
  read(limit: number): Promise<StreamBatch | undefined>;
  /** Settles when there may be something to read. */
  changed(): Promise<void>;
  /** Keeps, durably, that a shard is done up to a position. */
  commit(shard: string, position: string): void;
  /** Goes on behind a position up to which there was nothing to do. Looking there again would do no harm. */
  pass(shard: string, position: string): void;
  /** Whether nothing was written since the last `read` that answered undefined. */
  isCaughtUp(): boolean;
  close(): void;
};

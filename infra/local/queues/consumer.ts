// The event source mapping between a queue and a function: batches, partial failures, retries, dead letters.
import { createHash } from 'node:crypto';
import type { SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda';
import type { LocalClock } from '../clock.ts';
import type { Invoke } from '../invoke.ts';
import { account, deadLettersOf, queueArn, region } from '../names.ts';
import { untilTheProcessEnds, type Message, type QueueStore } from './queue-store.ts';

/** What a mapping needs. */
export type ConsumerOptions = {
  readonly queue: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly visibilitySeconds: number;
  /** Tries before a message goes to the dead letters. */
  readonly receives: number;
  /** Batches in the function at the same time. */
  readonly concurrency: number;
  readonly queues: QueueStore;
  readonly invoke: Invoke;
  readonly clock: LocalClock;
  readonly log: (line: string) => void;
};

/** A running mapping. */
export type Consumer = { stop(): Promise<void> };

/** Messages that arrive this close together go into one batch. */
const gatherMilliseconds = 4;

/** Starts to consume. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { queue, queues, clock } = options;
  const running = new Set<Promise<void>>();
  let gathering: NodeJS.Timeout | undefined;
  let cancelAlarm = (): void => undefined;
  let stopped = false;
  const take = (): void => {
    gathering = undefined;
    while (!stopped && running.size < options.concurrency) {
      const batch = queues.receive(queue, options.batchSize, untilTheProcessEnds);
      if (batch.length === 0) return waitForDelayed();
      const run = consumeBatch(options, batch).finally(() => {
        running.delete(run);
        take();
      });
      running.add(run);
    }
  };
  const gather = (): void => void (gathering ??= setTimeout(take, gatherMilliseconds));
  const waitForDelayed = (): void => {
    cancelAlarm();
    const next = queues.nextReadyAt(queue);
    cancelAlarm = next === undefined ? () => undefined : clock.alarm(next, gather);
  };
  queues.onSend(queue, gather);
  gather();
  return {
    async stop() {
      stopped = true;
      clearTimeout(gathering);
      cancelAlarm();
      await Promise.all(running);
    },
  };
}

const consumeBatch = async (options: ConsumerOptions, batch: readonly Message[]): Promise<void> => {
  const failed = await failedOf(options, batch);
  const { queues, queue, clock } = options;
  queues.delete(batch.filter((message) => !failed.has(message.id)).map(({ receipt }) => receipt));
  for (const message of batch.filter(({ id }) => failed.has(id))) {
    if (message.received >= options.receives) {
      options.log(
        `${queue}: message ${message.id} failed ${message.received} times and goes to ${deadLettersOf(queue)}.`,
      );
      queues.move([message.receipt], deadLettersOf(queue));
    } else {
      queues.release([message.receipt], clock.now() + pauseAfter(message.received, options.visibilitySeconds));
    }
  }
};

/** SQS would wait for the visibility timeout; a person at a laptop should not: 1, 2, 4, 8... seconds at most that. */
const pauseAfter = (received: number, visibilitySeconds: number): number =>
  Math.min(visibilitySeconds, 2 ** (received - 1)) * 1000;

const failedOf = async (options: ConsumerOptions, batch: readonly Message[]): Promise<ReadonlySet<string>> => {
  const all = new Set(batch.map(({ id }) => id));
  try {
    const event: SQSEvent = { Records: batch.map((message) => toRecord(message, options.queue)) };
    return failuresIn(await options.invoke(options.functionName, event), all);
  } catch (error) {
    options.log(
      `${options.functionName} failed on a batch of ${batch.length}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return all;
  }
};

/** An answer that names anything but messages of the batch means, as in Lambda, that the whole batch failed. */
const failuresIn = (answer: unknown, all: ReadonlySet<string>): ReadonlySet<string> => {
  const failures = (answer as { batchItemFailures?: readonly { itemIdentifier?: unknown }[] } | null | undefined)
    ?.batchItemFailures;
  if (!Array.isArray(failures)) return new Set();
  const ids = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  return ids.every((id): id is string => typeof id === 'string' && all.has(id)) ? new Set(ids) : all;
};

const toRecord = (message: Message, queue: string): SQSRecord => ({
  messageId: message.id,
  receiptHandle: message.receipt,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.received),
    SentTimestamp: String(message.sentAt),
    SenderId: account,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  },
  messageAttributes: messageAttributesOf(message.attributes),
  md5OfBody: createHash('md5').update(message.body).digest('hex'),
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn(queue),
  awsRegion: region,
});

type SentAttribute = { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string };

/** The SDK sends capital names; Lambda receives small ones. */
const messageAttributesOf = (text: string | undefined): SQSMessageAttributes => {
  const sent = JSON.parse(text ?? '{}') as Readonly<Record<string, SentAttribute>>;
  const entries = Object.entries(sent).map(([name, { DataType, StringValue, BinaryValue }]) => {
    const value = StringValue === undefined ? { binaryValue: BinaryValue ?? '' } : { stringValue: StringValue };
    return [name, { ...value, dataType: DataType }];
  });
  return Object.fromEntries(entries) as SQSMessageAttributes;
};

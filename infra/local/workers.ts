// What works in the background: the stream pump, a consumer for each queue, asynchronous invocations.
import type { Invoker } from './invoke.ts';
import type { Parts } from './parts.ts';
import { startConsumer, type Consumer } from './queues/consumer.ts';
import { startAsyncInvocations } from './schedule/async-invocations.ts';
import type { StreamFailures } from './stream/failures.ts';
import { startPump, type Pump } from './stream/pump.ts';
import type { StreamReader } from './stream/stream-reader.ts';
import { triggersOn, type Wired, type Wiring } from './wiring.ts';

/** What the workers need. */
export type WorkerOptions = {
  readonly wiring: Wiring;
  readonly invoker: Invoker;
  readonly parts: Parts;
  readonly reader: StreamReader;
  readonly failures: StreamFailures;
  readonly log: (line: string) => void;
};

/** Running workers. */
export type Workers = { pumpIsIdle(): boolean; stop(): Promise<void> };

/** Batches of one queue in its function at the same time. More would only wait for the one engine. */
const concurrency = 2;

/** Starts them. A function that is not written yet has none. */
export function startWorkers(options: WorkerOptions): Workers {
  const { invoker, parts, wiring, log } = options;
  const has = ({ functionName }: { readonly functionName: string }): boolean => {
    if (!invoker.has(functionName)) log(`There is no function ${functionName} yet; what it should do waits.`);
    return invoker.has(functionName);
  };
  const consumers = queuesOf(wiring)
    .filter(has)
    .map((source) => startQueueConsumer(source, options));
  const pumps = triggersOn(wiring, 'stream')
    .filter(has)
    .map((wired) => startStreamPump(wired, options));
  const calls = startAsyncInvocations(parts.queues, invoker.invoke, parts.clock, log);
  return {
    pumpIsIdle: () => pumps.every((pump) => pump.isIdle()),
    async stop() {
      await Promise.all(pumps.map((pump) => pump.stop()));
      await Promise.all([...consumers, calls].map((consumer) => consumer.stop()));
    },
  };
}

type QueueSource = { readonly functionName: string; readonly queue: string; readonly batchSize: number };

/** Several rules may share a queue; a queue has one consumer. */
const queuesOf = (wiring: Wiring): readonly QueueSource[] => {
  const fed = [...triggersOn(wiring, 'bus'), ...triggersOn(wiring, 'queue'), ...triggersOn(wiring, 'mail')];
  const sources = fed.map(({ functionName, trigger }) => ({
    functionName,
    queue: trigger.queue,
    batchSize: 'batchSize' in trigger ? trigger.batchSize : 1,
  }));
  return [...new Map(sources.map((source) => [source.queue, source])).values()];
};

const startQueueConsumer = (
  { functionName, queue, batchSize }: QueueSource,
  { wiring, parts, invoker, log }: WorkerOptions,
): Consumer => {
  const settings = wiring.queues[queue];
  if (!settings) throw new Error(`infra/wiring.ts names no queue ${queue}.`);
  const { queues, clock } = parts;
  return startConsumer({
    queue,
    functionName,
    batchSize,
    ...settings,
    concurrency,
    queues,
    clock,
    invoke: invoker.invoke,
    log,
  });
};

const startStreamPump = (
  { functionName, trigger }: Wired<'stream'>,
  { reader, invoker, failures, log }: WorkerOptions,
): Pump => {
  const { batchSize, windowSeconds, retries } = trigger;
  return startPump({
    functionName,
    batchSize,
    windowSeconds,
    retries,
    filter: trigger.filter,
    reader,
    invoke: invoker.invoke,
    keepFailure: (failure) => failures.keep(functionName, failure),
    log,
  });
};

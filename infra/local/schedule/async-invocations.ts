// Lambda's own queue of asynchronous invocations: what a schedule calls is kept until the function has done it.
import type { LocalClock } from '../clock.ts';
import type { Invoke } from '../invoke.ts';
import { startConsumer, type Consumer } from '../queues/consumer.ts';
import type { QueueStore } from '../queues/queue-store.ts';

/** Name of the queue; no queue of a wiring has a slash. */
export const asyncQueue = 'lambda/async';

/** As in Lambda: one try and two more. */
const tries = 3;

type Call = { readonly functionName: string; readonly input: unknown };

/** Calls a function later, at least once; durable when it returns. */
export function invokeLater(queues: QueueStore, functionName: string, input: unknown): void {
  const call: Call = { functionName, input };
  queues.send(asyncQueue, [{ body: JSON.stringify(call) }]);
}

/** Starts to make the calls. */
export function startAsyncInvocations(
  queues: QueueStore,
  invoke: Invoke,
  clock: LocalClock,
  log: (line: string) => void,
): Consumer {
  return startConsumer({
    queue: asyncQueue,
    functionName: 'asynchronous invocation',
    batchSize: 1,
    visibilitySeconds: 60,
    receives: tries,
    concurrency: 4,
    queues,
    clock,
    log,
    invoke: async (_name, event) => {
      const [record] = (event as { Records: readonly { body: string }[] }).Records;
      const { functionName, input } = JSON.parse(record?.body ?? '{}') as Call;
      await invoke(functionName, input);
    },
  });
}

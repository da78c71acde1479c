// Where LAZO_ENDPOINT_SQS names real queues: what the handlers send there is fetched into the queues of this machine, whose
// consumers know retries and dead letters. A message is deleted there once it is kept here.
import { setTimeout as wait } from 'node:timers/promises';
import type { SQS } from '@aws-sdk/client-sqs';
import { resourcePrefix } from '../names.ts';
import type { QueueStore } from './queue-store.ts';

/** What is fetched from where: `urls` is where queue URLs begin. */
export type FerryOptions = {
  readonly client: SQS;
  readonly urls: string;
  readonly names: readonly string[];
  readonly queues: QueueStore;
  readonly log: (line: string) => void;
};

/** Running fetchers. */
export type Ferry = { stop(): Promise<void> };

const pollSeconds = 20;
const longestPause = 30_000;

/** Starts to fetch. */
export function startFerry(options: FerryOptions): Ferry {
  const ending = new AbortController();
  const running = options.names.map((name) => fetchUntil(ending.signal, options, name));
  return {
    async stop() {
      ending.abort();
      await Promise.all(running);
    },
  };
}

const fetchUntil = async (signal: AbortSignal, options: FerryOptions, name: string): Promise<void> => {
  let pause = 0;
  const isEnding = (): boolean => signal.aborted;
  while (!isEnding()) {
    try {
      await fetchOnce(signal, options, name);
      pause = 0;
    } catch (error) {
      if (isEnding()) return;
      if (pause === 0) options.log(`${name} cannot be fetched from ${options.urls}: ${String(error)}`);
      pause = Math.min(longestPause, Math.max(1000, pause * 2));
      await wait(pause, undefined, { signal }).catch(() => undefined);
    }
  }
};

const fetchOnce = async (
  abortSignal: AbortSignal,
  { client, urls, queues }: FerryOptions,
  name: string,
): Promise<void> => {
  const QueueUrl = `${urls}/${resourcePrefix}-${name}`;
  const asked = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: pollSeconds };
  const { Messages = [] } = await client.receiveMessage(asked, { abortSignal });
  if (Messages.length === 0) return;
  queues.send(
    name,
    Messages.map(({ Body = '' }) => ({ body: Body })),
  );
  await client.deleteMessageBatch({
    QueueUrl,
    Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
  });
};

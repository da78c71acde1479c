// Queues: SQS SendMessageBatch.
import type { SendMessageBatchRequestEntry, SQS } from '@aws-sdk/client-sqs';
import type { QueueMessage, Queues } from '#kernel/ports';
import { defaultBackoff, pauseAfter } from './dynamodb/backoff.ts';
import type { Environment } from './environment.ts';
import { once } from './once.ts';
import { inPortions } from './portions.ts';

const limits = { entries: 10, bytes: 256 * 1024 };

/** The queues of infra/wiring.ts. */
export function openQueues(environment: Environment): Queues {
  const client = once(async () => {
    const { SQS } = await import('@aws-sdk/client-sqs');
    return new SQS({});
  });
  return {
    async send(queue, messages) {
      const portions = inPortions(
        messages.map(toEntry),
        ({ MessageBody = '' }) => Buffer.byteLength(MessageBody),
        limits,
      );
      const sqs = await client();
      await Promise.all(portions.map((portion) => sendAll(sqs, environment.queueUrl(queue), portion)));
    },
  };
}

/** A batch may be taken in part; what SQS itself could not take is sent again. */
const sendAll = async (sqs: SQS, QueueUrl: string, portion: readonly SendMessageBatchRequestEntry[]): Promise<void> => {
  let pending = portion;
  for (let attempt = 0; ; attempt += 1) {
    const { Failed = [] } = await sqs.sendMessageBatch({ QueueUrl, Entries: [...pending] });
    if (Failed.length === 0) return;
    const wrong = Failed.find(({ SenderFault }) => SenderFault);
    if (wrong || attempt + 1 >= defaultBackoff.attempts) {
      const { Code = '', Message = '' } = wrong ?? Failed[0] ?? {};
      throw new Error(`${String(Failed.length)} messages were not taken by ${QueueUrl}: ${Code} ${Message}`);
    }
    const failed = new Set(Failed.map(({ Id }) => Id));
    pending = pending.filter(({ Id }) => failed.has(Id));
    await pauseAfter(attempt, defaultBackoff);
  }
};

const toEntry = ({ body, delaySeconds }: QueueMessage, index: number): SendMessageBatchRequestEntry => ({
  Id: String(index),
  MessageBody: JSON.stringify(body),
  ...groupOf(body),
  ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
});

/** On a standard queue a group is no order but fairness: a tenant with thousands of messages does not hold up the others. */
const groupOf = (body: unknown): { readonly MessageGroupId?: string } => {
  const { tenant } = (body ?? {}) as { readonly tenant?: unknown };
  return typeof tenant === 'string' ? { MessageGroupId: tenant } : {};
};

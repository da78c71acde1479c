// SQS as the SDK speaks it: the actions that a producer, or a person who looks into a queue, needs.
import { createHash } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import { entriesOf, serveActions, ServiceError, type Actions, type Input } from '../json-protocol.ts';
import type { Answer } from '../listen.ts';
import { deadLettersOf, queueArn, resourcePrefix } from '../names.ts';
import type { QueueStore, Message, NewMessage } from './queue-store.ts';

const batchLimit = 10;
const sizeLimit = 1024 * 1024;

/** Serves the queues named in the wiring and their dead letters; `url` is where queue URLs begin. */
export function sqsEndpoint(queues: QueueStore, clock: LocalClock, names: readonly string[], url: string): Answer {
  const known = new Set(names.flatMap((name) => [name, deadLettersOf(name)]));
  const queueOf: QueueOf = (input) => {
    const queue = (textOf(input['QueueUrl']).split('/').pop() ?? '').slice(resourcePrefix.length + 1);
    if (known.has(queue)) return queue;
    throw new ServiceError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');
  };
  const urlOf = (queue: string): string => `${url}/${resourcePrefix}-${queue}`;
  return serveActions({
    ...producing(queues, queueOf),
    ...consuming(queues, clock, queueOf),
    GetQueueUrl: (input) => ({ QueueUrl: urlOf(queueOf({ QueueUrl: input['QueueName'] })) }),
    ListQueues: () => ({ QueueUrls: [...known].map(urlOf) }),
    GetQueueAttributes: (input) => ({ Attributes: attributesOf(queues, queueOf(input)) }),
    PurgeQueue: (input) => {
      queues.purge(queueOf(input));
    },
  });
}

type QueueOf = (input: Input) => string;

const producing = (queues: QueueStore, queueOf: QueueOf): Actions => ({
  SendMessage(input) {
    const message = newMessage(input);
    const [id] = queues.send(queueOf(input), [message]);
    return { MessageId: id, MD5OfMessageBody: md5(message.body) };
  },
  SendMessageBatch(input) {
    const entries = entriesOf(input['Entries']);
    refuseBatch(entries);
    const messages = entries.map(newMessage);
    if (messages.reduce((size, { body }) => size + Buffer.byteLength(body), 0) > sizeLimit) {
      throw new ServiceError('com.amazonaws.sqs#BatchRequestTooLong', 'A batch takes 1 MiB in all.');
    }
    const ids = queues.send(queueOf(input), messages);
    const toResult = ({ body }: NewMessage, index: number): Input => {
      return { Id: entries[index]?.['Id'], MessageId: ids[index], MD5OfMessageBody: md5(body) };
    };
    return { Successful: messages.map(toResult), Failed: [] };
  },
});

const consuming = (queues: QueueStore, clock: LocalClock, queueOf: QueueOf): Actions => ({
  async ReceiveMessage(input) {
    const queue = queueOf(input);
    const max = Math.min(batchLimit, Number(input['MaxNumberOfMessages'] ?? 1));
    const visibility = Number(input['VisibilityTimeout'] ?? 30) * 1000;
    const receive = (): readonly Message[] => queues.receive(queue, max, clock.now() + visibility);
    const messages = await poll(receive, Number(input['WaitTimeSeconds'] ?? 0));
    return { Messages: messages.map(toMessage) };
  },
  DeleteMessage(input) {
    queues.delete([textOf(input['ReceiptHandle'])]);
  },
  DeleteMessageBatch(input) {
    const entries = entriesOf(input['Entries']);
    queues.delete(entries.map((entry) => textOf(entry['ReceiptHandle'])));
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
  },
  ChangeMessageVisibility(input) {
    queues.release([textOf(input['ReceiptHandle'])], clock.now() + Number(input['VisibilityTimeout']) * 1000);
  },
});

const attributesOf = (queues: QueueStore, queue: string): Input => {
  const { ready, leased, delayed } = queues.counts(queue);
  return {
    QueueArn: queueArn(queue),
    ApproximateNumberOfMessages: String(ready),
    ApproximateNumberOfMessagesNotVisible: String(leased),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
};

const refuseBatch = (entries: readonly Input[]): void => {
  if (entries.length === 0)
    throw new ServiceError('com.amazonaws.sqs#EmptyBatchRequest', 'A batch has at least one entry.');
  if (entries.length > batchLimit)
    throw new ServiceError('com.amazonaws.sqs#TooManyEntriesInBatchRequest', 'A batch takes 10 entries.');
  const ids = new Set(entries.map(({ Id }) => Id));
  if (ids.size < entries.length)
    throw new ServiceError('com.amazonaws.sqs#BatchEntryIdsNotDistinct', 'Two entries of a batch have one id.');
};

const newMessage = (input: Input): NewMessage => {
  const body = textOf(input['MessageBody']);
  const delaySeconds = Number(input['DelaySeconds'] ?? 0);
  if (body === '') throw new ServiceError('MissingParameter', 'A message has a body.');
  if (Buffer.byteLength(body) > sizeLimit) throw new ServiceError('InvalidParameterValue', 'A message takes 1 MiB.');
  if (!(delaySeconds >= 0 && delaySeconds <= 900))
    throw new ServiceError('InvalidParameterValue', 'DelaySeconds is 0 to 900.');
  const { MessageAttributes: attributes, MessageGroupId: group } = input;
  return {
    ...{ body, delaySeconds },
    ...(attributes !== undefined && { attributes: JSON.stringify(attributes) }),
    ...(typeof group === 'string' && { group }),
  };
};

const toMessage = (message: Message): Input => ({
  MessageId: message.id,
  ReceiptHandle: message.receipt,
  Body: message.body,
  MD5OfBody: md5(message.body),
  Attributes: { ApproximateReceiveCount: String(message.received), SentTimestamp: String(message.sentAt) },
});

const poll = async (receive: () => readonly Message[], seconds: number): Promise<readonly Message[]> => {
  const ends = Date.now() + Math.min(seconds, 20) * 1000;
  for (;;) {
    const messages = receive();
    if (messages.length > 0 || Date.now() >= ends) return messages;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

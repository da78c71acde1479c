// Messages of a batch that do not say what they should fail by themselves: those that come with them shall not go to the dead letters too.
import type { SQSBatchItemFailure, SQSRecord } from 'aws-lambda';
import type { DomainEvent } from '#kernel';
import type { WebhookMessage } from '#modules/platform/webhooks';

/** A message with what its body says. */
export type Readable<Body> = { readonly messageId: string; readonly body: Body };

/** The messages that can be read, and the others as failures: what is no JSON, and what says something else. */
export const readable = <Body>(
  records: readonly SQSRecord[],
  saysIt: (body: unknown) => body is Body,
): { readonly messages: readonly Readable<Body>[]; readonly unreadable: readonly SQSBatchItemFailure[] } => {
  const messages: Readable<Body>[] = [];
  const unreadable: SQSBatchItemFailure[] = [];
  for (const { messageId, body: written } of records) {
    const body = parsed(written);
    if (saysIt(body)) messages.push({ messageId, body });
    else unreadable.push({ itemIdentifier: messageId });
  }
  return { messages, unreadable };
};

const parsed = (written: string): unknown => {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
};

/** An event as the bus tells it; replayed ones say so, and are old. */
export type EventMessage = { readonly detail: DomainEvent; readonly 'replay-name'?: string };

/** Whether a message brings an event, as far as handling many at once goes by it. */
export const saysEvent = (body: unknown): body is EventMessage => {
  const detail = partOf(body, 'detail');
  return hasTexts(detail, ['id', 'tenant', 'type']) && hasTexts(partOf(detail, 'record'), ['id']);
};

/** Whether a message tells where webhooks may have work: an event, or a hint of our own. */
export const tellsWhere = (body: unknown): body is WebhookMessage =>
  saysEvent(body) || (partOf(body, 'detail') === undefined && hasTexts(body, ['tenant', 'endpoint']));

const hasTexts = (value: unknown, names: readonly string[]): boolean =>
  names.every((name) => typeof partOf(value, name) === 'string');

const partOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

// Writing: one item under a condition, transactions, batches; and DynamoDB's refusals as errors of the port.
import { randomUUID } from 'node:crypto';
import {
  ConditionFailed,
  ItemTooLarge,
  TransactionCancelled,
  type CancellationReason,
  type Item,
  type Key,
  type Write,
} from '#kernel/table';
import { isApplied } from './applied.ts';
import { toAttributes, type AttributeMap } from './attribute-values.ts';
import { drainAll, inChunks } from './batches.ts';
import { placeholdersOf } from './expressions.ts';
import { DynamoDBError, type RawReason } from './failures.ts';
import type { Gateway } from './gateway.ts';
import { assertFits } from './item-size.ts';
import { itemOf, keyOf } from './reads.ts';

const writesPerTransaction = 100;
const writesPerBatch = 25;

const operations = { put: 'PutItem', update: 'UpdateItem', delete: 'DeleteItem' } as const;
const transactions = { put: 'Put', update: 'Update', delete: 'Delete', check: 'ConditionCheck' } as const;

/** A write of a batch: no condition, no update. */
export type BatchedWrite = Extract<Write, { kind: 'put' } | { kind: 'delete' }>;

/** PutItem, UpdateItem or DeleteItem. @throws ConditionFailed, ItemTooLarge */
export async function writeItem(gateway: Gateway, write: Write): Promise<void> {
  if (write.kind === 'check') return checkItem(gateway, write);
  try {
    await gateway.call(operations[write.kind], inputOf(gateway, write), { repeatable: isRepeatable(write) });
  } catch (error) {
    if (!isConditionFailure(error)) throw sizeErrorOr(error, write);
    const existing = error.body.Item && itemOf(error.body.Item);
    if (!(error.afterUnknown && isApplied(write, existing))) throw new ConditionFailed(existing);
  }
}

/** TransactWriteItems; its token makes a repeated request harmless. @throws TransactionCancelled, ItemTooLarge */
export async function transactItems(gateway: Gateway, writes: readonly Write[]): Promise<void> {
  if (writes.length === 0) return;
  if (writes.length > writesPerTransaction)
    throw new RangeError(`A transaction takes 100 writes, not ${String(writes.length)}.`);
  const TransactItems = writes.map((write) => ({ [transactions[write.kind]]: inputOf(gateway, write) }));
  try {
    await gateway.call('TransactWriteItems', { TransactItems, ClientRequestToken: randomUUID() });
  } catch (error) {
    throw cancellationOr(error, writes);
  }
}

/** BatchWriteItem over any number of writes, in parallel chunks; of several writes of one key the last counts. */
export async function batchWriteItems(gateway: Gateway, writes: readonly BatchedWrite[]): Promise<void> {
  const requests = new Map(
    writes.map((write) => [`${keyOfWrite(write).pk}\0${keyOfWrite(write).sk}`, requestOf(write)]),
  );
  const send = async (pending: readonly unknown[]): Promise<readonly unknown[]> => {
    const { UnprocessedItems } = await gateway.call('BatchWriteItem', {
      RequestItems: { [gateway.tableName]: pending },
    });
    return UnprocessedItems?.[gateway.tableName] ?? [];
  };
  await drainAll(inChunks([...requests.values()], writesPerBatch), send, gateway.backoff);
}

/** A check alone has no operation of its own. */
const checkItem = async (gateway: Gateway, write: Write): Promise<void> => {
  try {
    await transactItems(gateway, [write]);
  } catch (error) {
    const reason = error instanceof TransactionCancelled ? error.reasons[0] : undefined;
    throw reason?.code === 'CONDITION_FAILED' ? new ConditionFailed(reason.existing) : error;
  }
};

const inputOf = ({ tableName }: Gateway, write: Write): object => {
  const { condition } = write;
  const update = write.kind === 'update' ? write.update : undefined;
  const placeholders = placeholdersOf(update, condition);
  if (update && placeholders.ExpressionAttributeValues)
    assertFits(keyOfWrite(write), placeholders.ExpressionAttributeValues);
  return {
    TableName: tableName,
    ...(write.kind === 'put' ? { Item: attributesOf(write.item) } : { Key: keyOf(write.key) }),
    UpdateExpression: update?.text,
    ConditionExpression: condition?.text,
    ...placeholders,
    ReturnValuesOnConditionCheckFailure: condition && 'ALL_OLD',
  };
};

const requestOf = (write: BatchedWrite): object => {
  if (write.condition) throw new TypeError('A batch cannot carry conditions; use write or transact.');
  return write.kind === 'put'
    ? { PutRequest: { Item: attributesOf(write.item) } }
    : { DeleteRequest: { Key: keyOf(write.key) } };
};

const attributesOf = (item: Item): AttributeMap => {
  const attributes = toAttributes(item);
  assertFits(item, attributes);
  return attributes;
};

const keyOfWrite = (write: Write): Key => {
  return write.kind === 'put' ? write.item : write.key;
};

/** An update that builds on old values would count twice if it were applied twice. */
const relativeUpdate = /\badd\b|list_append|[+-]|=(?!\s*(?::|if_not_exists))/i;

const isRepeatable = (write: Write): boolean => {
  return write.kind !== 'update' || !relativeUpdate.test(write.update.text);
};

const isConditionFailure = (error: unknown): error is DynamoDBError => {
  return error instanceof DynamoDBError && error.code === 'ConditionalCheckFailedException';
};

/** An update can outgrow the limit on the server's side, where only the message says so. */
const sizeMessage = /item size/i;

const sizeErrorOr = (error: unknown, write: Write): unknown => {
  const isSize =
    error instanceof DynamoDBError && error.code === 'ValidationException' && sizeMessage.test(error.message);
  return isSize ? new ItemTooLarge(keyOfWrite(write)) : error;
};

const cancellationOr = (error: unknown, writes: readonly Write[]): unknown => {
  if (!(error instanceof DynamoDBError) || error.code !== 'TransactionCanceledException') return error;
  const raw = error.body.CancellationReasons ?? [];
  const tooLarge = writes.find((_, index) => sizeMessage.test(raw[index]?.Message ?? ''));
  return tooLarge
    ? new ItemTooLarge(keyOfWrite(tooLarge))
    : new TransactionCancelled(writes.map((_, index) => reasonOf(raw[index])));
};

const reasonCodes: Readonly<Record<string, CancellationReason['code']>> = {
  None: 'NONE',
  ConditionalCheckFailed: 'CONDITION_FAILED',
  TransactionConflict: 'CONFLICT',
  ProvisionedThroughputExceeded: 'THROTTLED',
  ThrottlingError: 'THROTTLED',
};

const reasonOf = (raw: RawReason | undefined): CancellationReason => {
  const code = reasonCodes[raw?.Code ?? 'None'] ?? 'OTHER';
  return raw?.Item ? { code, existing: itemOf(raw.Item) } : { code };
};

// The one door to DynamoDB: sends an operation, tries again what passes by itself, counts what it cost.
import { TableUnavailable, type Meter } from '#kernel/table';
import type { AttributeMap } from './attribute-values.ts';
import { pauseAfter, type Backoff } from './backoff.ts';
import type { Exchange } from './exchange.ts';
import { isTransient, isUnknown, parseError } from './failures.ts';

/** Operations of the API that the table uses. */
export type Operation =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'TransactWriteItems'
  | 'BatchWriteItem';

/** The parts of an answer that are read; which are there depends on the operation. */
export type Output = {
  readonly Item?: AttributeMap;
  readonly Items?: readonly AttributeMap[];
  readonly LastEvaluatedKey?: AttributeMap;
  readonly ScannedCount?: number;
  readonly Responses?: Readonly<Record<string, readonly AttributeMap[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys: readonly AttributeMap[] }>>;
  readonly UnprocessedItems?: Readonly<Record<string, readonly unknown[]>>;
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
};

type Capacity = { readonly CapacityUnits?: number };

/** What a gateway stands on. */
export type GatewayParts = {
  readonly tableName: string;
  readonly exchange: Exchange;
  readonly backoff: Backoff;
  readonly meter?: Meter | undefined;
};

/** Sends one operation. `repeatable: false` forbids a second try when the first may have been applied. */
export type Gateway = GatewayParts & {
  call(operation: Operation, input: object, options?: { readonly repeatable: boolean }): Promise<Output>;
};

/** A gateway over `parts`. */
export function newGateway(parts: GatewayParts): Gateway {
  return {
    ...parts,
    call: (operation, input, options) => {
      const body = JSON.stringify(parts.meter ? { ...input, ReturnConsumedCapacity: 'TOTAL' } : input);
      return callWithRetries(parts, operation, body, options?.repeatable ?? true);
    },
  };
}

const callWithRetries = async (
  parts: GatewayParts,
  operation: Operation,
  body: string,
  repeatable: boolean,
): Promise<Output> => {
  let unknown = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await callOnce(parts, operation, body, unknown);
    } catch (error) {
      if (!isTransient(error)) throw error;
      unknown ||= isUnknown(error);
      if (attempt + 1 >= parts.backoff.attempts || (unknown && !repeatable)) throw exhausted(error, attempt + 1);
      await pauseAfter(attempt, parts.backoff);
    }
  }
};

/** A cancelled transaction keeps its own error, because the caller needs the reasons. */
const exhausted = (error: unknown, attempts: number): unknown => {
  const isCancelled = error instanceof Error && 'code' in error && error.code === 'TransactionCanceledException';
  return isCancelled ? error : new TableUnavailable(attempts, error);
};

const callOnce = async (
  { exchange, meter }: GatewayParts,
  operation: Operation,
  body: string,
  afterUnknown: boolean,
): Promise<Output> => {
  if (meter) begin(meter);
  try {
    const { status, text } = await exchange(operation, body);
    if (status !== 200) throw parseError(status, text, afterUnknown);
    const output = JSON.parse(text) as Output;
    if (meter) charge(meter, operation, output);
    return output;
  } finally {
    if (meter) meter.inFlight -= 1;
  }
};

const begin = (meter: Meter): void => {
  if (meter.inFlight === 0) meter.trips += 1;
  meter.inFlight += 1;
  meter.requests += 1;
};

const charge = (meter: Meter, operation: Operation, { ConsumedCapacity }: Output): void => {
  const units = [ConsumedCapacity ?? []].flat().reduce((sum, capacity) => sum + (capacity.CapacityUnits ?? 0), 0);
  if (operation === 'GetItem' || operation === 'BatchGetItem' || operation === 'Query') meter.readUnits += units;
  else meter.writeUnits += units;
};

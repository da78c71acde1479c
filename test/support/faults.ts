// Faults that the embedded engine, which does one thing at a time, never shows. They sit below the gateway, where the
// network is, so that everything above runs as in AWS.
import type { Answer, Exchange } from '#aws/dynamodb/exchange';
import { ConnectionFailed } from '#aws/dynamodb/failures';

/** One request on its way; `send` lets it (or another body) through. */
export type Request = {
  readonly operation: string;
  readonly body: string;
  send(body?: string): Promise<Answer>;
};

/** What happens to a request instead of simply being sent. */
export type Fault = (request: Request) => Promise<Answer>;

/** An exchange that misbehaves on demand; `sent` lists the operations that were asked of it, in order. */
export type Faults = {
  readonly exchange: Exchange;
  readonly sent: readonly string[];
  /** The next `times` requests (of `operation`, or of any) meet `fault`. */
  next(fault: Fault, options?: { readonly operation?: string; readonly times?: number }): void;
  /** From now on a `share` (0 to 1) of the requests meets `fault`; `random` makes it repeatable. */
  often(fault: Fault, options: { readonly operation?: string; readonly share: number; random(): number }): void;
  /** No further faults. */
  end(): void;
};

type Rule = { readonly fault: Fault; matches(operation: string): boolean };

/** Wraps an exchange so that faults can be put in its way. */
export function injectFaults(inner: Exchange): Faults {
  let rules: Rule[] = [];
  const sent: string[] = [];
  const exchange: Exchange = (operation, body) => {
    sent.push(operation);
    const send = (changed = body): Promise<Answer> => inner(operation, changed);
    const rule = rules.find((candidate) => candidate.matches(operation));
    return rule ? rule.fault({ operation, body, send }) : send();
  };
  return {
    exchange,
    sent,
    next: (fault, { operation, times = 1 } = {}) => {
      let left = times;
      rules.push({ fault, matches: (candidate) => (!operation || candidate === operation) && left-- > 0 });
    },
    often: (fault, { operation, share, random }) => {
      rules.push({ fault, matches: (candidate) => (!operation || candidate === operation) && random() < share });
    },
    end: () => {
      rules = [];
    },
  };
}

/** The partition is asked too much. */
export const throttled: Fault = () =>
  refusal('ProvisionedThroughputExceededException', 'The level of throughput was exceeded.');

/** Another transaction is at work on one of the items; nothing is applied. */
export const transactionConflict: Fault = ({ operation, body }) => {
  if (operation !== 'TransactWriteItems')
    return refusal('TransactionConflictException', 'Transaction is ongoing for the item');
  const { TransactItems } = JSON.parse(body) as { readonly TransactItems: readonly unknown[] };
  const CancellationReasons = TransactItems.map((_, index) => ({ Code: index === 0 ? 'TransactionConflict' : 'None' }));
  return refusal('TransactionCanceledException', 'Transaction cancelled', { CancellationReasons });
};

/** DynamoDB fails before it does anything. */
export const internalError: Fault = () => refusal('InternalServerError', 'Internal server error', {}, 500);

/** Nobody listens: the request never left. */
export const refusedConnection: Fault = () => Promise.reject(new ConnectionFailed(networkError('ECONNREFUSED')));

/** The request is applied, the answer is lost. */
export const lostAnswer: Fault = async ({ send }) => {
  await send();
  throw new ConnectionFailed(networkError('ECONNRESET'));
};

/** The request is applied, and DynamoDB answers that it failed. */
export const failureAfterApply: Fault = async ({ send }) => {
  await send();
  return refusal('InternalServerError', 'Internal server error', {}, 500);
};

/** Of a batch only the first `kept` entries are done, the others come back. */
export const unprocessed =
  (kept: number): Fault =>
  async ({ operation, body, send }) => {
    const isGet = operation === 'BatchGetItem';
    const { done, left } = isGet ? splitKeys(body, kept) : splitWrites(body, kept);
    // DynamoDB takes no empty batch.
    const { status, text } = kept > 0 ? await send(JSON.stringify(done)) : { status: 200, text: '{}' };
    const answer = JSON.parse(text) as Record<string, unknown>;
    return { status, text: JSON.stringify({ ...answer, [isGet ? 'UnprocessedKeys' : 'UnprocessedItems']: left }) };
  };

type Split = { readonly done: object; readonly left: object };

const splitKeys = (body: string, kept: number): Split => {
  const input = JSON.parse(body) as { readonly RequestItems: Record<string, { readonly Keys: readonly unknown[] }> };
  const part = (from: number, to?: number) =>
    mapValues(input.RequestItems, (value) => ({ ...value, Keys: value.Keys.slice(from, to) }));
  return { done: { ...input, RequestItems: part(0, kept) }, left: part(kept) };
};

const splitWrites = (body: string, kept: number): Split => {
  const input = JSON.parse(body) as { readonly RequestItems: Record<string, readonly unknown[]> };
  const part = (from: number, to?: number) => mapValues(input.RequestItems, (value) => value.slice(from, to));
  return { done: { ...input, RequestItems: part(0, kept) }, left: part(kept) };
};

const mapValues = <Value, Result>(record: Record<string, Value>, change: (value: Value) => Result) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

const refusal = (code: string, message: string, more: object = {}, status = 400): Promise<Answer> =>
  Promise.resolve({
    status,
    text: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, ...more }),
  });

const networkError = (code: string): Error => Object.assign(new Error(code), { code });

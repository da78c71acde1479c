// What can go wrong between the gateway and DynamoDB, and which of it is worth another try.
import type { AttributeMap } from './attribute-values.ts';

/** One entry of CancellationReasons. */
export type RawReason = { readonly Code?: string; readonly Message?: string; readonly Item?: AttributeMap };

/** The body of an error answer. */
export type ErrorBody = {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
  readonly Item?: AttributeMap;
  readonly CancellationReasons?: readonly RawReason[];
};

/** No answer came: the connection failed. `mayHaveArrived` is false when it was never open. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
  readonly mayHaveArrived: boolean;
  constructor(cause: Error) {
    super(`The connection failed: ${cause.message}`, { cause });
    this.mayHaveArrived = !neverOpened.has((cause as NodeJS.ErrnoException).code ?? '');
  }
}

const neverOpened = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** DynamoDB answered an error. `afterUnknown`: an earlier try of the same request may have been applied. */
export class DynamoDBError extends Error {
  override readonly name = 'DynamoDBError';
  readonly code: string;
  readonly status: number;
  readonly body: ErrorBody;
  readonly afterUnknown: boolean;
  constructor(status: number, body: ErrorBody, afterUnknown: boolean) {
    const code = codeOf(body);
    super(`${code}: ${body.message ?? body.Message ?? `HTTP ${String(status)}`}`);
    this.code = code;
    this.status = status;
    this.body = body;
    this.afterUnknown = afterUnknown;
  }
}

/** Reads an error answer; one that is no JSON (a proxy's page) still has its status. */
export function parseError(status: number, text: string, afterUnknown: boolean): DynamoDBError {
  try {
    return new DynamoDBError(status, JSON.parse(text) as ErrorBody, afterUnknown);
  } catch {
    return new DynamoDBError(status, { message: text.slice(0, 200) }, afterUnknown);
  }
}

/** True when the same request may go through later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionFailed) return true;
  if (!(error instanceof DynamoDBError)) return false;
  if (error.code === 'TransactionCanceledException') return isPassing(error.body.CancellationReasons ?? []);
  return error.status >= 500 || transientCodes.has(error.code);
}

/** True when the request may have been applied although it failed. */
export function isUnknown(error: unknown): boolean {
  return error instanceof ConnectionFailed
    ? error.mayHaveArrived
    : error instanceof DynamoDBError && error.status >= 500;
}

const transientCodes = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

const passingReasons = new Set(['TransactionConflict', 'ProvisionedThroughputExceeded', 'ThrottlingError']);

/** A cancellation passes by itself when nothing but conflicts and throttles caused it. */
const isPassing = (reasons: readonly RawReason[]): boolean => {
  const causes = reasons.map((reason) => reason.Code ?? 'None').filter((code) => code !== 'None');
  return causes.length > 0 && causes.every((code) => passingReasons.has(code));
};

const codeOf = (body: ErrorBody): string => {
  return body.__type?.split('#').at(-1) ?? 'UnknownError';
};

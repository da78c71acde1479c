// Stream records that were given up. Lambda keeps them in the failures bucket, whole; an operator looks at them there and,
// once the cause is mended, has them recorded after all.
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Files } from '#kernel';

/** The bucket, as far as it is needed here. */
export type KeptFailures = Pick<Files, 'list' | 'get' | 'delete'>;

/** What Lambda writes about an invocation that failed for good; the local cloud adds the cause as `responsePayload`. */
type Kept = {
  readonly timestamp: string;
  readonly requestContext: { readonly condition: string; readonly approximateInvokeCount: number };
  readonly responsePayload?: { readonly errorType?: string; readonly errorMessage?: string };
  readonly payload: string;
};

/** A kept batch: when it was given up, why, and the keys of the rows that it is about. */
export type Failure = {
  readonly key: string;
  readonly at: string;
  readonly cause: string;
  readonly rows: readonly string[];
};

/** What became of kept batches: how many are recorded and gone, and which are still there. */
export type Redriven = { readonly redriven: number; readonly left: readonly string[] };

/** Every kept batch, the oldest first. */
export const listFailures = async (failures: KeptFailures): Promise<readonly Failure[]> => {
  const kept = await readAll(failures);
  return kept.map(({ key, about }) => ({
    key,
    at: about.timestamp,
    cause: causeOf(about),
    rows: recordsOf(about).map(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S ?? ''),
  }));
};

/** Records kept batches, the oldest first; those that succeed are removed. Events that are in the log already are not told again. */
export const redriveFailures = async (
  failures: KeptFailures,
  record: (batch: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>,
): Promise<Redriven> => {
  const left: string[] = [];
  const kept = await readAll(failures);
  for (const { key, about } of kept) {
    const { batchItemFailures } = await record({ Records: [...recordsOf(about)] });
    if (batchItemFailures.length > 0) left.push(key);
    else await failures.delete(key);
  }
  return { redriven: kept.length - left.length, left };
};

const readAll = async (failures: KeptFailures): Promise<readonly { readonly key: string; readonly about: Kept }[]> => {
  const kept: { readonly key: string; readonly about: Kept }[] = [];
  for (const { key } of await failures.list('aws/lambda/')) {
    const body = await failures.get(key);
    if (body) kept.push({ key, about: JSON.parse(Buffer.from(body).toString('utf8')) as Kept });
  }
  return kept.sort((left, right) => (left.about.timestamp < right.about.timestamp ? -1 : 1));
};

const recordsOf = ({ payload }: Kept): DynamoDBStreamEvent['Records'] =>
  (JSON.parse(payload) as DynamoDBStreamEvent).Records;

const causeOf = ({ requestContext: { condition, approximateInvokeCount: tries }, responsePayload }: Kept): string =>
  [`${condition} after ${String(tries)} tries`, responsePayload?.errorType, responsePayload?.errorMessage]
    .filter((part) => part !== undefined)
    .join(': ');

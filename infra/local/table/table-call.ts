// One DynamoDB operation as a signed request: making the table and sweeping it need no client.
import { hash } from 'node:crypto';
import { amzDate, signatureOf, type KeyPair } from '../signature.ts';

/** One operation with its JSON. @throws TableCallFailed */
export type CallTable = (operation: string, input: unknown) => Promise<Readonly<Record<string, unknown>>>;

/** Where the table is, and whose keys sign. `api` is the name of the JSON protocol's service. */
export type CallOptions = {
  readonly endpoint: string;
  readonly region: string;
  readonly keys: KeyPair;
  readonly api?: 'DynamoDB_20120810' | 'DynamoDBStreams_20120810';
};

/** An answer that is not 200. */
export class TableCallFailed extends Error {
  override readonly name = 'TableCallFailed';
  readonly code: string;
  constructor(operation: string, text: string) {
    super(`${operation}: ${text}`);
    this.code = /"__type":\s*"[^"]*?([A-Za-z]+)"/.exec(text)?.[1] ?? '';
  }
}

const signed = 'content-type;host;x-amz-date;x-amz-target';

/** Makes the caller. */
export function tableCaller({ endpoint, region, keys, api = 'DynamoDB_20120810' }: CallOptions): CallTable {
  const { host } = new URL(endpoint);
  return async (operation, input) => {
    const body = JSON.stringify(input);
    const moment = amzDate(new Date());
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': moment,
      'x-amz-target': `${api}.${operation}`,
    };
    const lines = Object.entries({ ...headers, host })
      .sort()
      .map(([name, value]) => `${name}:${value}\n`);
    const canonicalRequest = ['POST', '/', '', lines.join(''), signed, hash('sha256', body)].join('\n');
    const scope = `${moment.slice(0, 8)}/${region}/dynamodb/aws4_request`;
    const signature = signatureOf({ moment, scope, canonicalRequest }, keys);
    const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    const answer = await fetch(endpoint, { method: 'POST', headers: { ...headers, authorization }, body });
    const text = await answer.text();
    if (!answer.ok) throw new TableCallFailed(operation, text);
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  };
}

// A service that records what the adapters ask of AWS and answers what a test wants: the SDK itself runs as it is.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';

/** One request as it arrived; `action` is the operation of a JSON protocol, `body` its text. */
export type Recorded = {
  readonly method: string;
  readonly path: string;
  readonly action: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** An answer; `json` is written as JSON, `text` as it is. */
export type Reply = {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
};

/** The recording service of a test file. `reply` is reset to an empty object before each test. */
export type RecordingService = {
  readonly url: string;
  readonly requests: readonly Recorded[];
  reply: (request: Recorded) => Reply;
};

/** Starts the service for a test file and points the given AWS services (`SQS`, `EVENTBRIDGE`, ...) at it. */
export function withRecordingService(...services: readonly string[]): RecordingService {
  const requests: Recorded[] = [];
  const state: RecordingService & { url: string } = { url: '', requests, reply: () => ({ json: {} }) };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const action =
        String(headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? '';
      const recorded = { method, path: url, action, headers, body };
      requests.push(recorded);
      const { status = 200, json, text, type = 'application/json' } = state.reply(recorded);
      response.writeHead(status, { 'content-type': type }).end(text ?? JSON.stringify(json));
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    state.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const keys = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    Object.assign(
      process.env,
      keys,
      Object.fromEntries(services.map((name) => [`AWS_ENDPOINT_URL_${name}`, state.url])),
    );
  });
  beforeEach(() => {
    requests.length = 0;
    state.reply = () => ({ json: {} });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return state;
}

// A telephone exchange that stands in the test: it takes calls to make, hands recordings over, and tells of calls at the hook.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it was asked to dial. */
export type Dialled = { readonly path: string; readonly authorization: string; readonly body: unknown };

/** A running exchange. `hook` is where it tells of calls; tests set it once they know. */
export type Exchange = {
  readonly url: string;
  readonly secret: string;
  readonly token: string;
  readonly asked: readonly Dialled[];
  hook: string;
  isDown: boolean;
  /** Tells of a call, signed with a key. Answers what the hook answered. */
  tell(news: object, key?: string): Promise<{ readonly http: number; readonly call?: string; readonly code?: string }>;
  close(): Promise<void>;
};

/** Opens one on a free port. */
export const openExchange = async (): Promise<Exchange> => {
  const asked: Dialled[] = [];
  const secret = 'a-secret-of-the-exchange';
  const server = createServer((request, response) => {
    if (exchange.isDown) return void response.writeHead(503).end();
    if (request.method === 'GET')
      return void response.writeHead(200, { 'content-type': 'audio/wav' }).end('RIFF sound');
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      asked.push({ path, authorization: headers.authorization ?? '', body: JSON.parse(body) as unknown });
      response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const exchange: Exchange = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret,
    token: 'token-of-the-exchange',
    asked,
    hook: '',
    isDown: false,
    tell: async (news, key = secret) => {
      const body = JSON.stringify(news);
      const second = String(Math.floor(Date.now() / 1000));
      const signature = `sha256=${createHmac('sha256', key).update(`${second}.${body}`).digest('hex')}`;
      const headers = { 'x-timestamp': second, 'x-signature-256': signature };
      const answer = await fetch(exchange.hook, { method: 'POST', headers, body });
      return { http: answer.status, ...((await answer.json()) as object) };
    },
    close: () =>
      new Promise((settle) => {
        server.close(() => {
          settle();
        });
        server.closeAllConnections();
      }),
  };
  return exchange;
};

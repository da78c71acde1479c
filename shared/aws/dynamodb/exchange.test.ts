import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openExchange } from './exchange.ts';
import { ConnectionFailed } from './failures.ts';

type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const local = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('an exchange', () => {
  let server: Server | undefined;
  const serve = async (answer: Answering): Promise<string> => {
    const listening = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        answer(request, response, body);
      });
    });
    server = listening;
    await new Promise<void>((resolve) => {
      listening.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${String((listening.address() as AddressInfo).port)}`;
  };
  const open = (endpoint: string, renewed = () => undefined) =>
    openExchange({
      endpoint,
      region: 'us-east-1',
      timeout: 100,
      credentials: { current: () => local, renew: renewed },
    });
  const failureOf = (exchange: ReturnType<typeof open>) => exchange('GetItem', '{}').catch((error: unknown) => error);

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('sends signed JSON over one kept connection', async () => {
    const ports = new Set<number | undefined>();
    const endpoint = await serve(({ socket, headers }, response, body) => {
      ports.add(socket.remotePort);
      response.end(JSON.stringify({ target: headers['x-amz-target'], type: headers['content-type'], body }));
    });
    const exchange = open(endpoint);
    for (let round = 0; round < 5; round += 1) {
      const { status, text } = await exchange('GetItem', '{"a":"ñ"}');
      const expected = { target: 'DynamoDB_20120810.GetItem', type: 'application/x-amz-json-1.0', body: '{"a":"ñ"}' };
      expect([status, JSON.parse(text)]).toEqual([200, expected]);
    }
    expect(ports.size).toBe(1);
  });

  it('reads answers in many pieces, cut inside letters', async () => {
    const text = 'ñ€👍'.repeat(20_000);
    const endpoint = await serve((_, response) => {
      const bytes = Buffer.from(text);
      for (let place = 0; place < bytes.length; place += 1001) response.write(bytes.subarray(place, place + 1001));
      response.end();
    });
    expect((await open(endpoint)('Query', '{}')).text).toBe(text);
  });

  it('says that a request may have arrived when the connection breaks before or inside the answer', async () => {
    const before = await serve(({ socket }) => {
      socket.destroy();
    });
    expect(await failureOf(open(before))).toMatchObject({ name: 'ConnectionFailed', mayHaveArrived: true });
    server?.close();
    const inside = await serve(({ socket }, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"Item":');
      setTimeout(() => socket.destroy(), 10);
    });
    expect(await failureOf(open(inside))).toMatchObject({ name: 'ConnectionFailed', mayHaveArrived: true });
  });

  it('gives up on silence', async () => {
    const endpoint = await serve(() => undefined);
    expect(await failureOf(open(endpoint))).toMatchObject({
      mayHaveArrived: true,
      message: expect.stringContaining('100 ms'),
    });
  });

  it('knows that nothing arrived where nobody listens', async () => {
    const endpoint = await serve(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    const failure = await failureOf(open(endpoint));
    expect(failure).toBeInstanceOf(ConnectionFailed);
    expect(failure).toHaveProperty('mayHaveArrived', false);
  });

  it('renews keys that AWS calls expired, once', async () => {
    let renewals = 0;
    const expired = JSON.stringify({ __type: 'com.amazon.coral.service#ExpiredTokenException' });
    const endpoint = await serve((_, response) => {
      if (renewals > 0) response.end('{}');
      else response.writeHead(400).end(expired);
    });
    const renew = () => void (renewals += 1);
    expect(await open(endpoint, renew)('GetItem', '{}')).toEqual({ status: 200, text: '{}' });
    expect(renewals).toBe(1);
  });
});

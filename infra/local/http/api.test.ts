import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { serveTrial } from '#test/support/local-parts';
import { TaskTimedOut, type Invoker } from '../invoke.ts';
import type { Listener } from '../listen.ts';
import type { Wiring } from '../wiring.ts';
import { serveApi } from './api.ts';

const wiring: Wiring = {
  queues: {},
  functions: {
    graphql: {
      entry: 'functions/x.ts',
      memory: 128,
      timeoutSeconds: 29,
      may: [],
      triggers: [{ on: 'http', routes: ['GET /graphql', 'POST /graphql'] }],
    },
    public: {
      entry: 'functions/x.ts',
      memory: 128,
      timeoutSeconds: 29,
      may: [],
      triggers: [{ on: 'http', routes: ['ANY /f/{proxy+}', 'ANY /f/{form}/thanks'] }],
    },
  },
};

let listener: Listener;
let last: { name: string; event: APIGatewayProxyEventV2 } | undefined;
let work: (event: APIGatewayProxyEventV2) => unknown = () => ({});
const said: string[] = [];

const invoker: Invoker = {
  has: () => true,
  load: () => Promise.resolve(),
  invoke: async (name, event) => {
    last = { name, event: event as APIGatewayProxyEventV2 };
    return Promise.resolve(work(last.event));
  },
};

const ask = (path: string, options: RequestInit = {}): Promise<Response> => fetch(`${listener.url}${path}`, options);

beforeAll(async () => {
  listener = await serveTrial(serveApi(wiring, invoker, (line) => said.push(line)));
});

afterAll(() => listener.close());

describe('the event of a request', () => {
  it('has payload format 2.0', async () => {
    await ask('/graphql?a=1&b=x%20y&a=2', {
      method: 'POST',
      body: '{"query":"ñ"}',
      headers: { 'content-type': 'application/json', cookie: 'one=1; two=2', 'X-Lazo-Tenant': 't1' },
    });
    expect(last).toMatchObject({
      name: 'graphql',
      event: {
        version: '2.0',
        routeKey: 'POST /graphql',
        rawPath: '/graphql',
        rawQueryString: 'a=1&b=x%20y&a=2',
        cookies: ['one=1', 'two=2'],
        queryStringParameters: { a: '1,2', b: 'x y' },
        body: '{"query":"ñ"}',
        isBase64Encoded: false,
        requestContext: {
          http: { method: 'POST', path: '/graphql', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
          stage: '$default',
          routeKey: 'POST /graphql',
        },
      },
    });
    expect(last?.event.headers).toMatchObject({ 'x-lazo-tenant': 't1', host: `127.0.0.1:${listener.port}` });
    expect(last?.event.headers).not.toHaveProperty('cookie');
    expect(last?.event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  });

  it.each([
    ['text/plain', false],
    ['application/json; charset=utf-8', false],
    ['application/graphql-response+json', false],
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['application/octet-stream', true],
  ])('has a body of %s as text or in base64', async (type, encoded) => {
    await ask('/graphql', { method: 'POST', body: 'a=ñ', headers: { 'content-type': type } });
    expect(last?.event).toMatchObject({
      isBase64Encoded: encoded,
      body: encoded ? Buffer.from('a=ñ').toString('base64') : 'a=ñ',
    });
  });

  it('has no body when there is none', async () => {
    await ask('/graphql');
    expect(last?.event).not.toHaveProperty('body');
    expect(last?.event.isBase64Encoded).toBe(false);
  });

  it('goes to the most specific route', async () => {
    await ask('/f/a%20b/c', { method: 'PUT', body: '' });
    expect(last).toMatchObject({
      name: 'public',
      event: { routeKey: 'ANY /f/{proxy+}', pathParameters: { proxy: 'a b/c' } },
    });
    await ask('/f/one/thanks');
    expect(last?.event).toMatchObject({ routeKey: 'ANY /f/{form}/thanks', pathParameters: { form: 'one' } });
  });
});

describe('the answer', () => {
  it('is what the handler says', async () => {
    work = () => ({
      statusCode: 201,
      headers: { 'X-One': '1' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    });
    const answer = await ask('/graphql');
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-one')).toBe('1');
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255]);
  });

  it('is JSON when the handler answers something else', async () => {
    work = () => ({ hello: 'world' });
    const answer = await ask('/graphql');
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([
      200,
      'application/json',
      { hello: 'world' },
    ]);
  });

  it.each([
    ['an unknown path', '/nothing', {}, 404, 'Not Found'],
    ['an unknown method', '/graphql', { method: 'DELETE' }, 404, 'Not Found'],
    ['a greedy path with nothing', '/f/', {}, 404, 'Not Found'],
    [
      'a body over 10 MB',
      '/graphql',
      { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) },
      413,
      'Request Entity Too Large',
    ],
  ])('refuses %s', async (_what, path, options, status, message) => {
    const answer = await ask(path, options);
    expect([answer.status, await answer.json()]).toEqual([status, { message }]);
  });

  it('refuses a body over 10 MB that does not say its size', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 11; index += 1) controller.enqueue(new Uint8Array(1024 * 1024));
        controller.close();
      },
    });
    expect((await ask('/graphql', { method: 'POST', body, duplex: 'half' })).status).toBe(413);
  });

  it('reaches a client that has only begun to send, and does not reset it', async () => {
    const socket = connect(Number(new URL(listener.url).port), '127.0.0.1');
    const size = 11 * 1024 * 1024;
    socket.write(`POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${size}\r\n\r\n`);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.end(Buffer.alloc(size));
    await once(socket.resume(), 'close');
    expect(socket.bytesWritten).toBeGreaterThan(size);
  });

  it('hides what went wrong, and says it in the log', async () => {
    work = () => {
      throw new Error('secret detail');
    };
    const failed = await ask('/graphql');
    expect([failed.status, await failed.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(said.at(-1)).toContain('secret detail');
    work = () => {
      throw new TaskTimedOut('late');
    };
    expect((await ask('/graphql')).status).toBe(503);
  });
});

// Small HTTP servers on the loopback interface, for every part of the local cloud.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { logLine } from './log.ts';

/** A server that listens. */
export type Listener = { readonly port: number; readonly url: string; close(): Promise<void> };

/** Answers one request; a rejection becomes a 500 without details. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** The only interface the local cloud is bound to. */
export const loopback = '127.0.0.1';

const closePatience = 2_000;

/** A port that somebody else has. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  constructor(port: number) {
    super(`Port ${port} is taken. Another local cloud may be running; LAZO_PORT=0 takes free ports.`);
  }
}

/** A body over the limit. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Listens on `port` (0: a free one), trying a little longer while an earlier process lets go of it. @throws PortTaken */
export async function listen(port: number, answer: Answer): Promise<Listener> {
  const server = createServer((request, response) => {
    const answered = async (): Promise<void> => answer(request, response);
    answered().catch((error: unknown) => {
      if (!request.socket.destroyed) fail(response, error);
    });
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await openPort(port, () => server.listen(port, loopback), server);
  const taken = (server.address() as AddressInfo).port;
  return { port: taken, url: `http://${loopback}:${taken}`, close: () => close(server) };
}

/** Listens on the first of these ports that nobody has. @throws PortTaken for the last */
export async function listenOnFirst([port = 0, ...others]: readonly number[], answer: Answer): Promise<Listener> {
  try {
    return await listen(port, answer);
  } catch (error) {
    if (!(error instanceof PortTaken) || others.length === 0) throw error;
    return listenOnFirst(others, answer);
  }
}

/** Calls `open` until the server listens. @throws PortTaken */
export async function openPort(
  port: number,
  open: () => void,
  server: NodeJS.EventEmitter,
  patience = 1500,
): Promise<void> {
  const started = Date.now();
  for (;;) {
    const error = await opened(open, server);
    if (!error) return;
    if (error.code !== 'EADDRINUSE') throw error;
    if (Date.now() - started > patience) throw new PortTaken(port);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const opened = (open: () => void, server: NodeJS.EventEmitter): Promise<NodeJS.ErrnoException | undefined> =>
  new Promise((resolve) => {
    const settle = (error?: NodeJS.ErrnoException): void => {
      server.off('error', settle);
      server.off('listening', settle);
      resolve(error);
    };
    server.once('error', settle);
    server.once('listening', settle);
    open();
  });

/** The whole body. @throws BodyTooLarge, Error when the client goes away */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) reject(new BodyTooLarge(`A body may have ${limit} bytes.`));
      else chunks.push(chunk);
    });
    request.on('end', () => {
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    request.on('error', reject);
  });
}

/** Answers JSON. */
export function answerJson(response: ServerResponse, status: number, value: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(value));
}

/** Answers a page that may run only what it brings along. */
export function answerPage(response: ServerResponse, html: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html);
}

/** The path and query of a request. */
export const urlOf = (request: IncomingMessage): URL => new URL(`http://${loopback}${request.url ?? '/'}`);

/** Refuses names that are not this machine's, so that a web page cannot reach in by rebinding its own name. */
export const onlyFrom =
  (hosts: readonly string[], answer: Answer): Answer =>
  (request, response) => {
    const name = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (hosts.includes(name)) return answer(request, response);
    response.writeHead(421, { 'content-type': 'text/plain' }).end('This name is not served here.\n');
  };

const fail = (response: ServerResponse, error: unknown): void => {
  logLine(error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (response.headersSent) return void response.destroy();
  response
    .writeHead(500, { 'content-type': 'text/plain', connection: 'close' })
    .end('The local cloud failed; see its log.\n');
};

/** Requests under way may end; connections that only wait are closed. */
const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, closePatience);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });

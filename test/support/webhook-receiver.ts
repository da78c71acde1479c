// A partner's server that webhooks call for real, over a socket.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event, as the receiver reads it. */
export type Event = {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly shard: number;
  readonly record: { readonly id: string; readonly version: number };
  readonly data?: { readonly name?: string };
};
/** One call. */
export type Call = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly event: Event };
/** How it answers. */
export type Mode = 'up' | 'down' | 'silent' | 'forgetful' | 'gone';

/** The receiver: what it was called with, and what it has made of it. It forgets to answer when it is told to. */
export const receiver = {
  mode: 'up' as Mode,
  calls: [] as Call[],
  processed: new Map<string, Event>(),
  server: undefined as Server | undefined,
};

/** Starts it, and answers where it listens. */
export const startReceiver = async (): Promise<string> => {
  receiver.server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { data: event } = JSON.parse(body) as { readonly data: Event };
      receiver.calls.push({ headers: request.headers, body, event });
      if (receiver.mode === 'down') return response.writeHead(503).end('no');
      if (receiver.mode === 'gone') return response.writeHead(410).end();
      if (receiver.mode === 'silent') return request.socket.destroy();
      const id = String(request.headers['webhook-id']);
      const isNew = !receiver.processed.has(id);
      receiver.processed.set(id, event);
      // It has done its work, and the answer is lost: the same event comes again.
      if (receiver.mode === 'forgetful' && isNew) return request.socket.destroy();
      return response.writeHead(200).end('thanks');
    });
  });
  await new Promise<void>((ready) => receiver.server?.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${String((receiver.server.address() as AddressInfo).port)}`;
};

/** Ends it, whoever is still talking to it. */
export const stopReceiver = (): void => {
  receiver.server?.closeAllConnections();
  receiver.server?.close();
};

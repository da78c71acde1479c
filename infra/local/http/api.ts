// API Gateway's part on this machine: limits, routing, the handler, its answer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import { TaskTimedOut, type Invoker } from '../invoke.ts';
import { answerJson, BodyTooLarge, readBody, urlOf, type Answer } from '../listen.ts';
import type { Wiring } from '../wiring.ts';
import { toEvent, toWireAnswer } from './api-event.ts';
import { compileRoutes } from './routes.ts';

const bodyLimit = 10 * 1024 * 1024;
/** So long may a refused client go on speaking, in milliseconds. */
const closePatience = 2000;

/** Serves the routes of the wiring. */
export function serveApi(wiring: Wiring, invoker: Invoker, log: (line: string) => void): Answer {
  const findRoute = compileRoutes(wiring);
  return async (request, response) => {
    const match = findRoute(request.method ?? 'GET', urlOf(request).pathname);
    if (!match) return refuse(request, response, 404, 'Not Found');
    try {
      const body = await wholeBody(request);
      const {
        status,
        headers,
        body: content,
      } = toWireAnswer(await invoker.invoke(match.functionName, toEvent(request, body, match)));
      response.writeHead(status, { ...headers, 'content-length': content.length }).end(content);
    } catch (error) {
      if (error instanceof BodyTooLarge) return refuse(request, response, 413, 'Request Entity Too Large');
      if (isGone(request)) return;
      log(`${match.functionName} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (error instanceof TaskTimedOut) return refuse(request, response, 503, 'Service Unavailable');
      refuse(request, response, 500, 'Internal Server Error');
    }
  };
}

/** A body that says that it is too large is not read. */
const wholeBody = (request: IncomingMessage): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) throw new BodyTooLarge();
  return readBody(request, bodyLimit);
};

/** The client went away before it had said everything. */
const isGone = (request: IncomingMessage): boolean => request.destroyed && !request.complete;

/** Answers at once, also while the client still speaks. */
const refuse = (request: IncomingMessage, response: ServerResponse, status: number, message: string): void => {
  if (response.headersSent) return void response.destroy();
  if (request.complete) return answerJson(response, status, { message });
  const answer = JSON.stringify({ message });
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': answer.length, connection: 'close' })
    .write(answer);
  closeOnceSaid(request, response);
};

/** Closed while the client still sends, a connection is reset, and the answer is lost with it: the rest is thrown away. */
const closeOnceSaid = (request: IncomingMessage, response: ServerResponse): void => {
  const close = (): void => void response.end();
  const patience = setTimeout(close, closePatience);
  finished(request.resume(), () => {
    clearTimeout(patience);
    close();
  });
};

// The doors of AppSync Events: the HTTP one to publish, as the SDK signs it; to listen, server-sent events instead of a WebSocket,
// with the same question to the same authorizer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Invoke } from '../invoke.ts';
import { answerJson, readBody, urlOf, type Answer } from '../listen.ts';
import type { Channels } from './channels.ts';

const bodyLimit = 5 * 240 * 1024 + 4096;
const eventsLimit = 5;
const channelPattern = /^\/[A-Za-z0-9-]{1,50}(\/[A-Za-z0-9-]{1,50}){0,4}$/;

/** A line now and then keeps what stands between from closing the connection. */
const heartbeat = 25_000;

/** Pages of any origin may listen: the token is in a header that they must have. */
const forPages = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization' };

/** Serves `POST <path>/event` and `GET <path>/listen?channel=`. */
export function realtimeEndpoint(channels: Channels, invoke: Invoke, path: string): Answer {
  return (request, response) => {
    const place = `${request.method ?? ''} ${urlOf(request).pathname.slice(path.length)}`;
    if (place === 'POST /event') return publish(channels, request, response);
    if (place === 'GET /listen') return listen(channels, invoke, request, response);
    if (place === 'OPTIONS /listen') response.writeHead(204, forPages).end();
    else refuse(response, 404, 'NotFoundException', 'There is no such door.');
    return undefined;
  };
}

type Published = { readonly channel?: unknown; readonly events?: unknown };

const publish = async (channels: Channels, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const isSigned = /^AWS4-HMAC-SHA256 .*\/appsync\/aws4_request,/.test(request.headers.authorization ?? '');
  const { channel, events } = JSON.parse((await readBody(request, bodyLimit)).toString()) as Published;
  if (!isSigned) refuse(response, 401, 'UnauthorizedException', 'You are not authorized to make this call.');
  else if (typeof channel !== 'string' || !channelPattern.test(channel))
    refuse(response, 400, 'BadRequestException', 'Invalid channel.');
  else if (!Array.isArray(events) || events.length < 1 || events.length > eventsLimit)
    refuse(response, 400, 'BadRequestException', `A request has 1 to ${eventsLimit} events.`);
  else {
    channels.publish(channel, events.map(String));
    answerJson(response, 200, { failed: [], successful: events.map((_, index) => ({ identifier: index, index })) });
  }
};

const listen = async (
  channels: Channels,
  invoke: Invoke,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const channel = urlOf(request).searchParams.get('channel') ?? '';
  const asked = {
    authorizationToken: request.headers.authorization ?? '',
    requestContext: { operation: 'EVENT_SUBSCRIBE', channelNamespaceName: channel.split('/')[1], channel },
    requestHeaders: {},
  };
  const { isAuthorized } = (await invoke('authorize-realtime', asked)) as { readonly isAuthorized: boolean };
  if (isAuthorized) stream(channels, channel, response);
  else refuse(response, 401, 'UnauthorizedException', 'You may not listen on this channel.');
};

const stream = (channels: Channels, channel: string, response: ServerResponse): void => {
  // Gone while it was asked who they are: nobody would tell us to stop.
  if (response.closed) return;
  const stop = channels.listen(channel, (event) => void response.write(`data: ${event}\n\n`));
  if (!stop) {
    refuse(response, 429, 'LimitExceededException', 'Too many listen already; close a page, or come again later.');
    return;
  }
  response.writeHead(200, { ...forPages, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': listening\n\n');
  const beat = setInterval(() => void response.write(': still here\n\n'), heartbeat).unref();
  response.once('close', () => {
    clearInterval(beat);
    stop();
  });
};

const refuse = (response: ServerResponse, status: number, errorType: string, message: string): void => {
  for (const [name, value] of Object.entries(forPages)) response.setHeader(name, value);
  answerJson(response, status, { errors: [{ errorType, message }] });
};

// Requests and answers as API Gateway's HTTP API has them (payload format 2.0).
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { urlOf } from '../listen.ts';
import { account } from '../names.ts';
import type { Match } from './routes.ts';

/** An answer to put on the wire. */
export type WireAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
};

/** The event for a request. */
export function toEvent(
  request: IncomingMessage,
  body: Buffer,
  match: Match,
  now = new Date(),
): APIGatewayProxyEventV2 {
  const url = urlOf(request);
  const { cookie, ...headers } = joinedHeaders(request);
  const query = joinedQuery(url.searchParams);
  const encoded = body.length > 0 && !(isText(headers['content-type']) && isUtf8(body));
  return {
    version: '2.0',
    routeKey: match.key,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers,
    ...(query && { queryStringParameters: query }),
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    requestContext: contextOf(request, url, match, now),
    ...(body.length > 0 && { body: body.toString(encoded ? 'base64' : 'utf8') }),
    isBase64Encoded: encoded,
  };
}

const contextOf = (
  request: IncomingMessage,
  url: URL,
  { key }: Match,
  now: Date,
): APIGatewayProxyEventV2['requestContext'] => ({
  accountId: account,
  apiId: 'local',
  domainName: (request.headers.host ?? '').replace(/:\d+$/, ''),
  domainPrefix: 'local',
  http: {
    method: request.method ?? 'GET',
    path: url.pathname,
    protocol: `HTTP/${request.httpVersion}`,
    sourceIp: request.socket.remoteAddress ?? '',
    userAgent: request.headers['user-agent'] ?? '',
  },
  requestId: randomUUID(),
  routeKey: key,
  stage: '$default',
  time: clfTime(now),
  timeEpoch: now.getTime(),
});

/** What API Gateway makes of a handler's answer: an object with a status code is an answer, all else a JSON body. */
export function toWireAnswer(answer: unknown): WireAnswer {
  if (!isStructured(answer))
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(textOf(answer)) };
  const headers = Object.fromEntries(
    Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const cookies = answer.cookies ?? [];
  return {
    status: answer.statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...headers,
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

type Structured = {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
};

const isStructured = (answer: unknown): answer is Structured =>
  typeof answer === 'object' &&
  answer !== null &&
  'statusCode' in answer &&
  Number.isInteger(Number(answer.statusCode));

const textOf = (answer: unknown): string => (typeof answer === 'string' ? answer : JSON.stringify(answer ?? null));

/** API Gateway hands text on as it is, and everything else (forms too) in base64; so do we with what only claims to be text. */
const isText = (type = 'text/plain'): boolean =>
  /^\s*(text\/|application\/(json|javascript|xml)\b|[^;]+\+(json|xml)\b)/i.test(type);

const joinedHeaders = ({ headersDistinct }: IncomingMessage): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [
      name,
      (values ?? []).join(name === 'cookie' ? '; ' : ','),
    ]),
  );

const joinedQuery = (query: URLSearchParams): Readonly<Record<string, string>> | undefined =>
  query.size === 0
    ? undefined
    : Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `22/Nov/2026:10:00:00 +0000` */
const clfTime = (moment: Date): string => {
  const iso = moment.toISOString();
  return `${iso.slice(8, 10)}/${months[moment.getUTCMonth()] ?? ''}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
};

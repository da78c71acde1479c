// Between API Gateway's events and Apollo's requests. What cannot be a request is answered here.
import { isUtf8 } from 'node:buffer';
import type { HTTPGraphQLRequest, HTTPGraphQLResponse } from '@apollo/server';
import { handlers } from '@as-integrations/aws-lambda';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isDeeper, limits } from './limits.ts';

/** A request as API Gateway's payload format 2.0 has it. */
export type HttpEvent = APIGatewayProxyEventV2;
/** The answer to it. */
export type HttpAnswer = APIGatewayProxyStructuredResultV2;

type Door = {
  fromEvent(event: HttpEvent): HTTPGraphQLRequest;
  toSuccessResult(response: HTTPGraphQLResponse): HttpAnswer;
};

/** The integration is typed against Apollo's CommonJS build, which TypeScript takes for other types of the same names. */
const door = handlers.createAPIGatewayProxyEventV2RequestHandler() as unknown as Door;

/** Why something is no request. */
export type NoRequest = { readonly code: string; readonly message: string };

/** The request of an event, or why it is none. */
export const readRequest = (event: HttpEvent): HTTPGraphQLRequest | NoRequest => {
  if (event.isBase64Encoded && !isUtf8(Buffer.from(event.body ?? '', 'base64')))
    return { code: 'BAD_REQUEST', message: 'The body is not UTF-8.' };
  try {
    const request = door.fromEvent(event);
    return outOfBounds(request.body) ?? request;
  } catch (error) {
    if (error instanceof SyntaxError) return { code: 'BAD_REQUEST', message: 'The body is not JSON.' };
    throw error;
  }
};

const outOfBounds = (body: unknown): NoRequest | undefined => {
  const { query, variables }: { readonly query?: unknown; readonly variables?: unknown } = body ?? {};
  if (typeof query === 'string' && query.length > limits.characters) {
    const most = String(limits.characters);
    return {
      code: 'TOO_COSTLY',
      message: `A query has at most ${most} characters; long values go into its variables.`,
    };
  }
  if (!isDeeper(variables, limits.inputDepth)) return undefined;
  return { code: 'TOO_COSTLY', message: `Variables are at most ${String(limits.inputDepth)} levels deep.` };
};

/** Apollo's answer. */
export const answerOf = (response: HTTPGraphQLResponse): HttpAnswer => door.toSuccessResult(response);

/** The answer to what is no request. */
export const refuse = ({ code, message }: NoRequest): HttpAnswer => ({
  statusCode: 400,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: `${JSON.stringify({ errors: [{ message, extensions: { code } }] })}\n`,
});

/** The answer of plain text. */
export const plainText = (body: string): HttpAnswer => ({
  statusCode: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/** GET, POST or OPTIONS. */
export const methodOf = (event: HttpEvent): string => event.requestContext.http.method;

/** `GET /graphql?sdl` */
export const isSdlDownload = (event: HttpEvent): boolean =>
  methodOf(event) === 'GET' && /(^|&)sdl(=|&|$)/.test(event.rawQueryString);

/** `?schema=tenant`, or the header `x-lazo-schema: tenant`: asks by the tenant's own schema. */
export const asksTenantSchema = (event: HttpEvent): boolean =>
  event.headers['x-lazo-schema'] === 'tenant' || /(^|&)schema=tenant(&|$)/.test(event.rawQueryString);

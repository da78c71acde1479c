// The API over a domain on the embedded engine, without a socket: requests as API Gateway hands them to the function.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { openServer, type Server, type ServerOptions } from '#graphql/server';
import type { Actor, Log } from '#kernel';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';

/** What a test says about the API that it opens. */
export type ApiOptions = DomainOptions &
  Partial<Pick<ServerOptions, 'authenticate' | 'introspection' | 'origins'>> & {
    readonly actor?: Partial<Actor>;
    readonly log?: Partial<Log>;
  };

/** One HTTP request. `body` is sent as it is; `json` as JSON. */
export type HttpRequest = {
  readonly method?: string;
  readonly search?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string;
};

/** A GraphQL answer, with its HTTP status. */
export type Answered<Data = Record<string, never>> = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly errorId?: string; readonly problems?: readonly unknown[] };
  }[];
  readonly extensions: {
    readonly cost: {
      readonly requests: number;
      readonly readUnits: number;
      readonly writeUnits: number;
      readonly roundTrips: number;
    };
    readonly explain?: readonly Record<string, unknown>[];
  };
};

/** A running API. */
export type TestApi = {
  readonly domain: Domain;
  readonly server: Server;
  /** Sends any request; answers status, headers and body. */
  send(
    request: HttpRequest,
  ): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly body: string }>;
  /** Asks a query as JSON by POST. */
  ask<Data = Record<string, never>>(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answered<Data>>;
};

/** Opens the API; every request is made by a full-access actor unless `actor` or `authenticate` says otherwise. */
export const startApi = (options: ApiOptions): TestApi => {
  const domain = startDomain(options);
  const server = openServer({
    runtime: { ...domain.runtime, log: { ...domain.runtime.log, ...options.log } },
    authenticate: options.authenticate ?? (() => Promise.resolve(domain.actor(options.actor))),
    introspection: options.introspection ?? true,
    ...(options.origins && { origins: options.origins }),
  });
  const send: TestApi['send'] = async (request) => {
    const { statusCode = 200, headers = {}, body = '' } = await server.handle(eventOf(request));
    return { status: statusCode, headers, body };
  };
  return {
    domain,
    server,
    send,
    ask: async (query, variables, headers) => {
      const {
        status,
        headers: answered,
        body,
      } = await send({ json: { query, ...(variables && { variables }) }, ...(headers && { headers }) });
      return { status, headers: answered, ...(JSON.parse(body) as object) } as never;
    },
  };
};

/** A request as API Gateway's payload format 2.0 has it. */
export const eventOf = ({
  method = 'POST',
  search = '',
  headers = {},
  json,
  body,
}: HttpRequest): APIGatewayProxyEventV2 =>
  ({
    version: '2.0',
    rawPath: '/graphql',
    rawQueryString: search,
    headers: { host: 'api.test', ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
    requestContext: { http: { method, path: '/graphql', sourceIp: '127.0.0.1' } },
    isBase64Encoded: false,
    ...((json !== undefined || body !== undefined) && { body: body ?? JSON.stringify(json) }),
  }) as unknown as APIGatewayProxyEventV2;

// The API over HTTP: Apollo Server behind one Lambda handler, with who may call, what a query may cost and what is said
// of errors. It knows neither AWS nor how callers are recognised; both are handed in.
import { ApolloServer, type ApolloServerPlugin, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { handlers } from '@as-integrations/aws-lambda';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { DomainError, forbidden, type Actor } from '#kernel';
import type { Runtime } from '#kernel/context';
import { buildSchema } from './compile/schema.ts';
import { allowOrigin, isAllowedOrigin, preflightHeaders } from './cors.ts';
import { errorFormatter, refusal } from './errors.ts';
import { assertAffordable, isDeeper, limitRules, limits } from './limits.ts';
import { persistedQueries } from './persisted-queries.ts';
import { openApi, type Api } from './request.ts';

/** Headers of a request, in lower case. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** What the API is opened with. */
export type ServerOptions = {
  readonly runtime: Runtime;
  /** Who calls; undefined when the request names nobody. @throws DomainError when what it names does not hold */
  authenticate(headers: RequestHeaders): Promise<Actor | undefined>;
  /** Whether `__schema` may be asked. Off in production, where the SDL is downloaded with a key. */
  readonly introspection: boolean;
  /** The web pages that a tenant lets call the API; none but the API's own host when absent. */
  origins?(actor: Actor): Promise<readonly string[]>;
};

/** The opened API. */
export type Server = {
  readonly schema: GraphQLSchema;
  handle(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2>;
};

/** Opens the API; it answers at once and finishes starting meanwhile. */
export const openServer = (options: ServerOptions): Server => {
  const schema = buildSchema(options.runtime.registry, { assumeValid: true });
  const apollo = openApollo(options, schema);
  const sdl = onDemand(() => printSchema(lexicographicSortSchema(schema)));
  return {
    schema,
    handle: async (event) => {
      if (methodOf(event) === 'OPTIONS') return { statusCode: 204, headers: preflightHeaders(event.headers) };
      const caller = await identify(options, event);
      const answer = isSdlDownload(event) && !('refused' in caller) ? { statusCode: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: sdl() } : await ask(apollo, options.runtime, event, caller);
      return { ...answer, headers: { ...answer.headers, ...(mayRead(caller) && allowOrigin(event.headers['origin'])) } };
    },
  };
};

const onDemand = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

const methodOf = (event: APIGatewayProxyEventV2): string => event.requestContext.http.method;

/** `GET /graphql?sdl` */
const isSdlDownload = (event: APIGatewayProxyEventV2): boolean => methodOf(event) === 'GET' && /(^|&)sdl(=|&|$)/.test(event.rawQueryString);

// Who calls ------------------------------------------------------------------------------------------------------

type Caller = { readonly actor: Actor } | { readonly refused: unknown };

/** A page may read why it was refused, unless it was refused for being that page. */
const mayRead = (caller: Caller): boolean => 'actor' in caller || !(caller.refused instanceof DomainError) || caller.refused.code !== 'FORBIDDEN';

const identify = async (options: ServerOptions, { headers }: APIGatewayProxyEventV2): Promise<Caller> => {
  try {
    const actor = await options.authenticate(headers);
    if (!actor) return { refused: new DomainError('UNAUTHENTICATED', 'Sign in, or send an API key: `Authorization: Bearer ...`.') };
    const origins = headers['origin'] === undefined ? [] : ((await options.origins?.(actor)) ?? []);
    return isAllowedOrigin(headers, origins) ? { actor } : { refused: forbidden('The tenant does not let this web page call the API.') };
  } catch (error) {
    return { refused: error };
  }
};

// What is asked --------------------------------------------------------------------------------------------------

type Answer = APIGatewayProxyStructuredResultV2;
type Door = { fromEvent(event: APIGatewayProxyEventV2): HTTPGraphQLRequest; toSuccessResult(response: HTTPGraphQLResponse): Answer };

/** The integration is typed against Apollo's CommonJS build, which TypeScript takes for other types of the same names. */
const door = handlers.createAPIGatewayProxyEventV2RequestHandler() as unknown as Door;

const ask = async (apollo: ApolloServer<Api>, runtime: Runtime, event: APIGatewayProxyEventV2, caller: Caller): Promise<Answer> => {
  const request = readRequest(event);
  if ('code' in request) return refuse(request.code, request.message);
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: request,
    context: async () => Promise.resolve(openRequest(runtime, caller)),
  });
  return door.toSuccessResult(response);
};

const openRequest = (runtime: Runtime, caller: Caller): Api => {
  if ('actor' in caller) return openApi(runtime, caller.actor);
  throw caller.refused instanceof DomainError ? refusal(caller.refused) : caller.refused;
};

type Refused = { readonly code: string; readonly message: string };

const readRequest = (event: APIGatewayProxyEventV2): HTTPGraphQLRequest | Refused => {
  try {
    const request = door.fromEvent(event);
    return outOfBounds((request.body ?? {}) as Body) ?? request;
  } catch (error) {
    if (error instanceof SyntaxError) return { code: 'BAD_REQUEST', message: 'The body is not JSON.' };
    throw error;
  }
};

type Body = { readonly query?: unknown; readonly variables?: unknown };

const outOfBounds = ({ query, variables }: Body): Refused | undefined => {
  if (typeof query === 'string' && query.length > limits.characters) return { code: 'TOO_COSTLY', message: `A query has at most ${String(limits.characters)} characters; long values go into its variables.` };
  return isDeeper(variables, limits.inputDepth) ? { code: 'TOO_COSTLY', message: `Variables are at most ${String(limits.inputDepth)} levels deep.` } : undefined;
};

const refuse = (code: string, message: string): Answer => ({
  statusCode: 400,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: `${JSON.stringify({ errors: [{ message, extensions: { code } }] })}\n`,
});

// How it is answered ---------------------------------------------------------------------------------------------

const openApollo = ({ runtime, introspection }: ServerOptions, schema: GraphQLSchema): ApolloServer<Api> => {
  const apollo = new ApolloServer<Api>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    formatError: errorFormatter(runtime),
    parseOptions: { maxLexicalTokens: limits.tokens },
    validationRules: limitRules(),
    persistedQueries: { cache: persistedQueries(runtime.ports.table, runtime.clock) },
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginLandingPageDisabled(), priced],
    stopOnTerminationSignals: false,
  });
  apollo.startInBackgroundHandlingStartupErrorsByLoggingAndFailingAllRequests();
  return apollo;
};

/** Refuses what would cost too much, and tells what the rest has cost. */
const priced: ApolloServerPlugin<Api> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, document, operation, request }) => {
        if (operation) assertAffordable({ schema, document, operation, variables: request.variables ?? {} });
        return Promise.resolve();
      },
      willSendResponse: ({ response, contextValue }) => {
        if (response.body.kind === 'single') response.body.singleResult.extensions = extensionsOf(contextValue);
        return Promise.resolve();
      },
    }),
};

const extensionsOf = ({ call: { meter }, explanations }: Api): Record<string, unknown> => ({
  cost: { readUnits: meter.readUnits, writeUnits: meter.writeUnits, requests: meter.requests, roundTrips: meter.trips },
  ...(explanations.length > 0 && { explain: explanations }),
});

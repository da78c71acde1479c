// The API: Apollo Server over the compiled schema, with what a query may cost and what is said of errors. It knows neither
// AWS nor how callers are recognised; both are handed in.
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { DomainError, type Registry } from '#kernel';
import type { Runtime } from '#kernel/context';
import { from, identify, mayReadAnswer, type Caller, type Recognition } from './caller.ts';
import { buildSchema } from './compile/schema.ts';
import { allowOrigin, preflightHeaders } from './cors.ts';
import { errorFormatter, refusal } from './errors.ts';
import {
  answerOf,
  asksTenantSchema,
  isSdlDownload,
  methodOf,
  plainText,
  readRequest,
  refuse,
  type HttpAnswer,
  type HttpEvent,
} from './http.ts';
import { assertAffordable, limitRules, limits } from './limits.ts';
import { persistedQueries } from './persisted-queries.ts';
import { openApi, type Api } from './request.ts';
import { perDefinitions, tenantSchema } from './tenant-schemas.ts';

/** What the API is opened with. */
export type ServerOptions = Recognition & {
  readonly runtime: Runtime;
  /** Whether `__schema` may be asked. Off in production, where the SDL is downloaded with a key. */
  readonly introspection: boolean;
};

/** The opened API. */
export type Server = {
  readonly schema: GraphQLSchema;
  handle(event: HttpEvent): Promise<HttpAnswer>;
};

/** Opens the API; it answers at once and finishes starting meanwhile. */
export const openServer = (options: ServerOptions): Server => {
  const schema = schemaOf(options.runtime.registry);
  const common = openRoom(options, schema);
  const ownRoom = perDefinitions((defined) => openRoom(options, tenantSchema(options.runtime.registry, defined)));
  const roomFor = (event: HttpEvent, caller: Caller): Room => {
    const defined = asksTenantSchema(event) && 'actor' in caller ? caller.actor.customFields : undefined;
    return defined ? ownRoom(defined) : common;
  };
  const answer = (event: HttpEvent, caller: Caller): Promise<HttpAnswer> | HttpAnswer => {
    const { apollo, sdl } = roomFor(event, caller);
    return isSdlDownload(event) && 'actor' in caller ? plainText(sdl()) : ask(apollo, options.runtime, event, caller);
  };
  return {
    schema,
    handle: async (event) => {
      if (methodOf(event) === 'OPTIONS') return { statusCode: 204, headers: preflightHeaders(event.headers) };
      const caller = from(event, await identify(options, event.headers));
      const answered = await answer(event, caller);
      const cors = mayReadAnswer(caller) ? allowOrigin(event.headers['origin']) : {};
      return { ...answered, headers: { ...answered.headers, ...cors } };
    },
  };
};

const schemas = new WeakMap<Registry, GraphQLSchema>();

/** Compiled once in a process, however many servers are opened in it: it is the largest part of a start. */
const schemaOf = (registry: Registry): GraphQLSchema => {
  const schema = schemas.get(registry) ?? buildSchema(registry, { assumeValid: true });
  schemas.set(registry, schema);
  return schema;
};

/** A schema, and what answers by it. */
type Room = { readonly apollo: ApolloServer<Api>; readonly sdl: () => string };

const openRoom = (options: ServerOptions, schema: GraphQLSchema): Room => ({
  apollo: openApollo(options, schema),
  sdl: onDemand(() => printSchema(lexicographicSortSchema(schema))),
});

const onDemand = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

const ask = async (
  apollo: ApolloServer<Api>,
  runtime: Runtime,
  event: HttpEvent,
  caller: Caller,
): Promise<HttpAnswer> => {
  const request = readRequest(event);
  if ('code' in request) return refuse(request);
  const context = async (): Promise<Api> => Promise.resolve(openRequest(runtime, caller));
  return answerOf(await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context }));
};

const openRequest = (runtime: Runtime, caller: Caller): Api => {
  if ('actor' in caller) return openApi(runtime, caller.actor, caller.admission);
  throw caller.refused instanceof DomainError ? refusal(caller.refused) : caller.refused;
};

const openApollo = ({ runtime, introspection }: ServerOptions, schema: GraphQLSchema): ApolloServer<Api> => {
  const apollo = new ApolloServer<Api>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    formatError: errorFormatter(runtime),
    logger: apolloLog(runtime),
    parseOptions: { maxLexicalTokens: limits.tokens },
    validationRules: limitRules(),
    persistedQueries: { cache: persistedQueries(runtime.ports.table, runtime.clock) },
    plugins: [...withoutDefaults, priced],
    stopOnTerminationSignals: false,
  });
  apollo.startInBackgroundHandlingStartupErrorsByLoggingAndFailingAllRequests();
  return apollo;
};

/** What Apollo itself has to say, in our log. */
const apolloLog = ({ log }: Runtime) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message: unknown) => log.warn('Apollo Server warns.', { warning: String(message) }),
  error: (message: unknown) => log.error('Apollo Server failed.', { error: String(message) }),
});

/** Cache control alone doubles the time of a list. */
const withoutDefaults: readonly ApolloServerPlugin<Api>[] = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginLandingPageDisabled(),
];

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

const extensionsOf = ({ call: { meter }, admission, explanations }: Api): Record<string, unknown> => ({
  cost: {
    readUnits: meter.readUnits,
    writeUnits: meter.writeUnits,
    requests: meter.requests,
    roundTrips: meter.trips,
    ...(admission && { points: admission.charge(meter) }),
  },
  ...(explanations.length > 0 && { explain: explanations }),
});

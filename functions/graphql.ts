// HTTP API -> the GraphQL API.
import middy from '@middy/core';
import { readEnvironment } from '#aws/environment';
import { openServer, type Server } from '#graphql/server';
import type { HttpAnswer, HttpEvent } from '#graphql/http';
import { authenticate, webOrigins } from '#modules/platform/identity';
import { admit } from '#modules/platform/limits';
import { openRuntime } from './runtime.ts';

const open = (): Server => {
  const runtime = openRuntime();
  return openServer({
    runtime,
    authenticate: (headers) => authenticate(runtime, headers),
    admit: (actor) => admit(runtime, actor),
    origins: (actor) => webOrigins(runtime, actor),
    introspection: readEnvironment().introspection,
  });
};

const server = open();

/** Answers a query, a mutation, a preflight, or `GET /graphql?sdl`. */
export const handler = middy<HttpEvent, HttpAnswer>().handler((event) => server.handle(event));

import { describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startApi } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';
import { exampleModules } from '#test/support/example';

const tenanted = withTenantTable();

/** The handler as `fetch`. Clients that read by GET must show that no web page made them; so do the audits. */
const fetchOver = (): typeof fetch => {
  const api = startApi({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant });
  return async (input, init) => {
    const request = new Request(input, init);
    const headers = { ...Object.fromEntries(request.headers), 'apollo-require-preflight': 'true' };
    const text = await request.text();
    const {
      status,
      headers: answered,
      body,
    } = await api.send({
      method: request.method,
      search: new URL(request.url).search.slice(1),
      headers,
      ...(text !== '' && { body: text }),
    });
    return new Response(body, { status, headers: answered as Record<string, string> });
  };
};

/** Refused documents are 400 in every media type: monitors and caches see it. The specification would rather have 200 in plain JSON. */
const chosen = new Set([
  'SHOULD use 200 status code on document parsing failure when accepting application/json',
  'SHOULD use 200 status code on document validation failure when accepting application/json',
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
]);

describe('GraphQL over HTTP', () => {
  it.each(serverAudits({ url: 'http://api.test/graphql' }).map(({ name }, index) => [name, index] as const))(
    '%s',
    async (name, index) => {
      const audit = serverAudits({ url: 'http://api.test/graphql', fetchFn: fetchOver() })[index];
      const result = await audit?.fn();
      expect(result).toMatchObject({ status: chosen.has(name) ? 'warn' : 'ok' });
    },
  );
});

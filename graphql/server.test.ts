import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { DomainError, module, query, signedIn, text, type Module } from '#kernel';
import { startApi, type ApiOptions } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';
import { exampleModules } from '#test/support/example';

const tenanted = withTenantTable();
const start = (options: Partial<ApiOptions> = {}) =>
  startApi({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant, ...options });

const typename = { json: { query: '{ __typename }' } };

describe('a caller', () => {
  it('who names nobody is told to sign in', async () => {
    const { status, headers, body } = await start({ authenticate: () => Promise.resolve(undefined) }).send(typename);
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('whose token does not hold is told why', async () => {
    const refused = (code: string) =>
      start({ authenticate: () => Promise.reject(new DomainError(code, 'The token has expired.')) }).ask(
        '{ __typename }',
      );
    expect(await refused('UNAUTHENTICATED')).toMatchObject({
      status: 401,
      errors: [{ message: 'The token has expired.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await refused('RATE_LIMITED')).toMatchObject({
      status: 429,
      errors: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
  });

  it('gets no word of what went wrong inside', async () => {
    const { status, errors } = await start({
      authenticate: () => Promise.reject(new Error('password of the table')),
    }).ask('{ __typename }');
    expect(status).toBe(500);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'INTERNAL', errorId: expect.stringMatching(/^err_/) } });
    expect(JSON.stringify(errors)).not.toContain('password');
  });

  it('is recognised by the headers of the request', async () => {
    const api = start({
      authenticate: ({ authorization }) =>
        Promise.resolve(authorization === 'Bearer key' ? api.domain.actor() : undefined),
    });
    expect((await api.ask('{ __typename }', {}, { authorization: 'Bearer key' })).status).toBe(200);
    expect((await api.ask('{ __typename }', {}, { authorization: 'Bearer other' })).status).toBe(401);
  });
});

describe('a web page', () => {
  const origins = () => Promise.resolve(['https://app.example']);

  it('may ask whether it may ask', async () => {
    const { status, headers } = await start().send({ method: 'OPTIONS', headers: { origin: 'https://app.example' } });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-headers': expect.stringContaining('authorization'),
    });
  });

  it('may call when the tenant names it, or it is the own host', async () => {
    const api = start({ origins });
    for (const origin of ['https://app.example', 'http://api.test']) {
      const { status, headers } = await api.send({ ...typename, headers: { origin } });
      expect([status, headers['access-control-allow-origin']]).toEqual([200, origin]);
    }
  });

  it('is refused otherwise, before anything is done', async () => {
    const api = start({ origins });
    const { status, headers, body } = await api.send({
      json: { query: 'mutation { createCustomer(input: {name: "x"}) { customer { id } } }' },
      headers: { origin: 'https://evil.example' },
    });
    expect([status, headers['access-control-allow-origin']]).toEqual([403, undefined]);
    expect(body).toContain('FORBIDDEN');
    expect(
      (await api.ask<{ customers: { nodes: unknown[] } }>('{ customers { nodes { id } } }')).data.customers.nodes,
    ).toEqual([]);
  });
});

describe('the schema', () => {
  it('is introspected where that is on', async () => {
    const text = '{ __schema { queryType { name } } }';
    expect((await start().ask(text)).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    const { errors } = await start({ introspection: false }).ask(text);
    expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('is not given away by suggestions where it is off', async () => {
    const { errors } = await start({ introspection: false }).ask('{ custmers { nodes { id } } }');
    expect(errors?.[0]?.message).not.toContain('customers');
  });

  it('is downloaded with a key, and not without', async () => {
    const api = start({
      introspection: false,
      authenticate: ({ authorization }) =>
        Promise.resolve(authorization === undefined ? undefined : api.domain.actor()),
    });
    const download = { method: 'GET', search: 'sdl' };
    const { status, headers, body } = await api.send({ ...download, headers: { authorization: 'Bearer key' } });
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(body).toContain('type Customer implements Node');
    expect((await api.send({ ...download, headers: { 'apollo-require-preflight': '1' } })).status).toBe(401);
  });
});

describe('persisted queries', () => {
  const text = '{ customers { nodes { name } } }';
  const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') };

  it('are known to every container once one has seen them', async () => {
    const api = start();
    const byHash = { json: { extensions: { persistedQuery } } };
    expect((await api.send(byHash)).body).toContain('PERSISTED_QUERY_NOT_FOUND');
    expect((await api.send({ json: { query: text, extensions: { persistedQuery } } })).status).toBe(200);
    expect(JSON.parse((await api.send(byHash)).body)).toMatchObject({ data: { customers: { nodes: [] } } });
    expect(JSON.parse((await start().send(byHash)).body)).toMatchObject({ data: { customers: { nodes: [] } } });
  });

  it('are refused when text and hash differ', async () => {
    const { status } = await start().send({ json: { query: '{ __typename }', extensions: { persistedQuery } } });
    expect(status).toBe(400);
  });
});

describe('what goes wrong inside', () => {
  const failWith = (error: Error): Promise<never> => Promise.reject(error);
  const failing: Module = module('platform/failing', {
    operations: [
      query('fail', {
        describes: 'Fails.',
        needs: signedIn,
        input: { word: text({ describes: 'A word.' }) },
        returns: { word: text({ describes: 'The word.' }) },
        run: () => failWith(new Error('secret detail')),
      }),
      query('refuse', {
        describes: 'Refuses.',
        needs: signedIn,
        input: {},
        returns: { word: text({ describes: 'The word.' }) },
        run: () => failWith(new DomainError('NOT_FOUND', 'There is none.')),
      }),
    ],
  });

  it('is masked under an id that the log knows, once', async () => {
    const logged: [string, Readonly<Record<string, unknown>> | undefined][] = [];
    const api = start({
      modules: [...exampleModules, failing],
      log: { error: (message, details) => logged.push([message, details]) },
    });
    const { data, errors } = await api.ask('{ fail(word: "x") { word } customers { nodes { id } } }');
    expect(data).toEqual({ fail: null, customers: { nodes: [] } });
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(errors?.[0]).toMatchObject({ path: ['fail'], extensions: { code: 'INTERNAL' } });
    expect(logged).toEqual([
      [
        expect.any(String),
        expect.objectContaining({
          errorId: errors?.[0]?.extensions.errorId,
          path: 'fail',
          error: expect.stringContaining('secret detail'),
        }),
      ],
    ]);
  });

  it('keeps the code of a domain error', async () => {
    const { errors } = await start({ modules: [...exampleModules, failing] }).ask('{ refuse { word } }');
    expect(errors).toMatchObject([{ message: 'There is none.', path: ['refuse'], extensions: { code: 'NOT_FOUND' } }]);
  });
});

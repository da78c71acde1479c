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

describe('a request', () => {
  it('that is not JSON, or no query, is refused with a code', async () => {
    const api = start();
    const json = { 'content-type': 'application/json' };
    const broken = [
      '{"query": ',
      'null',
      '[]',
      '""',
      '{}',
      '{"query": 1}',
      '{"query": "{ __typename }", "variables": "x"}',
      '[{"query": "{ __typename }"}]',
      '\u0000',
    ];
    for (const body of broken) {
      const answer = await api.send({ body, headers: json });
      expect([body, answer.status]).toEqual([body, 400]);
      expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
  });

  it('with a form as body, which any page could send, is refused', async () => {
    const { status } = await start().send({
      body: 'query={__typename}',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(status).toBe(400);
  });

  it('with syntax errors, unknown fields and wrong variables is refused with a code', async () => {
    const api = start();
    const asked: [string, object, string][] = [
      ['{ customers {', {}, 'GRAPHQL_PARSE_FAILED'],
      ['{ nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      [
        'mutation { createCustomer(input: {name: "x", isAdmin: true}) { customer { id } } }',
        {},
        'GRAPHQL_VALIDATION_FAILED',
      ],
      [
        'mutation ($i: CreateCustomerInput!) { createCustomer(input: $i) { customer { id } } }',
        { i: { name: 'x', total: 1 } },
        'BAD_USER_INPUT',
      ],
      [
        'mutation ($i: CreateCustomerInput!) { createCustomer(input: $i) { customer { id } } }',
        { i: { name: 'x', discount: '1e3' } },
        'BAD_USER_INPUT',
      ],
      [
        'query ($f: OfferFilter) { offers(where: $f) { nodes { id } } }',
        { f: { status: { eq: 'GONE' } } },
        'BAD_USER_INPUT',
      ],
    ];
    for (const [text, variables, code] of asked) {
      const { status, errors } = await api.ask(text, variables as Record<string, unknown>);
      expect([text, status, errors?.[0]?.extensions.code]).toEqual([text, 400, code]);
    }
  });

  it('with a megabyte of text does not get it back', async () => {
    const api = start();
    const mega = 'x'.repeat(1_000_000);
    const text =
      'query ($id: ID!, $after: String, $where: CustomerFilter) { node(id: $id) { id } customers(after: $after, where: $where) { nodes { id } } }';
    for (const variables of [
      { id: mega },
      { id: 'x', after: mega },
      { id: 'x', where: { name: { eq: mega } } },
      { id: 'x', where: { isKey: mega } },
      { id: [mega] },
    ]) {
      const answer = await api.ask(text, variables);
      expect(JSON.stringify(answer).length).toBeLessThan(5000);
      for (const error of answer.errors ?? []) expect(error.extensions.code).toBe('BAD_USER_INPUT');
    }
    const long = await api.ask(`{ node(id: "${mega}") { id } }`);
    expect([long.status, long.errors?.[0]?.extensions.code]).toEqual([400, 'TOO_COSTLY']);
  });

  it('with input nested without end is refused, and the next one is served', async () => {
    const api = start();
    const where = `${'{"not":'.repeat(20_000)}{}${'}'.repeat(20_000)}`;
    const asked = JSON.stringify({
      query: 'query ($where: CustomerFilter) { customers(where: $where) { nodes { id } } }',
      variables: { where: 0 },
    });
    const { body } = await api.send({
      body: asked.replace('"where":0', `"where":${where}`),
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'TOO_COSTLY' } }] });
    expect((await api.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  it('by GET only reads, and only when a page could not have sent it', async () => {
    const api = start();
    const get = (text: string, headers = {}) =>
      api.send({ method: 'GET', search: `query=${encodeURIComponent(text)}`, headers });
    const preflighted = { 'apollo-require-preflight': '1' };
    expect((await get('{ __typename }', preflighted)).body).toContain('Query');
    expect((await get('{ __typename }')).status).toBe(400);
    expect((await get('mutation { createCustomer(input: {name: "x"}) { customer { id } } }', preflighted)).status).toBe(
      405,
    );
  });
});

describe('limits', () => {
  const nested = (depth: number): string => (depth === 0 ? 'id' : `parent { ${nested(depth - 1)} }`);

  it.each([
    ['depth', `{ customer(id: "x") { ${nested(13)} } }`],
    [
      'depth in fragments',
      `{ customer(id: "x") { ...A } } fragment A on Customer { ${nested(6)} parent { parent { ...B } } } fragment B on Customer { ${nested(8)} }`,
    ],
    [
      'aliases',
      `{ ${Array.from({ length: 31 }, (_, index) => `a${String(index)}: __typename`).join(' ')} }`.replaceAll(
        '__typename',
        'customer(id: "x") { id }',
      ),
    ],
    ['directives', `{ customer(id: "x") { id ${'@skip(if: true) '.repeat(51)} } }`],
    ['rows', '{ customers(first: 100) { nodes { children(first: 100) { nodes { id } } } } }'],
    [
      'rows by variables',
      'query ($n: Int = 100) { customers(first: $n) { nodes { children(first: $n) { nodes { id } } } } }',
    ],
  ])('refuse too much %s', async (_what, text) => {
    const { status, errors } = await start().ask(text);
    expect(errors?.[0]?.extensions.code).toBe('TOO_COSTLY');
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it('refuse too many tokens before they are all read', async () => {
    const { errors } = await start().ask(`{ ${'__typename '.repeat(3000)} }`);
    expect(errors).toMatchObject([
      { message: expect.stringContaining('2000'), extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
    ]);
  });

  it('let a rich page through', async () => {
    const { errors } = await start().ask(
      '{ customers(first: 100) { nodes { name owner { name } children(first: 20) { nodes { name offers(first: 2) { nodes { lines { product } } } } } } } }',
    );
    expect(errors).toBeUndefined();
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

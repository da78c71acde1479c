import { describe, expect, it } from '@jest/globals';
import { startApi } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';
import { exampleModules } from '#test/support/example';

const tenanted = withTenantTable();
const start = () => startApi({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant });

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

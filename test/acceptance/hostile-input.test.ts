// Issue 2, section 9, line by line: each hostile input gets a clear error with a code, nothing is half-written, and the
// process goes on (test/support/hostile.ts looks after each test). This file sends requests and cursors; callers and tables
// have files of their own beside it. What is looked at more closely: graphql/hostile-requests.test.ts.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { underAttack } from '#test/support/hostile';

const { cloud, theirs, ask, act, codes, written, goOn } = underAttack();
const createAccount =
  'mutation($input: CreateAccountInput!) { createAccount(input: $input) { account { id } userErrors { code path } } }';
const updateAccount =
  'mutation($input: UpdateAccountInput!) { updateAccount(input: $input) { account { id } userErrors { code path } } }';
const readOurs = (): Promise<unknown> =>
  ask(
    '{ accounts(where: { name: { eq: "Ours" } }) { nodes { id version name contacts { nodes { id version name } } } } }',
  );
let ours: unknown;
beforeAll(async () => {
  const account = await act('createAccount', { name: 'Ours', kinds: ['CUSTOMER'] });
  await act('createContact', { firstName: 'Ana', lastName: 'Vera', account: account.id });
  await cloud().idle();
  ours = await readOurs();
});

/** Sends a body as it is. */
const post = async (body: string | Uint8Array<ArrayBuffer>): Promise<{ status: number; code: unknown }> => {
  const { graphql, key } = cloud().ready();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const answer = await fetch(graphql, { method: 'POST', headers, body });
  const { errors } = (await answer.json()) as { errors?: readonly { extensions: { code: string } }[] };
  return { status: answer.status, code: errors?.[0]?.extensions.code };
};

describe('hostile requests', () => {
  it.each([
    '{"query": ',
    '',
    'null',
    '"{ __typename }"',
    '{"query": {}}',
    '{"query": "{ __typename }", "variables": []}',
    '{"query": "{ __typename }"}}',
    '\u0000\u0001',
  ])('malformed JSON is a bad request: %j', async (body) => {
    expect(await post(body)).toEqual({ status: 400, code: 'BAD_REQUEST' });
  });

  it('bytes that are no UTF-8 do not become text of a record', async () => {
    const broken = Buffer.concat([
      Buffer.from(`{"query":${JSON.stringify(createAccount)},"variables":{"input":{"name":"Jos`),
      Buffer.from([0xe9, 0xff]),
      Buffer.from('"}}}'),
    ]);
    expect(await post(new Uint8Array(broken))).toEqual({ status: 400, code: 'BAD_REQUEST' });
    expect(await written()).toEqual([]);
  });

  it('unknown fields are named, in the document and in variables', async () => {
    expect(await codes('{ accounts { nodes { nothing } } }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(await codes(createAccount, { input: { name: 'X', isAdmin: true } })).toEqual(['BAD_USER_INPUT']);
    expect(await codes(createAccount, { input: { name: 'X', tenant: 'ten_1' } })).toEqual(['BAD_USER_INPUT']);
    expect(
      await codes(createAccount, { input: JSON.parse('{"name":"X","__proto__":{"ownerId":"x"}}') as object }),
    ).toEqual(['BAD_USER_INPUT']);
    expect(await written()).toEqual([]);
  });

  it('strings of a megabyte are refused wherever they stand, and not sent back', async () => {
    const mega = 'x'.repeat(1_000_000);
    const asked: [string, object][] = [
      [createAccount, { input: { name: mega } }],
      [createAccount, { input: { name: 'X', tags: [mega] } }],
      [createAccount, { input: { name: 'X', emails: [{ address: `${mega}@x.test` }] } }],
      [createAccount, { input: { name: 'X', idempotencyKey: mega } }],
      ['query($after: String) { accounts(after: $after) { nodes { id } } }', { after: mega }],
      ['query($text: String!) { search(text: $text) { hits { title } } }', { text: mega }],
      [`{ account(id: "${mega}") { id } }`, {}],
    ];
    for (const [text, variables] of asked) {
      const answer = await cloud().graphql(text, variables as Readonly<Record<string, unknown>>);
      expect(JSON.stringify(answer).length).toBeLessThan(5000);
      expect(await codes(text, variables)).toEqual([
        expect.stringMatching(/^(TOO_LONG|TOO_COSTLY|BAD_(USER_)?INPUT|NOT_[A-Z_]+)$/),
      ]);
    }
    expect(await ask('query($id: ID!) { account(id: $id) { id } }', { id: mega })).toEqual({ account: null });
    expect(await written()).toEqual([]);
  });

  it('a body above the limit is refused before it is read', async () => {
    const { graphql, key } = cloud().ready();
    const answer = await fetch(graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: `{"query":"${'x'.repeat(11_000_000)}"}`,
    });
    expect(answer.status).toBe(413);
  });

  it.each(['\u0000', 'a\u0007b', 'a\u001b[31mb', 'a\nb', 'a\u2028b', 'a\ud800b', 'a\u007fb'])(
    'control characters are no name: %j',
    async (name) => {
      expect(await codes(createAccount, { input: { name } })).toEqual([expect.stringMatching(/^[A-Z_]+$/)]);
      expect(
        await codes('query($text: String!) { search(text: $text) { hits { title } } }', { text: name }),
      ).not.toContain('INTERNAL');
      expect(await written()).toEqual([]);
    },
  );

  it.each(['', 'x', 'acc_', 'acc_1', 'acc_../..', 'con_01M80GVG6G0000000000000000', "acc_' OR 1=1", 'acc_\u0000', 'ñ'])(
    'wrong ids find nothing and change nothing: %j',
    async (id) => {
      expect(await codes(updateAccount, { input: { id, version: 1, name: 'Changed' } })).toEqual([
        expect.stringMatching(/^(NOT_FOUND|BAD_USER_INPUT|BAD_INPUT)$/),
      ]);
      expect(await codes(createAccount, { input: { name: 'X', parent: id } })).toEqual([
        expect.stringMatching(/^(REFERENCE_NOT_FOUND|BAD_USER_INPUT|BAD_INPUT)$/),
      ]);
      for (const text of ['query($id: ID!) { account(id: $id) { id } }', 'query($id: ID!) { node(id: $id) { id } }'])
        expect(Object.values((await cloud().graphql(text, { id })).data ?? {}).filter(Boolean)).toEqual([]);
      expect(await written()).toEqual([]);
    },
  );

  it('ids of other tenants are as if they did not exist', async () => {
    const made = 'acc_01M80GVG6G0000000000000000';
    const { account } = theirs();
    const said = async (text: string, id: string): Promise<string> =>
      JSON.stringify(await cloud().graphql(text, { id }))
        .replaceAll(id, '?')
        .replace(/"cost":\{[^}]*\}/, '');
    for (const text of [
      'query($id: ID!) { account(id: $id) { id name } }',
      'query($id: ID!) { node(id: $id) { id } }',
      'query($id: ID!) { nodes(ids: [$id]) { id } }',
      'query($id: ID!) { contacts(where: { account: { eq: $id } }) { nodes { id } } }',
      'mutation($id: ID!) { updateAccount(input: { id: $id, version: 1, name: "Taken" }) { account { id } userErrors { code message } } }',
      'mutation($id: ID!) { archiveAccount(input: { id: $id, version: 1 }) { account { id } userErrors { code message } } }',
      'mutation($id: ID!) { createAccount(input: { name: "X", parent: $id }) { account { id } userErrors { code message path } } }',
      'mutation($id: ID!) { createContact(input: { firstName: "X", account: $id }) { contact { id } userErrors { code message path } } }',
    ])
      expect(await said(text, account)).toBe(await said(text, made));
    expect(await codes(createAccount, { input: { name: 'X', orgUnit: theirs().unit } })).toEqual([
      'REFERENCE_NOT_FOUND',
    ]);
    expect(await written()).toEqual([]);
    expect(await ask('query($id: ID!) { account(id: $id) { name version } }', { id: account }, theirs().owner)).toEqual(
      {
        account: { name: 'Of the other tenant', version: 1 },
      },
    );
  });

  it('parents in a circle are refused, of accounts and of the organisation', async () => {
    const [top, middle, low] = [
      await act('createAccount', { name: 'Top', kinds: ['CUSTOMER'] }),
      await act('createAccount', { name: 'Middle' }),
      await act('createAccount', { name: 'Low' }),
    ];
    const under = (child: { id: string; version: number }, parent: string) =>
      act('updateAccount', { id: child.id, version: child.version, parent });
    const below = await under(middle, top.id);
    await under(low, below.id);
    await goOn();
    for (const parent of [top.id, middle.id, low.id])
      expect(await codes(updateAccount, { input: { id: top.id, version: top.version, parent } })).toEqual([
        'PARENT_CYCLE',
      ]);
    const unit = async (name: string, level: string, parent?: string) =>
      (
        await ask<{ createOrgUnit: { orgUnit: { id: string; version: number } } }>(
          'mutation($input: CreateOrgUnitInput!) { createOrgUnit(input: $input) { orgUnit { id version } userErrors { code } } }',
          { input: { name, level, parent } },
        )
      ).createOrgUnit.orgUnit;
    const company = await unit('Company', 'COMPANY');
    const branch = await unit('Branch', 'BRANCH', company.id);
    const move =
      'mutation($input: UpdateOrgUnitInput!) { updateOrgUnit(input: $input) { orgUnit { id } userErrors { code } } }';
    await goOn();
    for (const parent of [company.id, branch.id])
      expect(await codes(move, { input: { ...company, parent } })).toEqual(['CYCLE']);
    expect(await written()).toEqual([]);
  });

  it('deep queries, many aliases, circles of fragments and endless documents are too costly', async () => {
    const deep = `{ account(id: "x") { ${'parent { '.repeat(20)} id ${'}'.repeat(20)} } }`;
    const aliased = `{ ${Array.from({ length: 200 }, (_, index) => `a${String(index)}: me { actor }`).join(' ')} }`;
    const wide = '{ accounts(first: 100) { nodes { contacts(first: 100) { nodes { id } } } } }';
    for (const text of [deep, aliased, wide]) expect(new Set(await codes(text))).toEqual(new Set(['TOO_COSTLY']));
    const circle = '{ account(id: "x") { ...A } } fragment A on Account { parent { ...A } }';
    expect(await codes(circle)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(await codes(`{ ${'__typename '.repeat(3000)} }`)).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(await codes('{'.repeat(10_000))).toHaveLength(1);
  });

  it('batches are refused as a whole', async () => {
    const one = { query: createAccount, variables: { input: { name: 'Of a batch' } } };
    expect(await post(JSON.stringify([one, one]))).toEqual({ status: 400, code: 'BAD_REQUEST' });
    expect(await post(JSON.stringify(Array.from({ length: 10_000 }, () => one)))).toEqual({
      status: 400,
      code: 'BAD_REQUEST',
    });
    expect(await written()).toEqual([]);
  });
});

describe('hostile cursors', () => {
  const list =
    'query($after: String, $where: AccountFilter, $orderBy: AccountOrder) { accounts(first: 1, after: $after, where: $where, orderBy: $orderBy) { pageInfo { endCursor } } }';
  const cursor = async (): Promise<string> =>
    (await ask<{ accounts: { pageInfo: { endCursor: string } } }>(list)).accounts.pageInfo.endCursor;

  it('bad cursors', async () => {
    const good = await cursor();
    const bad = ['', 'x', '1', 'null', '\u0000', good.slice(1), good.slice(0, -2), `${good}A`, good.toLowerCase()];
    for (const after of bad) expect([after, await codes(list, { after })]).toEqual([after, ['BAD_USER_INPUT']]);
    expect(await codes('{ events(after: "forged") { endCursor } }')).toEqual(['BAD_USER_INPUT']);
  });

  it('cursors of another query, another list, another tenant', async () => {
    const after = await cursor();
    expect(await codes(list, { after, where: { name: { startsWith: 'O' } } })).toEqual(['BAD_USER_INPUT']);
    expect(await codes(list, { after, orderBy: { field: 'NAME', direction: 'DESC' } })).toEqual(['BAD_USER_INPUT']);
    expect(await codes(list, { after }, theirs().owner)).toEqual(['BAD_USER_INPUT']);
    const contacts = 'query($after: String) { contacts(first: 1, after: $after) { pageInfo { endCursor } } }';
    expect(await codes(contacts, { after })).toEqual(['BAD_USER_INPUT']);
  });
});

it('after all of it nothing waits as a dead letter, and the first account is as it was', async () => {
  expect(await cloud().admin('GET /status')).toMatchObject({ idle: true });
  expect(await cloud().admin('GET /failures')).toEqual([]);
  expect(await readOurs()).toEqual(ours);
});

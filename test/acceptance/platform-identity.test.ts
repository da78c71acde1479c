import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
const tokens = new Map<string, string>();
beforeAll(async () => {
  cloud = await startTestCloud();
  for (const { role, email, password } of cloud.ready().users) tokens.set(role, await cloud.signIn(email, password));
}, 60_000);
afterAll(() => cloud.stop());

type Data = Record<string, Record<string, unknown>>;
/** Asks as a person of the demo tenant; answers data, or throws what went wrong. */
const ask = async (role: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> => {
  const answer = await cloud.graphql<Data>(query, variables, { token: tokens.get(role) ?? '' });
  if (answer.errors)
    throw new Error(
      answer.errors.map(({ message, extensions }) => `${String(extensions?.['code'])}: ${message}`).join('; '),
    );
  return answer.data ?? {};
};
const codes = (payload: unknown): readonly string[] =>
  (payload as { userErrors: readonly { code: string }[] }).userErrors.map(({ code }) => code);
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => String(error instanceof Error ? error.message : error),
  );

const createAccount = `mutation($name: String!) { createAccount(input: { name: $name }) { account { id version owner { id } } userErrors { code message } } }`;
const updateAccount = `mutation($id: ID!, $version: Int!, $name: String!) { updateAccount(input: { id: $id, version: $version, name: $name }) { account { name } userErrors { code } } }`;
const readAccount = `query($id: ID!) { account(id: $id) { id name } }`;
type Made = { readonly account: { readonly id: string; readonly version: number } };
const accountOf = async (role: string, name: string): Promise<Made['account']> =>
  ((await ask(role, createAccount, { name }))['createAccount'] as unknown as Made).account;

describe('user types with different access levels, over HTTP', () => {
  it('SEC-01 five built-in roles are signed in to, and each says what it may', async () => {
    for (const role of ['owner', 'administrator', 'manager', 'seller', 'support']) {
      const { me } = await ask(
        role,
        '{ me { user { roles } tenant { name } permissions rights { entity read update } } }',
      );
      expect(me).toMatchObject({ user: { roles: [role] }, tenant: { name: 'Comercial Andina' } });
    }
    const { roles } = await ask('seller', '{ roles { roles { key isBuiltIn operations } } }');
    type Listed = { readonly roles: readonly { readonly key: string; readonly isBuiltIn: boolean }[] };
    const listed = (roles as unknown as Listed).roles;
    const keysOf = (isBuiltIn: boolean) => listed.filter((each) => each.isBuiltIn === isBuiltIn).map(({ key }) => key);
    expect(keysOf(true)).toEqual(['owner', 'administrator', 'manager', 'seller', 'support']);
    expect(keysOf(false)).toEqual(['accountant']);
  });

  it('SEC-01 own, team and all reach as far as they say', async () => {
    const [sellers, managers] = [
      await accountOf('seller', 'Of the seller'),
      await accountOf('manager', 'Of the manager'),
    ];
    const others = await accountOf('support', 'Of support');
    const sees = async (role: string) =>
      Promise.all(
        [sellers, managers, others].map(async ({ id }) => Boolean((await ask(role, readAccount, { id }))['account'])),
      );
    expect([await sees('seller'), await sees('manager'), await sees('support'), await sees('administrator')]).toEqual([
      [true, true, false],
      [true, true, false],
      [true, true, true],
      [true, true, true],
    ]);
    const change = async (role: string, { id, version }: Made['account']) =>
      refusal(ask(role, updateAccount, { id, version, name: 'Changed' }));
    expect(await change('seller', managers)).toMatch(/^FORBIDDEN/);
    expect(await change('seller', others)).toMatch(/^NOT_FOUND/);
    expect(await change('manager', sellers)).toBe('accepted');
  });

  it('SEC-01 a tenant copies a role, changes it, and whoever has it may no more than that within a minute', async () => {
    const copied = await ask(
      'owner',
      `mutation { copyRole(input: { from: "seller", key: "junior", name: "Junior" }) { role { id version } userErrors { code } } }`,
    );
    const { id, version } = (copied['copyRole'] as unknown as { role: { id: string; version: number } }).role;
    const changed = await ask(
      'owner',
      `mutation($id: ID!, $version: Int!) { updateRole(input: { id: $id, version: $version, hiddenFields: ["Account.creditLimit"], entities: [{ entity: "Account", read: own }, { entity: "User", read: all }, { entity: "Role", read: all }, { entity: "Tenant", read: all }] }) { role { hiddenFields } userErrors { code message } } }`,
      { id, version },
    );
    expect(codes(changed['updateRole'])).toEqual([]);
    await ask(
      'owner',
      `mutation { inviteUser(input: { name: "Juana", email: "juana@demo.lazo.test", roles: ["junior"] }) { user { id } userErrors { code } } }`,
    );
    // The invitation made an account with a password that only the mail knows; a test makes the account first.
    await cloud.addUser({ email: 'jaime@demo.lazo.test', name: 'Jaime', password: 'jaime-jaime' });
    const invited = await ask(
      'owner',
      `mutation { inviteUser(input: { name: "Jaime", email: "jaime@demo.lazo.test", roles: ["junior"] }) { user { id status } userErrors { code message } } }`,
    );
    expect(codes(invited['inviteUser'])).toEqual([]);
    tokens.set('junior', await cloud.signIn('jaime@demo.lazo.test', 'jaime-jaime'));
    expect(await refusal(accountOf('junior', 'Mine'))).toMatch(/FORBIDDEN/);
    expect(
      await refusal(
        ask(
          'junior',
          `mutation { copyRole(input: { from: "owner", key: "boss", name: "Boss" }) { userErrors { code } } }`,
        ),
      ),
    ).toMatch(/FORBIDDEN/);
    const { me } = await ask('junior', '{ me { user { status } } }');
    expect(me).toMatchObject({ user: { status: 'ACTIVE' } });
  });

  it('SEC-01 explains why, and agrees with what happens', async () => {
    const { id } = await accountOf('administrator', 'Of the administrator');
    const { me } = await ask('seller', '{ me { user { id } } }');
    const { user } = me as unknown as { readonly user: { readonly id: string } };
    const explain = `query($id: ID!, $user: ID) { explainAccess(record: $id, action: read, user: $user) { allowed chain { rule holds } } }`;
    const { explainAccess } = await ask('administrator', explain, { id, user: user.id });
    expect(explainAccess).toMatchObject({ allowed: false });
    expect((await ask('seller', readAccount, { id }))['account']).toBeNull();
  });

  it('SEC-01 API keys may at most what their person may, are shown once, and end when they are revoked', async () => {
    const made = await ask(
      'administrator',
      `mutation { createApiKey(input: { name: "Shop", permissions: ["account.read"] }) { key apiKey { id shows } userErrors { code message } } }`,
    );
    const { key, apiKey } = made['createApiKey'] as unknown as { key: string; apiKey: { id: string; shows: string } };
    expect(key.endsWith(apiKey.shows)).toBe(true);
    const { id } = await accountOf('administrator', 'For the shop');
    const read = await cloud.graphql<Data>(readAccount, { id }, { key });
    expect(read.data?.['account']).toMatchObject({ name: 'For the shop' });
    const write = await cloud.graphql<Data>(createAccount, { name: 'X' }, { key });
    expect(write.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    await ask(
      'administrator',
      `mutation($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { status } userErrors { code } } }`,
      { id: apiKey.id },
    );
    await cloud.advance(61);
    const after = await cloud.graphql<Data>(readAccount, { id }, { key });
    expect(after.errors?.[0]).toMatchObject({
      message: 'This API key was revoked.',
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  it.each([
    ['no.such.token', /neither an API key nor a JSON Web Token/],
    ['lazo_nothing', /not an API key/],
    [`lazo_${'0'.repeat(52)}_${'A'.repeat(43)}`, /not valid/],
    ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.', /not signed with RS256/],
  ])('SEC-01 refuses %s with a code and a word', async (token, message) => {
    const { data, errors } = await cloud.graphql('{ me { actor } }', {}, { token });
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(errors?.[0]?.message).toMatch(message);
  });
});

describe('the organisation, over HTTP', () => {
  it('SEC-04 is a tree of company, branches, managements and businesses, with people in it, and never a circle', async () => {
    const add = async (name: string, level: string, parent?: string): Promise<{ id: string; version: number }> => {
      const made = await ask(
        'administrator',
        `mutation($name: String!, $level: OrgLevel!, $parent: ID) { createOrgUnit(input: { name: $name, level: $level, parent: $parent }) { orgUnit { id version } userErrors { code message } } }`,
        { name, level, ...(parent && { parent }) },
      );
      return (made['createOrgUnit'] as unknown as { orgUnit: { id: string; version: number } }).orgUnit;
    };
    const company = await add('Comercial Andina', 'COMPANY');
    const quito = await add('Quito', 'BRANCH', company.id);
    const sales = await add('Ventas', 'MANAGEMENT', quito.id);
    await add('Riego', 'BUSINESS', sales.id);
    const { orgTree } = await ask('seller', '{ orgTree { units { depth unit { name level parent { name } } } } }');
    expect(
      (orgTree as unknown as { units: { depth: number; unit: { name: string } }[] }).units.map(
        ({ depth, unit }) => `${String(depth)} ${unit.name}`,
      ),
    ).toEqual(['0 Comercial Andina', '1 Quito', '2 Ventas', '3 Riego']);
    const move = `mutation($id: ID!, $version: Int!, $parent: ID!) { updateOrgUnit(input: { id: $id, version: $version, parent: $parent }) { orgUnit { id } userErrors { code path } } }`;
    const circle = await ask('administrator', move, { ...company, parent: sales.id });
    expect(circle['updateOrgUnit']).toMatchObject({ orgUnit: null, userErrors: [{ code: 'CYCLE', path: ['parent'] }] });
    const { users } = await ask('administrator', '{ users { edges { node { id name version } } } }');
    const people = (users as unknown as { edges: { node: { id: string; name: string; version: number } }[] }).edges.map(
      ({ node }) => node,
    );
    const seller = people.find(({ name }) => name === 'Sergio Paredes');
    await ask(
      'administrator',
      `mutation($id: ID!, $version: Int!, $unit: ID!) { updateUser(input: { id: $id, version: $version, orgUnit: $unit }) { user { orgUnit { name } } userErrors { code message } } }`,
      { id: seller?.id, version: seller?.version, unit: sales.id },
    );
    const { orgUnit } = await ask(
      'administrator',
      `query($id: ID!) { orgUnit(id: $id) { children { edges { node { name } } } users { edges { node { name } } } } }`,
      { id: sales.id },
    );
    expect(orgUnit).toEqual({
      children: { edges: [{ node: { name: 'Riego' } }] },
      users: { edges: [{ node: { name: 'Sergio Paredes' } }] },
    });
  });

  it('SEC-04 is on records: an account belongs to a unit', async () => {
    const { orgTree } = await ask('seller', '{ orgTree { units { unit { id name } } } }');
    const [unit] = (orgTree as unknown as { units: { unit: { id: string; name: string } }[] }).units;
    const made = await ask(
      'seller',
      `mutation($unit: ID!) { createAccount(input: { name: "Of a unit", orgUnit: $unit }) { account { orgUnit { name } } userErrors { code } } }`,
      { unit: unit?.unit.id },
    );
    expect(made['createAccount']).toMatchObject({ account: { orgUnit: { name: unit?.unit.name } } });
  });
});

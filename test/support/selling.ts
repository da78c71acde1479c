// A demo tenant with people who sell: for acceptance tests of what they do all day, over the running cloud.
import { startTestCloud, type Caller, type TestCloud } from './cloud.ts';

/** What tests of selling work with. */
export type Selling = {
  readonly cloud: TestCloud;
  readonly ids: Readonly<
    Record<'pipeline' | 'call' | 'visit' | 'seller' | 'manager' | 'team' | 'account' | 'contact', string>
  >;
  /** One of the demo tenant's people, signed in at the cloud's present time. */
  tokenOf(role: string): Promise<Caller>;
  /** Asks, and fails with what was answered when there are errors. */
  ask<Data>(query: string, variables?: object, caller?: Caller): Promise<Data>;
  /** Calls a mutation with `input`; answers what `selection` asks for, or fails with the codes of its errors. */
  act<Answer = { id: string; version: number }>(
    name: string,
    input: object,
    selection: string,
    caller?: Caller,
  ): Promise<Answer>;
};

type Outcome = { readonly userErrors: readonly { readonly code: string }[] } & Readonly<Record<string, unknown>>;
type Nodes<Node> = { readonly edges: readonly { readonly node: Node }[] };

/** Starts a cloud whose demo seller has an account with a contact. */
export const startSelling = async (): Promise<Selling> => {
  const cloud = await startTestCloud();
  const tokenOf: Selling['tokenOf'] = async (role) => ({
    token: await cloud.signIn(`${role}@demo.lazo.test`, `demo-${role}`),
  });
  const ask = async <Data>(query: string, variables: object = {}, caller?: Caller): Promise<Data> => {
    const { data, errors } = await cloud.graphql<Data>(query, variables as Readonly<Record<string, unknown>>, caller);
    if (errors || !data) throw new Error(JSON.stringify(errors));
    return data;
  };
  const act = async <Answer = { id: string; version: number }>(
    name: string,
    input: object,
    selection: string,
    caller?: Caller,
  ): Promise<Answer> => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation($input: ${type}!) { done: ${name}(input: $input) { ${selection} userErrors { code } } }`;
    const { done } = await ask<{ done: Outcome }>(query, { input }, caller);
    if (done.userErrors.length > 0) throw new Error(done.userErrors.map(({ code }) => code).join());
    return Object.values(done)[0] as Answer;
  };
  const ids = await findIds({ tokenOf, ask, act });
  return { cloud, ids, tokenOf, ask, act };
};

const findIds = async ({ tokenOf, ask, act }: Pick<Selling, 'tokenOf' | 'ask' | 'act'>): Promise<Selling['ids']> => {
  const [seller, manager] = [await tokenOf('seller'), await tokenOf('manager')];
  const found = await ask<{
    readonly pipelines: Nodes<{ readonly id: string }>;
    readonly activityTypes: Nodes<{ readonly id: string; readonly key: string }>;
    readonly teams: Nodes<{ readonly id: string }>;
  }>(
    '{ pipelines { edges { node { id } } } activityTypes { edges { node { id key } } } teams { edges { node { id } } } }',
  );
  const who = async (caller: Caller) =>
    (await ask<{ me: { user: { id: string } } }>('{ me { user { id } } }', {}, caller)).me.user.id;
  const typeOf = (key: string) => found.activityTypes.edges.find(({ node }) => node.key === key)?.node.id ?? '';
  const account = await act(
    'createAccount',
    { name: 'Muebles Quito', kinds: ['CUSTOMER'] },
    'account { id version }',
    seller,
  );
  const contact = await act(
    'createContact',
    { firstName: 'Rosa', lastName: 'Cruz', account: account.id },
    'contact { id version }',
    seller,
  );
  return {
    pipeline: found.pipelines.edges[0]?.node.id ?? '',
    call: typeOf('CALL'),
    visit: typeOf('VISIT'),
    team: found.teams.edges[0]?.node.id ?? '',
    seller: await who(seller),
    manager: await who(manager),
    account: account.id,
    contact: contact.id,
  };
};

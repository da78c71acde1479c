import { beforeEach, describe, expect, it } from '@jest/globals';
import { eventTypesOf } from '#kernel';
import { modules } from '#modules';
import { defaultPipeline } from '#modules/platform/flows';
import { startApi, type TestApi } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';
import { loyalty } from '#test/support/loyalty-module';

const tenanted = withTenantTable();
const start = (rules?: object): TestApi =>
  startApi({
    modules: [...modules, loyalty],
    table: tenanted.table,
    tenant: tenanted.tenant,
    ...(rules && {
      actor: { rules: { operations: [], hiddenFields: [], readOnlyFields: [], entities: {}, ...rules } },
    }),
  });
let api: TestApi;
beforeEach(() => {
  api = start();
});

type Loyal = {
  readonly id: string;
  readonly version: number;
  readonly loyaltyPoints: number;
  readonly loyaltyTier: string | null;
};
type Payload<Name extends string, Value> = Record<
  string,
  Readonly<Record<Name, Value | null>> & { readonly userErrors: readonly { readonly code: string }[] }
>;

const loyal = 'id version loyaltyPoints loyaltyTier';
const createAccount = async (values: object): Promise<Loyal> => {
  const { data } = await api.ask<Payload<'account', Loyal>>(
    `mutation($input: CreateAccountInput!) { createAccount(input: $input) { account { ${loyal} } userErrors { code } } }`,
    { input: values },
  );
  return data['createAccount']?.account as Loyal;
};
const rewardAccount = (from: TestApi, id: string, points: number) =>
  from.ask<Payload<'account', Loyal>>(
    `mutation($id: ID!, $points: Int!) { rewardAccount(input: { id: $id, points: $points }) { account { ${loyal} } userErrors { code } } }`,
    { id, points },
  );

describe('INT-08 a module of one’s own', () => {
  it('adds a field that is created, read, changed and filtered like the standard ones', async () => {
    const gold = await createAccount({ name: 'Acme', loyaltyTier: 'GOLD' });
    await createAccount({ name: 'Other' });
    expect(gold).toMatchObject({ loyaltyTier: 'GOLD', loyaltyPoints: 0 });
    const found = await api.ask<{ accounts: { edges: { node: Loyal }[] } }>(
      `{ accounts(where: { loyaltyTier: { eq: GOLD } }) { edges { node { ${loyal} } } } }`,
    );
    expect(found.data.accounts.edges.map(({ node }) => node)).toEqual([gold]);
    const changed = await api.ask<Payload<'account', Loyal>>(
      `mutation($input: UpdateAccountInput!) { updateAccount(input: $input) { account { ${loyal} } userErrors { code } } }`,
      { input: { id: gold.id, version: 1, loyaltyTier: 'SILVER' } },
    );
    expect(changed.data['updateAccount']).toMatchObject({ account: { loyaltyTier: 'SILVER' }, userErrors: [] });
  });

  it('adds an operation with a permission and an event of its own', async () => {
    const { id } = await createAccount({ name: 'Acme' });
    const { data } = await rewardAccount(api, id, 40);
    expect(data['rewardAccount']).toMatchObject({ account: { loyaltyPoints: 40 }, userErrors: [] });
    const visitor = start({ entities: { '*': { read: 'all', update: 'all' } } });
    expect((await rewardAccount(visitor, id, 40)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await api.domain.settle()).map(({ type }) => type)).toContain('account.rewarded');
    const { registry } = api.domain;
    expect(eventTypesOf(registry, registry.entity('Account')).map(({ type }) => type)).toContain('account.rewarded');
  });

  it('adds a reaction to what happens elsewhere, which works once for each event', async () => {
    const account = await createAccount({ name: 'Acme' });
    await api.domain.run('createPipeline', { ...defaultPipeline, isDefault: true });
    const opened = await api.ask<Payload<'opportunity', { readonly id: string }>>(
      `mutation($input: CreateOpportunityInput!) { createOpportunity(input: $input) { opportunity { id } userErrors { code message } } }`,
      {
        input: {
          name: 'Forklifts',
          account: account.id,
          amount: { amount: '1250.00', currency: 'USD' },
          expectedCloseOn: '2026-12-01',
        },
      },
    );
    const won = defaultPipeline.stages.find(({ kind }) => kind === 'WON')?.key;
    const moved = await api.ask<Payload<'opportunity', { readonly id: string }>>(
      `mutation($id: ID!, $stage: String!) { moveOpportunity(input: { id: $id, stage: $stage }) { opportunity { id } userErrors { code message } } }`,
      { id: opened.data['createOpportunity']?.opportunity?.id, stage: won },
    );
    expect(moved.data['moveOpportunity']?.userErrors).toEqual([]);
    await api.domain.settle();
    const read = `query($id: ID!) { account(id: $id) { ${loyal} } }`;
    expect((await api.ask<{ account: Loyal }>(read, { id: account.id })).data.account).toMatchObject({
      loyaltyPoints: 12,
    });
  });

  it('leaves the standard module as it was', async () => {
    const standard = startApi({ modules, table: tenanted.table, tenant: tenanted.tenant });
    const { errors } = await standard.ask('{ accounts { edges { node { loyaltyPoints } } } }');
    expect(errors?.[0]?.message).toContain('loyaltyPoints');
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let support: Caller;
let stranger: Caller;
const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);
const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);

beforeAll(async () => {
  selling = await startSelling();
  [seller, support] = [await selling.tokenOf('seller'), await selling.tokenOf('support')];
  stranger = await startOtherTenant(selling.cloud);
}, 120_000);
afterAll(() => selling.cloud.stop());

type Account = {
  id: string;
  version: number;
  lifecycle: string;
  leadSince: string | null;
  customerSince: string | null;
};
const accountFields = 'id version lifecycle leadSince customerSince';
const account = (name: string, input: object = {}, caller: Caller = seller) =>
  act<Account>('createAccount', { name, ...input }, `account { ${accountFields} }`, caller);
const read = async (id: string) =>
  (await ask<{ account: Account }>(`query ($id: ID!) { account(id: $id) { ${accountFields} } }`, { id })).account;

describe('from prospect to customer', () => {
  it('ENT-07 ENT-08 is one record with its history: prospects are qualified to leads, cases open on leads, a sale makes customers', async () => {
    const prospect = await account('Florícola Andes', { captureReason: 'Feria 2026', zone: 'Cayambe' });
    expect(prospect).toMatchObject({ lifecycle: 'PROSPECT', leadSince: null });
    const qualify = (caller: Caller, version?: number) =>
      act<Account>('qualifyAccount', { id: prospect.id, version }, `account { ${accountFields} }`, caller);
    await expect(qualify(stranger)).rejects.toThrow('NOT_FOUND');
    await expect(qualify(seller, 7)).rejects.toThrow('STALE_VERSION');
    const lead = await qualify(seller);
    expect(lead).toMatchObject({ lifecycle: 'LEAD' });
    const deal = await act(
      'createOpportunity',
      { name: 'Invernadero', account: prospect.id, amount: { amount: '900.00', currency: 'USD' } },
      'opportunity { id version }',
      seller,
    );
    await act('moveOpportunity', { id: deal.id, stage: 'WON' }, 'opportunity { id version }', seller);
    await selling.cloud.idle();
    expect(await read(prospect.id)).toMatchObject({ lifecycle: 'CUSTOMER', leadSince: lead.leadSince });
    type History = { history: { versions: { type: string }[] } };
    const { history } = await ask<History>('query ($id: ID!) { history(record: $id) { versions { type } } }', {
      id: prospect.id,
    });
    expect(history.versions.map(({ type }) => type)).toEqual([
      'account.becameCustomer',
      'account.qualified',
      'account.created',
    ]);
  });

  it('ENT-07 ENT-08 ENT-09 are listed and counted apart by zone and reason of capture, for those who may see them', async () => {
    const origin = { zone: 'Manta', captureReason: 'Recomendación de gremio' };
    const first = await account('Pesca Uno', origin);
    await account('Pesca Dos', origin);
    await account('Pesca Tres', { ...origin, kinds: ['CUSTOMER'] });
    await account('Pesca Ajena', origin, support);
    await act('qualifyAccount', { id: first.id }, 'account { id }', seller);
    await selling.cloud.idle();
    type Totals = { accountTotals: { groups: object[] } };
    const totals = async (caller?: Caller) =>
      (
        await ask<Totals>(
          '{ accountTotals(groupBy: [LIFECYCLE, CAPTURE_REASON], zone: "Manta") { groups { lifecycle captureReason count } } }',
          {},
          caller,
        )
      ).accountTotals.groups;
    const group = (lifecycle: string, count: number) => ({ lifecycle, captureReason: origin.captureReason, count });
    const all = await totals();
    expect(all).toHaveLength(3);
    expect(all).toEqual(expect.arrayContaining([group('PROSPECT', 2), group('LEAD', 1), group('CUSTOMER', 1)]));
    expect(await totals(seller)).toEqual(expect.arrayContaining([group('PROSPECT', 1)]));
    expect(await totals(stranger)).toEqual([]);
    type Listed = { accounts: { nodes: { name: string }[] } };
    const { accounts } = await ask<Listed>(
      '{ accounts(where: { lifecycle: { eq: LEAD }, zone: { eq: "Manta" } }) { nodes { name } } }',
      {},
      seller,
    );
    expect(accounts.nodes).toEqual([{ name: 'Pesca Uno' }]);
  });
});

describe('suggested opportunities', () => {
  type Suggestion = {
    id: string;
    version: number;
    kind: string;
    status: string;
    account: { id: string };
    reason: { es: string };
  };
  const suggested = async (of: string, caller?: Caller) =>
    (
      await ask<{ suggestedOpportunities: { nodes: Suggestion[] } }>(
        '{ suggestedOpportunities(where: { status: { eq: OPEN } }, first: 100) { nodes { id version kind status account { id } reason { es } } } }',
        {},
        caller,
      )
    ).suggestedOpportunities.nodes.filter((node) => node.account.id === of);

  it('OPP-13 are found by the product, with their reasons, and opened or dismissed by one call', async () => {
    const product = await act('createProduct', { sku: 'HOR-1', name: 'Horno' }, 'product { id version }');
    const { id } = await account('Pastelería Luz', { kinds: ['CUSTOMER'], interests: [{ product: product.id }] });
    const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
    const lose = async (name: string, closedOn: Date) => {
      const lost = await act('createOpportunity', { name, account: id }, 'opportunity { id version }', seller);
      const how = { stage: 'LOST', lostReason: 'Precio', closedOn: closedOn.toISOString().slice(0, 10) };
      await act('moveOpportunity', { id: lost.id, ...how }, 'opportunity { id }', seller);
    };
    await lose('Mesas', daysAgo(3));
    await selling.cloud.idle();
    expect(await suggested(id, seller)).toMatchObject([{ kind: 'INTEREST' }]);
    await lose('Vitrinas', daysAgo(200));
    const call = { subject: 'Llamar', type: selling.ids.call, account: id };
    const done = await act('createActivity', call, 'activity { id version }', seller);
    const result = { result: 'Hablado', completedAt: daysAgo(100).toISOString() };
    await act('completeActivity', { id: done.id, ...result }, 'activity { id }', seller);
    const contract = { account: id, kind: 'CONTRACT_ENDING', about: 'C-1', since: '2026-12-31', note: 'Mantenimiento' };
    await act('suggestOpportunity', contract, 'suggestedOpportunity { id version }');
    await act('suggestOpportunity', { ...contract, kind: 'QUOTE_EXPIRED' }, 'suggestedOpportunity { id }');
    await selling.cloud.idle();
    const found = await suggested(id, seller);
    expect(found.map(({ kind }) => kind).sort()).toEqual([
      'CONTRACT_ENDING',
      'INTEREST',
      'LOST_LONG_AGO',
      'NO_CONTACT',
      'QUOTE_EXPIRED',
    ]);
    expect(found.find(({ kind }) => kind === 'LOST_LONG_AGO')?.reason.es).toContain('Vitrinas (Precio)');
    const of = (kind: string) => found.find((each) => each.kind === kind)?.id ?? '';
    const open = (caller: Caller) =>
      act<{ products: object[] }>(
        'openSuggestion',
        { id: of('INTEREST') },
        'opportunity { id products { product { name } } }',
        caller,
      );
    await expect(open(stranger)).rejects.toThrow('NOT_FOUND');
    expect((await open(seller)).products).toEqual([{ product: { name: 'Horno' } }]);
    await act('dismissSuggestion', { id: of('NO_CONTACT'), reason: 'De viaje' }, 'suggestedOpportunity { id }', seller);
    await expect(open(seller)).rejects.toThrow('INVALID_STATE');
    await selling.cloud.idle();
    expect((await suggested(id, seller)).map(({ kind }) => kind).sort()).toEqual([
      'CONTRACT_ENDING',
      'LOST_LONG_AGO',
      'QUOTE_EXPIRED',
    ]);
  });
});

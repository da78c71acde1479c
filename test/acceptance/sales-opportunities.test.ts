import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
const staleDays = 1;

const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);
const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);

beforeAll(async () => {
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
}, 120_000);
afterAll(() => selling.cloud.stop());

type Deal = {
  id: string;
  version: number;
  stage: string;
  amount: { amount: string } | null;
  chance: string;
  isStale: boolean;
  stageHistory: { stage: string }[];
};
const dealFields =
  'opportunity { id version stage amount { amount currency } chance isStale stageHistory { stage seconds } }';
const open = (input: object, caller: Caller = seller): Promise<Deal> =>
  act<Deal>('createOpportunity', { name: 'Sillas', ...input }, dealFields, caller);
const move = (id: string, stage: string, more: object = {}, caller: Caller = seller): Promise<Deal> =>
  act<Deal>('moveOpportunity', { id, stage, ...more }, dealFields, caller);
const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('opportunities', () => {
  it('OPP-01 are linked to an account and a contact, and listed under them', async () => {
    const deal = await open({ account: selling.ids.account, contact: selling.ids.contact, amount: usd('1200.50') });
    await selling.cloud.idle();
    type Under = Record<'account' | 'contact', { opportunities: { edges: { node: { id: string } }[] } }>;
    const under = await ask<Under>(
      'query($a: ID!, $c: ID!) { account(id: $a) { opportunities { edges { node { id } } } } contact(id: $c) { opportunities { edges { node { id } } } } }',
      { a: selling.ids.account, c: selling.ids.contact },
      seller,
    );
    expect(under.account.opportunities.edges.map(({ node }) => node.id)).toContain(deal.id);
    expect(under.contact.opportunities.edges.map(({ node }) => node.id)).toContain(deal.id);
  });

  it('OPP-02 OPP-08 go through stages that the tenant defines, in several pipelines', async () => {
    const stage = (key: string, kind: string, more: object = {}) => ({
      key,
      labels: { es: key, en: key },
      kind,
      probability: kind === 'WON' ? '100' : '20',
      ...more,
    });
    const stages = [
      stage('NEED', 'OPEN'),
      stage('SHOWROOM', 'OPEN', { requiredFields: ['amount'] }),
      stage('LATER', 'POSTPONED'),
      stage('YES', 'WON'),
      stage('NO', 'LOST'),
    ];
    const administrator: Caller = { ...(await selling.tokenOf('administrator')) };
    const pipeline = await act(
      'createPipeline',
      { name: 'Obra nueva', stages },
      'pipeline { id version }',
      administrator,
    );
    const deal = await open({ pipeline: pipeline.id });
    expect(deal.stage).toBe('NEED');
    await expect(move(deal.id, 'SHOWROOM')).rejects.toThrow('REQUIRED_FOR_STAGE');
    await act('updateOpportunity', { id: deal.id, version: deal.version, amount: usd('10') }, dealFields, seller);
    expect(await move(deal.id, 'SHOWROOM')).toMatchObject({
      stage: 'SHOWROOM',
      chance: '20',
      stageHistory: [{ stage: 'NEED' }],
    });
    await expect(
      act('createPipeline', { name: 'Obra nueva', stages }, 'pipeline { id }', administrator),
    ).rejects.toThrow('NOT_UNIQUE');
    await expect(act('createPipeline', { name: 'Otra', stages }, 'pipeline { id }', seller)).rejects.toThrow(
      'FORBIDDEN',
    );
  });

  it('OPP-03 hold expected products, amounts, prescriber, campaign and probability', async () => {
    const product = await act('createProduct', { name: 'Silla', sku: 'S-1' }, 'product { id version }');
    const deal = await act<Record<string, unknown>>(
      'createOpportunity',
      {
        name: 'Aulas',
        account: selling.ids.account,
        prescriber: selling.ids.account,
        campaign: 'Regreso a clases',
        probability: '35',
        products: [{ product: product.id, quantity: '12', price: usd('49.90') }],
      },
      'opportunity { campaign probability weightedAmount { amount } amount { amount } prescriber { name } products { quantity product { name } } }',
      seller,
    );
    expect(deal).toMatchObject({
      campaign: 'Regreso a clases',
      probability: '35',
      amount: { amount: '598.80' },
      weightedAmount: { amount: '209.58' },
      prescriber: { name: 'Muebles Quito' },
      products: [{ quantity: '12', product: { name: 'Silla' } }],
    });
  });

  it('OPP-04 OPP-05 are counted by stage and forecast by chance, and those nearest to closing come first', async () => {
    type Shown = {
      board: {
        columns: {
          stage: string;
          count: number;
          amount: { amount: string };
          cards: { edges: { node: { id: string } }[] };
        }[];
      };
      closestToClosing: { opportunities: { id: string }[] };
    };
    const look = async () =>
      ask<Shown>(
        'query($p: ID!) { board(pipeline: $p) { columns { stage count amount { amount } cards { edges { node { id } } } } } closestToClosing(pipeline: $p) { opportunities { id } } }',
        { p: selling.ids.pipeline },
      );
    const before = (await look()).board.columns.find(({ stage }) => stage === 'DECISION');
    const [soon, later] = [
      await open({ amount: usd('300'), expectedCloseOn: '2031-01-10' }),
      await open({ amount: usd('700'), expectedCloseOn: '2031-02-10' }),
    ];
    for (const { id } of [later, soon]) await move(id, 'DECISION');
    await selling.cloud.idle();
    const { board, closestToClosing } = await look();
    const column = board.columns.find(({ stage }) => stage === 'DECISION');
    expect(column?.count).toBe((before?.count ?? 0) + 2);
    expect(column?.amount.amount).toBe('1000.00');
    expect(closestToClosing.opportunities.map(({ id }) => id)).toEqual(expect.arrayContaining([soon.id, later.id]));
    expect(closestToClosing.opportunities.findIndex(({ id }) => id === soon.id)).toBeLessThan(
      closestToClosing.opportunities.findIndex(({ id }) => id === later.id),
    );
    type Forecast = {
      forecast: {
        commit: { amount: string };
        weighted: { amount: string };
        groups: { owner: { id: string }; month: string; count: number; weighted: { amount: string } }[];
      };
    };
    const { forecast } = await ask<Forecast>(
      'query($p: ID!) { forecast(pipeline: $p, from: "2031-01", to: "2031-12", groupBy: [OWNER, MONTH]) { commit { amount } weighted { amount } groups { owner { id } month count weighted { amount } } } }'.replace(
        'OWNER, MONTH',
        'owner, month',
      ),
      { p: selling.ids.pipeline },
    );
    expect(forecast).toMatchObject({ commit: { amount: '1000.00' }, weighted: { amount: '750.00' } });
    expect(forecast.groups.map(({ month, weighted }) => [month, weighted.amount])).toEqual([
      ['2031-02', '525.00'],
      ['2031-01', '225.00'],
    ]);
    expect(forecast.groups[0]?.owner.id).toBe(selling.ids.seller);
  });

  it('OPP-02 OPP-05 follow at once when an administrator changes or removes their stage', async () => {
    const administrator = await selling.tokenOf('administrator');
    const stage = (key: string, kind: string, probability: string) => ({
      key,
      labels: { es: key, en: key },
      kind,
      probability,
    });
    const stages = [stage('FIRST', 'OPEN', '10'), stage('NEXT', 'OPEN', '40'), stage('YES', 'WON', '100')];
    const all = [...stages, stage('NO', 'LOST', '0')];
    type Flow = { id: string; version: number };
    const flow = await act<Flow>(
      'createPipeline',
      { name: 'Ferias', stages: all },
      'pipeline { id version }',
      administrator,
    );
    const made = await open({ pipeline: flow.id, amount: usd('1000.00') });
    const weighted = 'query($p: ID!) { forecast(pipeline: $p) { weighted { amount } } }';
    const forecast = async () => {
      await selling.cloud.idle();
      return (await ask<{ forecast: { weighted: { amount: string } } }>(weighted, { p: flow.id }, seller)).forecast;
    };
    expect((await forecast()).weighted.amount).toBe('100.00');
    const dearer = all.map((each) => (each.key === 'FIRST' ? { ...each, probability: '30' } : each));
    const change = { id: flow.id, version: flow.version, stages: dearer };
    const changed = await act<Flow>('updatePipeline', change, 'pipeline { id version }', administrator);
    expect((await forecast()).weighted.amount).toBe('300.00');
    const removal = { id: flow.id, version: changed.version, stage: 'FIRST' };
    await expect(act('removeStage', removal, 'pipeline { id }', administrator)).rejects.toThrow('STAGE_IN_USE');
    await expect(act('removeStage', removal, 'pipeline { id }', seller)).rejects.toThrow('FORBIDDEN');
    await act('removeStage', { ...removal, to: 'NEXT' }, 'pipeline { id } job { id }', administrator);
    expect((await forecast()).weighted.amount).toBe('400.00');
    const after = await ask<{ opportunity: { stage: string }; pipeline: { stages: { key: string }[] } }>(
      'query($o: ID!, $p: ID!) { opportunity(id: $o) { stage } pipeline(id: $p) { stages { key } } }',
      { o: made.id, p: flow.id },
      seller,
    );
    expect(after).toEqual({
      opportunity: { stage: 'NEXT' },
      pipeline: { stages: [{ key: 'NEXT' }, { key: 'YES' }, { key: 'NO' }] },
    });
  });

  it('OPP-06 are flagged when nothing moves for as long as their stage allows, and shown on the panel', async () => {
    const stages = [
      {
        key: 'NEED',
        labels: { es: 'Necesidad', en: 'Need' },
        kind: 'OPEN',
        probability: '10',
        staleAfterDays: staleDays,
      },
      { key: 'YES', labels: { es: 'Sí', en: 'Yes' }, kind: 'WON', probability: '100' },
      { key: 'NO', labels: { es: 'No', en: 'No' }, kind: 'LOST', probability: '0' },
    ];
    const pipeline = await act('createPipeline', { name: 'Rápida', stages }, 'pipeline { id version }');
    const deal = await open({ amount: usd('5'), pipeline: pipeline.id });
    await selling.cloud.idle();
    await selling.cloud.advance(staleDays * 86_400 + 120);
    await selling.cloud.idle();
    const fresh: Caller = { token: await selling.cloud.signIn('seller@demo.lazo.test', 'demo-seller') };
    type Seen = {
      opportunity: { isStale: boolean };
      panel: { sections: { name: string; records: { id: string }[] }[] };
    };
    const seen = await ask<Seen>(
      'query($id: ID!) { opportunity(id: $id) { isStale } panel { sections { name records { id } } } }',
      { id: deal.id },
      fresh,
    );
    expect(seen.opportunity.isStale).toBe(true);
    expect(
      seen.panel.sections.find(({ name }) => name === 'staleOpportunities')?.records.map(({ id }) => id),
    ).toContain(deal.id);
  }, 60_000);
});

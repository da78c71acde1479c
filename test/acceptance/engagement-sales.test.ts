import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
/** How far the cloud's clock has been moved ahead, in milliseconds. */
let ahead = 0;
const staleDays = 1;
const now = (): number => Date.now() + ahead;
let seller: Caller;
let manager: Caller;
let ids: {
  pipeline: string;
  call: string;
  visit: string;
  seller: string;
  manager: string;
  team: string;
  account: string;
  contact: string;
};

/** Asks, and fails with what was answered when there are errors. */
const ask = async <Data>(query: string, variables: object = {}, caller?: Caller): Promise<Data> => {
  const { data, errors } = await cloud.graphql<Data>(query, variables as Readonly<Record<string, unknown>>, caller);
  if (errors || !data) throw new Error(JSON.stringify(errors));
  return data;
};

type Outcome = { readonly userErrors: readonly { readonly code: string }[] } & Readonly<Record<string, unknown>>;

/** Calls a mutation with `input`; answers what `selection` asks for, or the codes of its errors. */
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

/** One of the demo tenant's people, signed in at the cloud's present time. */
const tokenOf = async (role: string): Promise<Caller> => ({
  token: await cloud.signIn(`${role}@demo.lazo.test`, `demo-${role}`),
});

beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = [await tokenOf('seller'), await tokenOf('manager')];
  type Found = {
    me: { user: { id: string } };
    manager: { user: { id: string } };
    pipelines: { edges: { node: { id: string } }[] };
    activityTypes: { edges: { node: { id: string; key: string } }[] };
    teams: { edges: { node: { id: string } }[] };
  };
  const found = await ask<Found>(
    '{ pipelines { edges { node { id } } } activityTypes { edges { node { id key } } } teams { edges { node { id } } } }',
  );
  const who = async (caller: Caller) => (await ask<Pick<Found, 'me'>>('{ me { user { id } } }', {}, caller)).me.user.id;
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
  ids = {
    pipeline: found.pipelines.edges[0]?.node.id ?? '',
    call: typeOf('CALL'),
    visit: typeOf('VISIT'),
    team: found.teams.edges[0]?.node.id ?? '',
    seller: await who(seller),
    manager: await who(manager),
    account: account.id,
    contact: contact.id,
  };
}, 120_000);
afterAll(() => cloud.stop());

describe('opportunities', () => {
  it('OPP-01 are linked to an account and a contact, and listed under them', async () => {
    const deal = await open({ account: ids.account, contact: ids.contact, amount: usd('1200.50') });
    await cloud.idle();
    type Under = Record<'account' | 'contact', { opportunities: { edges: { node: { id: string } }[] } }>;
    const under = await ask<Under>(
      'query($a: ID!, $c: ID!) { account(id: $a) { opportunities { edges { node { id } } } } contact(id: $c) { opportunities { edges { node { id } } } } }',
      { a: ids.account, c: ids.contact },
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
    const administrator: Caller = { token: await cloud.signIn('administrator@demo.lazo.test', 'demo-administrator') };
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
        account: ids.account,
        prescriber: ids.account,
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
        { p: ids.pipeline },
      );
    const before = (await look()).board.columns.find(({ stage }) => stage === 'DECISION');
    const [soon, later] = [
      await open({ amount: usd('300'), expectedCloseOn: '2031-01-10' }),
      await open({ amount: usd('700'), expectedCloseOn: '2031-02-10' }),
    ];
    for (const { id } of [later, soon]) await move(id, 'DECISION');
    await cloud.idle();
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
      { p: ids.pipeline },
    );
    expect(forecast).toMatchObject({ commit: { amount: '1000.00' }, weighted: { amount: '750.00' } });
    expect(forecast.groups.map(({ month, weighted }) => [month, weighted.amount])).toEqual([
      ['2031-02', '525.00'],
      ['2031-01', '225.00'],
    ]);
    expect(forecast.groups[0]?.owner.id).toBe(ids.seller);
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
    await cloud.idle();
    await cloud.advance(staleDays * 86_400 + 120);
    ahead = staleDays * 86_400_000 + 120_000;
    await cloud.idle();
    const fresh: Caller = { token: await cloud.signIn('seller@demo.lazo.test', 'demo-seller') };
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

type Work = { id: string; version: number; status: string; kind: string; owner: { id: string } | null };
const workFields = 'activity { id version status kind owner { id } }';
const tomorrow = (hour: number): string =>
  `${new Date(now() + 86_400_000).toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const plan = (input: object = {}, caller: Caller = seller): Promise<Work> =>
  act<Work>(
    'createActivity',
    { subject: 'Llamar', type: ids.call, account: ids.account, startsAt: tomorrow(15), ...input },
    workFields,
    caller,
  );

describe('activities', () => {
  beforeAll(async () => {
    [seller, manager] = [await tokenOf('seller'), await tokenOf('manager')];
  });

  it('ACT-01 have types that the tenant configures', async () => {
    const type = await act(
      'createActivityType',
      { key: 'FAIR', name: { es: 'Feria', en: 'Fair' }, kind: 'MEETING', minutes: 240 },
      'activityType { id version }',
    );
    expect(await plan({ type: type.id })).toMatchObject({ kind: 'MEETING', status: 'PLANNED' });
  });

  it('ACT-02 ACT-11 stand on account, contact and opportunity, planned and done with a result and the next one', async () => {
    const deal = await open({ account: ids.account });
    const visit = await plan({ type: ids.visit, contact: ids.contact, opportunity: deal.id, subject: 'Visita' });
    await expect(act('completeActivity', { id: visit.id }, workFields, seller)).rejects.toThrow('RESULT_REQUIRED');
    const query =
      'mutation($input: CompleteActivityInput!) { done: completeActivity(input: $input) { activity { status result spentMinutes } next { subject previous { id } } userErrors { code } } }';
    const { done } = await ask<{ done: object }>(
      query,
      {
        input: {
          id: visit.id,
          result: 'Interesada',
          minutes: 50,
          next: { subject: 'Enviar oferta', startsAt: tomorrow(20) },
        },
      },
      seller,
    );
    expect(done).toMatchObject({
      activity: { status: 'DONE', result: 'Interesada', spentMinutes: 50 },
      next: { subject: 'Enviar oferta', previous: { id: visit.id } },
      userErrors: [],
    });
    await cloud.idle();
    type Under = {
      opportunity: { activities: { edges: { node: { subject: string } }[] } };
      account: { activities: { edges: { node: { subject: string } }[] } };
    };
    const under = await ask<Under>(
      'query($o: ID!, $a: ID!) { opportunity(id: $o) { activities { edges { node { subject } } } } account(id: $a) { activities { edges { node { subject } } } } }',
      { o: deal.id, a: ids.account },
      seller,
    );
    expect(under.opportunity.activities.edges.map(({ node }) => node.subject).sort()).toEqual([
      'Enviar oferta',
      'Visita',
    ]);
    expect(under.account.activities.edges.length).toBeGreaterThanOrEqual(2);
  });

  it('ACT-03 fill an agenda by day, with overlaps marked', async () => {
    await plan({ startsAt: tomorrow(16), minutes: 90 });
    await plan({ startsAt: tomorrow(17) });
    const day = new Date(now()).toISOString().slice(0, 10);
    const until = new Date(now() + 3 * 86_400_000).toISOString().slice(0, 10);
    type Agenda = { agenda: { days: { entries: { overlaps: boolean; activity: { owner: { id: string } } }[] }[] } };
    const { agenda } = await ask<Agenda>(
      'query($f: Date!, $t: Date!) { agenda(from: $f, to: $t) { days { day entries { overlaps activity { owner { id } } } } } }',
      { f: day, t: until },
      seller,
    );
    const entries = agenda.days.flatMap((each) => each.entries);
    expect(entries.filter(({ overlaps }) => overlaps).length).toBeGreaterThanOrEqual(2);
    expect(new Set(entries.map(({ activity }) => activity.owner.id))).toEqual(new Set([ids.seller]));
  });

  it('ACT-04 ACT-10 wait for a team until somebody takes them, on the panel', async () => {
    const waiting = await plan({ team: ids.team, subject: 'Para el equipo' }, manager);
    expect(waiting.owner).toBeNull();
    type Panel = { panel: { unassigned: { id: string }[]; next: { id: string }[]; counters: { unassigned: number } } };
    const { panel } = await ask<Panel>(
      '{ panel { unassigned { id } next { id } counters { unassigned overdue today next } } }',
      {},
      seller,
    );
    expect(panel.unassigned.map(({ id }) => id)).toContain(waiting.id);
    expect((await act<Work>('claimActivity', { id: waiting.id }, workFields, seller)).owner?.id).toBe(ids.seller);
    await expect(act('claimActivity', { id: waiting.id }, workFields, manager)).rejects.toThrow('ALREADY_TAKEN');
    expect((await act<Work>('addActivity', { subject: 'Rápida' }, workFields, seller)).owner?.id).toBe(ids.seller);
    const query =
      'mutation($input: ReassignActivitiesInput!) { done: reassignActivities(input: $input) { activities { owner { id } } userErrors { code } } }';
    const { done } = await ask<{ done: { activities: Work[] } }>(
      query,
      { input: { ids: [waiting.id], owner: ids.manager } },
      manager,
    );
    expect(done.activities[0]?.owner?.id).toBe(ids.manager);
  });

  it('ACT-05 are delegated to a colleague, who accepts or declines', async () => {
    const call = await plan();
    const asked = await act<Work>(
      'delegateActivity',
      { id: call.id, to: ids.manager, note: 'Revisa el contrato' },
      'activity { id version status kind owner { id } delegation }',
      seller,
    );
    expect(asked).toMatchObject({ delegation: 'ASKED', owner: { id: ids.manager } });
    await cloud.idle();
    type Panel = { panel: { delegated: { id: string }[] } };
    expect(
      (await ask<Panel>('{ panel { delegated { id } } }', {}, seller)).panel.delegated.map(({ id }) => id),
    ).toContain(call.id);
    await expect(act('acceptDelegation', { id: call.id }, workFields, seller)).rejects.toThrow('NOT_ASKED');
    expect(
      await act(
        'declineDelegation',
        { id: call.id, reason: 'De viaje' },
        'activity { owner { id } delegation }',
        manager,
      ),
    ).toMatchObject({ owner: { id: ids.seller }, delegation: 'DECLINED' });
  });
});

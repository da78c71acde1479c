import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { failing, openClient, type Answered } from '#test/support/client';
import { openExchange, type Exchange } from '#test/support/exchange';
import { listenTo, type Listening } from '#test/support/listening';
import { startOffice, type Office } from '#test/support/office';
import { startOtherTenant } from '#test/support/other-tenant';

let exchange: Exchange;
let office: Office;
let olga: Caller;
const { ask, act, idOf } = openClient(() => office.cloud);
const ids = { line: '', account: '', contact: '', seller: '', care: '' };
const number = '+593991234567';
const listening: Listening[] = [];
const listen = async (caller: Caller): Promise<Listening> => {
  const opened = await listenTo(office.cloud, caller);
  listening.push(opened);
  return opened;
};
/** The line of the office: its exchange stands in the test, at the address that stands in for it. */
const setUp = async (): Promise<void> => {
  const { seller } = office;
  ids.seller = await idOf(seller);
  const line = await act('createPhoneLine', {
    ...{ name: 'Central', dialUrl: 'https://pbx.example/calls' },
    extensions: [{ extension: '101', user: ids.seller }],
    routes: [{ choice: '2', outcome: 'CASE', recordKind: 'BREAKDOWN' }],
  });
  ids.line = line.id;
  await act('setPhoneLineSecrets', { ...line, signing: exchange.secret, access: exchange.token });
  type Hook = { readonly phoneLineHook: { readonly url: string } };
  exchange.hook = (await ask<Hook>('query ($id: ID!) { phoneLineHook(id: $id) { url } }', line)).phoneLineHook.url;
  ids.account = (await act('createAccount', { name: 'Molinos' }, '', seller)).id;
  const eva = { firstName: 'Eva', lastName: 'Mora', phone: '099 123 4567', email: 'eva@molinos.test' };
  ids.contact = (await act('createContact', { ...eva, account: ids.account }, '', seller)).id;
  const care = { sku: 'CARE', name: 'Mantenimiento', kind: 'SERVICE', listPrice: { amount: '100', currency: 'USD' } };
  ids.care = (await act('createProduct', care)).id;
  await office.cloud.idle();
};
beforeAll(async () => {
  exchange = await openExchange();
  office = await startOffice({
    environment: { LAZO_STAND_INS: JSON.stringify({ 'https://pbx.example': exchange.url }) },
  });
  olga = await startOtherTenant(office.cloud);
  await setUp();
}, 90_000);
afterAll(async () => {
  for (const each of listening) each.stop();
  // First, so that a cloud that never started keeps no process alive.
  await exchange.close();
  await office.cloud.stop();
});

type Call = Answered & {
  readonly status: string;
  readonly seconds: number | null;
  readonly account: { readonly id: string } | null;
  readonly contact: { readonly id: string } | null;
  readonly activity: { readonly id: string; readonly status: string; readonly spentMinutes: number | null } | null;
  readonly callBack: { readonly owner: { readonly id: string } | null; readonly status: string } | null;
  readonly opened: { readonly __typename: string; readonly id: string; readonly subject: string } | null;
  readonly recording: string | null;
};
const callFields = `status seconds account { id } contact { id } activity { id status spentMinutes }
  callBack { owner { id } status } opened { __typename id ... on Case { subject } } recording`;
const callOf = async (id: string, caller = office.seller): Promise<Call | null> =>
  (
    await ask<{ phoneCall: Call | null }>(
      `query ($id: ID!) { phoneCall(id: $id) { id version ${callFields} } }`,
      { id },
      caller,
    )
  ).phoneCall;

type Desk = {
  readonly waiting: number;
  readonly call: { readonly id: string } | null;
  readonly activity: { readonly id: string; readonly subject: string } | null;
  readonly contact: { readonly id: string; readonly name: string } | null;
  readonly account: { readonly id: string } | null;
  readonly overview: { readonly contacts: readonly { readonly id: string }[] } | null;
  readonly history: readonly { readonly id: string }[];
  readonly script: { readonly steps: readonly { readonly say: string }[] } | null;
  readonly actions: readonly { readonly key: string; readonly label: string; readonly values: object }[];
};
const desk = async (asked: object = {}, caller = office.seller) => {
  const answer = await office.cloud.graphql<{ callDesk: Desk }>(
    `query ($call: ID, $activity: ID) { callDesk(call: $call, activity: $activity) { waiting call { id } activity { id subject }
      contact { id name } account { id } overview { contacts { id } timeline { entries { type } } } history { id }
      script { steps { say } } actions { key label values } } }`,
    { ...asked },
    caller,
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer;
};

describe('realtime', () => {
  it('tells at once of notifications and of records that one looks at, ids alone, and never of those of others', async () => {
    const { seller, administrator: manager, cloud } = office;
    const [ofSeller, ofManager, ofOlga] = await Promise.all([listen(seller), listen(manager), listen(olga)]);
    expect(await listenTo(cloud, olga, ofSeller.channel).catch(String)).toContain('401');
    expect(await listenTo(cloud, manager, ofSeller.channel).catch(String)).toContain('401');
    expect(await listenTo(cloud, { token: 'nonsense' }, ofSeller.channel).catch(String)).toContain('401');

    const own = await act('addActivity', { subject: 'Molinos' }, '', seller);
    const other = await act('addActivity', { subject: 'Boticas' }, '', manager);
    const watch = 'mutation ($ids: [ID!]!) { watchRecords(input: { ids: $ids }) { until userErrors { code } } }';
    type Watched = {
      readonly watchRecords: { readonly until?: string; readonly userErrors: readonly { code: string }[] };
    };
    const watchAs = async (caller: Caller, ...ids: string[]) =>
      (await ask<Watched>(watch, { ids }, caller)).watchRecords;
    expect((await watchAs(seller, own.id)).until).toBeDefined();
    expect(await failing(watchAs(seller, other.id))).toContain('NOT_FOUND');
    expect(await failing(watchAs(olga, own.id))).toContain('NOT_FOUND');
    await watchAs(manager, own.id, other.id);
    await act('updateActivity', { id: own.id, version: own.version, subject: 'Molinos del Valle' }, '', seller);
    const notice = await ofSeller.next(({ type }) => type === 'activity.updated');
    expect(notice).toEqual({
      id: expect.stringMatching(/^evt_/) as unknown,
      type: 'activity.updated',
      record: { type: 'Activity', id: own.id, version: 2 },
    });
    // Given away, it is no longer the seller's: who looked at it before hears nothing more of it.
    await act('updateActivity', { id: own.id, version: 2, owner: await idOf(manager) }, '', manager);
    await act('updateActivity', { id: other.id, version: other.version, subject: 'Boticas Unidas' }, '', manager);
    await ofManager.next(({ record }) => record.id === other.id);
    await cloud.idle();
    expect(ofManager.heard.map(({ record }) => [record.id, record.version])).toEqual(
      expect.arrayContaining([[own.id, 3]]),
    );
    expect(ofSeller.heard.filter(({ record }) => record.id === other.id || record.version === 3)).toEqual([]);
    await act('delegateActivity', { id: other.id, to: await idOf(seller) }, '', manager);
    expect((await ofSeller.next(({ type }) => type === 'notification.created')).record.type).toBe('Notification');
    expect(ofManager.heard.filter(({ type }) => type === 'notification.created')).toEqual([]);
    expect(ofOlga.heard).toEqual([]);
  });

  it('tells nothing again of what the archive of the bus replays', async () => {
    const heard = () => listening.flatMap((each) => each.heard).length;
    await office.cloud.idle();
    const before = heard();
    const answer = await fetch(office.cloud.ready().admin.replace('/admin', '/events'), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSEvents.StartReplay', 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ ReplayName: 'again', EventStartTime: 0, EventEndTime: 4_000_000_000 }),
    });
    expect(await answer.json()).toMatchObject({ State: 'COMPLETED' });
    await office.cloud.idle();
    expect([before > 0, heard()]).toEqual([true, before]);
  });
});

describe('the telephone', () => {
  it('INT-03 TEL-01 TEL-05 a call opens the screen of whose telephone rings, with the caller, and is among the activities', async () => {
    const [ofSeller, ofOlga] = [await listen(office.seller), await listen(olga)];
    const { http, call: id = '' } = await exchange.tell({
      event: 'ringing',
      call: 'a1',
      number,
      extensions: ['101'],
    });
    expect(http).toBe(200);
    const pop = await ofSeller.next(({ type }) => type === 'phoneCall.created');
    expect(pop.record).toMatchObject({ type: 'PhoneCall', id });
    await act('createCallScript', { name: 'Saludo', steps: [{ title: 'Saludo', say: 'Buenos días' }] });
    const { data, extensions } = await desk({ call: id });
    expect(data?.callDesk).toMatchObject({
      call: { id },
      contact: { id: ids.contact, name: 'Eva Mora' },
      account: { id: ids.account },
      overview: { contacts: [{ id: ids.contact }] },
      script: { steps: [{ say: 'Buenos días' }] },
    });
    const cost = extensions?.['cost'] as { readonly roundTrips: number } | undefined;
    expect(cost?.roundTrips).toBeLessThanOrEqual(10);
    await exchange.tell({ event: 'answered', call: 'a1', extensions: ['101'] });
    expect(await callOf(id)).toMatchObject({ status: 'ANSWERED', activity: { status: 'PLANNED' } });
    await exchange.tell({ event: 'ended', call: 'a1', seconds: 61 });
    await exchange.tell({ event: 'ended', call: 'a1', seconds: 61 });
    expect(await callOf(id)).toMatchObject({ status: 'ENDED', activity: { status: 'DONE', spentMinutes: 2 } });
    await ofSeller.next(({ type }) => type === 'phoneCall.ended');
    expect(ofOlga.heard).toEqual([]);
    expect(await callOf(id, olga)).toBeNull();

    expect(await exchange.tell({ event: 'ringing', call: 'a2' }, 'not-the-secret-of-it')).toMatchObject({
      http: 401,
    });
    expect(await exchange.tell({ event: 'sings', call: 'a2' })).toMatchObject({ http: 422, code: 'BAD_INPUT' });
    const { call: missed = '' } = await exchange.tell({ event: 'ringing', call: 'a3', number, extensions: ['101'] });
    await exchange.tell({ event: 'ended', call: 'a3' });
    expect(await callOf(missed)).toMatchObject({
      status: 'MISSED',
      callBack: { status: 'PLANNED', owner: { id: ids.seller } },
    });
    await office.cloud.idle();
    expect((await desk({ call: missed })).data?.callDesk.history.map((each) => each.id)).toEqual([id]);
  });

  it('TEL-03 the CRM calls: the desk has the next call, the exchange dials once, a refusal is told', async () => {
    const { activityTypes } = await ask<{ activityTypes: { nodes: readonly { id: string; key: string }[] } }>(
      '{ activityTypes { nodes { id key } } }',
    );
    const type = activityTypes.nodes.find(({ key }) => key === 'CALL')?.id;
    const plan = { subject: 'Llamar', type, account: ids.account, contact: ids.contact };
    const planned = await act('createActivity', plan, '', office.seller);
    await office.cloud.idle();
    const next = (await desk()).data?.callDesk;
    expect(next).toMatchObject({
      waiting: 2, // with the one to call back
      activity: { id: planned.id, subject: 'Llamar' },
      contact: { id: ids.contact },
    });
    const dial = () =>
      act<Call>('startCall', { activity: planned.id, idempotencyKey: 'dial-1' }, callFields, office.seller);
    const call = await dial();
    expect((await dial()).id).toBe(call.id);
    expect(exchange.asked).toEqual([
      {
        path: '/calls',
        authorization: `Bearer ${exchange.token}`,
        body: { call: call.id, to: number, extension: '101' },
      },
    ]);
    await exchange.tell({ event: 'answered', call: 'b1', reference: call.id, extensions: ['101'] });
    await exchange.tell({ event: 'ended', call: 'b1', reference: call.id, seconds: 30 });
    expect(await callOf(call.id)).toMatchObject({ status: 'ENDED', activity: { id: planned.id, status: 'DONE' } });
    exchange.isDown = true;
    expect(await failing(act('startCall', { to: number }, '', office.seller))).toContain('DIALLING_REFUSED');
    exchange.isDown = false;
    expect(await failing(act('startCall', { to: number }, '', office.support))).toContain('NO_LINE');
    // The exchange of the local cloud, for trying things out.
    const extensions = [{ extension: '7', user: await idOf(office.administrator) }];
    await act('createPhoneLine', { name: 'Trial', dialUrl: 'https://pbx.lazo.example/calls', extensions });
    const trial = await act('startCall', { to: number }, '', office.administrator);
    const pbx = office.cloud.ready().admin.replace('/admin', '/pbx');
    expect(await (await fetch(`${pbx}/calls`)).json()).toEqual([{ call: trial.id, to: number, extension: '7' }]);
    const sound = await fetch(`${pbx}/recordings/x.wav`);
    expect([sound.headers.get('content-type'), (await sound.arrayBuffer()).byteLength]).toEqual(['audio/wav', 8044]);
    expect(await failing(act('setPhoneLineSecrets', { id: ids.line, version: 2 }, '', office.seller))).toContain(
      'FORBIDDEN',
    );
  });

  it('TEL-04 what was recorded is fetched and kept, and heard by whom it concerns', async () => {
    const { call: id = '' } = await exchange.tell({ event: 'answered', call: 'c1', number, extensions: ['101'] });
    await exchange.tell({ event: 'ended', call: 'c1', recording: 'https://pbx.example/c1.wav' });
    await office.cloud.advance(120);
    expect((await callOf(id))?.recording).not.toBeNull();
    const hear = 'query ($id: ID!) { callRecording(id: $id) { url contentType } }';
    type Heard = { readonly callRecording: { readonly url: string; readonly contentType: string } };
    const { callRecording } = await ask<Heard>(hear, { id }, office.seller);
    expect(callRecording.contentType).toBe('audio/wav');
    expect(await (await fetch(callRecording.url)).text()).toBe('RIFF sound');
    expect(await failing(ask(hear, { id }, office.support))).toContain('FORBIDDEN');
    expect(await failing(ask(hear, { id }, olga))).toContain('NOT_FOUND');
  });

  it('TEL-02 one mutation from a call makes an appointment, an offer, an order, or sends a contract to be signed', async () => {
    const { call: id = '' } = await exchange.tell({ event: 'answered', call: 'd1', number, extensions: ['101'] });
    const lines = [{ product: ids.care, quantity: '1' }];
    const agreed = { account: ids.account, contact: ids.contact, subject: 'Cuidado', startsOn: '2099-01-01', lines };
    const contract = await act('createContract', agreed, '', office.seller);
    await office.cloud.idle();
    const actions = (await desk({ call: id })).data?.callDesk.actions ?? [];
    expect(actions.map(({ key, label }) => [key, label])).toEqual(
      expect.arrayContaining([
        ['APPOINTMENT', 'Agendar una cita'],
        ['QUOTE', 'Hacer una oferta'],
        ['ORDER', 'Tomar un pedido'],
      ]),
    );
    expect(actions.find(({ key }) => key === 'CONTRACT')?.values).toEqual({
      id: contract.id,
      version: contract.version,
    });
    const text = `mutation ($input: DoFromCallInput!) { done: doFromCall(input: $input) { record { __typename id }
      phoneCall { made { id } } userErrors { code message path } } }`;
    type Done = {
      readonly record: { readonly __typename: string } | null;
      readonly phoneCall: { readonly made: readonly object[] } | null;
      readonly userErrors: readonly { readonly code: string; readonly message: string }[];
    };
    const act1 = async (action: string, values: object): Promise<Done> =>
      (await ask<{ done: Done }>(text, { input: { call: id, action, values } }, office.seller)).done;
    const made = [
      await act1('APPOINTMENT', { subject: 'Visita', startsAt: '2099-01-05T15:00:00Z' }),
      await act1('QUOTE', { subject: 'Oferta', validUntil: '2099-12-31', lines }),
      await act1('ORDER', { lines }),
      await act1('CONTRACT', {}),
    ];
    expect(made.map(({ record }) => record?.__typename)).toEqual(['Activity', 'Quote', 'Order', 'Contract']);
    expect(made.at(-1)?.phoneCall?.made).toHaveLength(4);
    expect((await act1('QUOTE', { subject: 'Oferta' })).userErrors).toMatchObject([
      { code: 'BAD_INPUT', path: ['values', 'validUntil'] },
    ]);
    expect((await act1('DANCE', {})).userErrors).toMatchObject([{ code: 'BAD_INPUT' }]);
    await office.cloud.idle();
    expect(await office.cloud.mailbox({ to: 'eva@molinos.test' })).toHaveLength(1);
  });

  it('TEL-06 a call opens a case by what was chosen in the menu, of the caller or of a new account', async () => {
    await act('createCaseType', { key: 'BREAKDOWN', labels: { es: 'Avería', en: 'Breakdown' } });
    const known = { event: 'ringing', call: 'e1', number, choice: '2', extensions: ['101'] };
    const { call: id = '' } = await exchange.tell(known);
    await exchange.tell(known);
    const call = await callOf(id);
    expect(call?.opened).toMatchObject({ __typename: 'Case', subject: 'Llamada de Eva Mora · 2' });
    const { call: strange = '' } = await exchange.tell({ ...known, call: 'e2', number: '+593987654321' });
    const stranger = await callOf(strange, office.administrator);
    expect(stranger?.account).not.toBeNull();
    expect(stranger?.opened?.id).not.toBe(call?.opened?.id);
    const { call: other = '' } = await exchange.tell({ ...known, call: 'e3', choice: '1' });
    expect((await callOf(other))?.opened).toBeNull();
    type Cases = { readonly cases: { readonly nodes: readonly object[] } };
    await office.cloud.idle();
    expect((await ask<Cases>('{ cases(first: 10) { nodes { id } } }')).cases.nodes).toHaveLength(2);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';
import { png } from '#test/support/pictures';

type Amount = { readonly amount: string };
type Contract = Answered & {
  readonly number: string;
  readonly status: string;
  readonly pricedOn: string;
  readonly total: Amount;
};
type Nodes<Node> = { readonly nodes: readonly Node[] };

let cloud: TestCloud;
let seller: Caller;
const { ask, act, signIn } = openClient(() => cloud);
const ids = { care: '', account: '', contact: '', call: '' };
const address = 'ana@cliente.test';

const fields = 'number status pricedOn total { amount }';
const draft = (more: object = {}, caller = seller) =>
  act<Contract>(
    'createContract',
    {
      ...{ account: ids.account, contact: ids.contact, subject: 'Mantenimiento', startsOn: '2099-01-01' },
      ...{ lines: [{ product: ids.care, quantity: '2' }], ...more },
    },
    fields,
    caller,
  );
const read = async (id: string, caller = seller) => {
  const text = `query($id: ID!) { contract(id: $id) { id version ${fields} signedBy reason nextStep
    periods(first: 5) { nodes { from to days ofDays totals { base { amount } } total { amount } } } } }`;
  type Full = Contract & {
    readonly signedBy: string | null;
    readonly periods: Nodes<Readonly<Record<string, unknown>>>;
  };
  return (await ask<{ contract: Full | null }>(text, { id }, caller)).contract;
};
const codeNow = async (): Promise<string> => {
  const [mail] = (await mailsTo('código')).toSorted((one, other) => (one.at < other.at ? 1 : -1));
  return />(\d{6})</.exec(mail?.html ?? '')?.[1] ?? '';
};
const mailsTo = async (subject: string) => {
  await cloud.idle();
  return (await cloud.mailbox({ to: address })).filter((mail) => mail.subject.includes(subject));
};
const signPageOf = async ({ number }: Contract): Promise<string> => {
  const [mail] = await mailsTo(number);
  return /href="([^"]+\/p\/sign\/[^"]+)"/.exec(mail?.html ?? '')?.[1]?.replaceAll('&amp;', '&') ?? '';
};
const post = (url: string, form: Readonly<Record<string, string>>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
const timelineOf = async (record: string): Promise<readonly string[]> => {
  await cloud.idle();
  const text = 'query($record: ID!) { timeline(record: $record, first: 30) { entries { type } } }';
  const { timeline } = await ask<{ timeline: { entries: readonly { readonly type: string }[] } }>(
    text,
    { record },
    seller,
  );
  return timeline.entries.map(({ type }) => type);
};

beforeAll(async () => {
  cloud = await startTestCloud();
  seller = await signIn('seller');
  const care = { sku: 'CARE', name: 'Mantenimiento', kind: 'SERVICE', listPrice: { amount: '100', currency: 'USD' } };
  ids.care = (await act('createProduct', care)).id;
  ids.account = (await act('createAccount', { name: 'Cliente S.A.' }, '', seller)).id;
  const contact = { firstName: 'Ana', lastName: 'Vera', account: ids.account, email: address, language: 'es' };
  ids.contact = (await act('createContact', contact, '', seller)).id;
  const { activityTypes } = await ask<{ activityTypes: Nodes<{ readonly id: string; readonly key: string }> }>(
    '{ activityTypes(first: 50) { nodes { id key } } }',
  );
  const type = activityTypes.nodes.find(({ key }) => key === 'CALL')?.id;
  const call = { type, subject: 'Llamada', account: ids.account, contact: ids.contact };
  ids.call = (await act('createActivity', call, '', seller)).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('contracts', () => {
  it('ORD-01 services are agreed once and billed period by period, the first by its days; a repeated call makes no second one', async () => {
    const again = { idempotencyKey: 'contract-1', calendarPeriods: true };
    const first = await draft(again);
    expect(first).toMatchObject({ status: 'DRAFT', total: { amount: '230.00' } });
    expect((await draft(again)).id).toBe(first.id);
    const startsOn = first.pricedOn;
    const input = { id: first.id, version: first.version, startsOn };
    const changed = await act<Contract>('updateContract', input, fields, seller);
    expect(await failing(act('updateContract', input, '', seller))).toContain('STALE_VERSION');
    await act('activateContract', { id: first.id, version: changed.version, by: 'Ana Vera' }, '', seller);
    await cloud.advance(120);
    const running = await read(first.id);
    expect(running).toMatchObject({ status: 'ACTIVE', signedBy: 'Ana Vera', nextStep: 'PERIOD' });
    const [year = 0, month = 0, day = 0] = startsOn.split('-').map(Number);
    const ofDays = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const days = ofDays - day + 1;
    const base = ((200 * days) / ofDays).toFixed(2);
    expect(running?.periods.nodes).toEqual([
      expect.objectContaining({ from: startsOn, days, ofDays, totals: { base: { amount: base } } }),
    ]);
    const rest = { id: first.id, version: running?.version, reason: 'Impago' };
    expect(await failing(act('suspendContract', rest, '', seller))).toContain('FORBIDDEN');
    expect(await act('suspendContract', rest, 'status', await signIn('manager'))).toMatchObject({
      status: 'SUSPENDED',
    });
    expect(await read(first.id, await startOtherTenant(cloud))).toBeNull();
    expect(await failing(draft({ lines: [] }))).toContain('NO_LINES');
    expect(await failing(draft({ endsOn: '2001-01-01' }))).toContain('BAD_INPUT');
  });

  it('ORD-12 a contract is signed on its page with a code, or on the seller’s device, and runs from then on', async () => {
    const contract = await draft();
    const sent = await act<Contract>('sendContract', { id: contract.id, version: contract.version }, fields, seller);
    expect(sent.status).toBe('SENT');
    const page = await signPageOf(sent);
    await post(page, { action: 'code' });
    const form = { action: 'sign', name: 'Ana Vera', consent: 'yes', code: await codeNow() };
    expect((await post(page, form)).status).toBe(200);
    expect(await read(contract.id)).toMatchObject({ status: 'ACTIVE', signedBy: 'Ana Vera' });
    expect((await post(page, form)).status).toBe(409);

    const declined = await draft({ subject: 'Otro' });
    await act('sendContract', { id: declined.id, version: declined.version }, '', seller);
    const refused = await signPageOf(declined);
    await post(refused, { action: 'code' });
    await post(refused, { action: 'decline', reason: 'Muy caro', code: await codeNow() });
    expect(await read(declined.id)).toMatchObject({ status: 'DRAFT', reason: 'Muy caro' });

    const device = await draft();
    const input = { record: device.id, signer: { name: 'Luis Mora' }, consent: true };
    await act('signOnDevice', { ...input, strokes: png(300, 100).toString('base64') }, '', seller);
    expect(await read(device.id)).toMatchObject({ status: 'ACTIVE', signedBy: 'Luis Mora' });
  });

  it('TEL-02 from a call come an appointment, an offer, an order and a contract, all of them on the timeline of the call', async () => {
    const { id, version } = (
      await ask<{ activity: Answered }>(
        'query($id: ID!) { activity(id: $id) { id version } }',
        { id: ids.call },
        seller,
      )
    ).activity;
    const made = { account: ids.account, activity: ids.call };
    const lines = [{ product: ids.care, quantity: '1' }];
    await act('createQuote', { ...made, subject: 'Oferta', validUntil: '2099-12-31', lines }, '', seller);
    await act('createOrder', { ...made, lines }, '', seller);
    await draft({ activity: ids.call });
    const { activity } = await ask<{ activity: Answered }>(
      'query($id: ID!) { activity(id: $id) { id version } }',
      { id },
      seller,
    );
    expect(activity.version).toBeGreaterThan(version);
    const next = { subject: 'Cita', startsAt: '2099-01-05T15:00:00.000Z' };
    await act('completeActivity', { id, version: activity.version, result: 'Vendido', next }, '', seller);
    expect(await timelineOf(id)).toEqual(
      expect.arrayContaining([
        'quote.created',
        'order.created',
        'contract.created',
        'activity.completed',
        'activity.created',
      ]),
    );
    const text = `query($id: ID!) { activity(id: $id) { quotes(first: 2) { nodes { subject } } orders(first: 2) { nodes { number } } contracts(first: 2) { nodes { subject } } } }`;
    const kept = await ask<{ activity: Readonly<Record<string, Nodes<object>>> }>(text, { id }, seller);
    expect(Object.values(kept.activity).map(({ nodes }) => nodes.length)).toEqual([1, 1, 1]);
    const elsewhere = (await act('createAccount', { name: 'Otra S.A.' }, '', seller)).id;
    expect(await failing(draft({ account: elsewhere, contact: null, activity: ids.call }))).toContain('OTHER_ACCOUNT');
  });
});

describe('recurring orders', () => {
  it('ORD-03 come again by their rule, one at a time; each occurrence is ordered once, and only the next is planned', async () => {
    const today = (await draft()).pricedOn;
    const series = await act<Answered & { readonly nextOccurrence: string }>(
      'createRecurringOrder',
      {
        ...{
          account: ids.account,
          subject: 'Mensual',
          rule: 'FREQ=MONTHLY;COUNT=3',
          priceMode: 'FIXED',
          autoConfirm: true,
        },
        ...{ startsAt: `${today}T05:00:00.000Z`, timeZone: 'America/Guayaquil', idempotencyKey: 'series-1' },
        lines: [{ product: ids.care, quantity: '1' }],
      },
      'nextOccurrence',
      seller,
    );
    expect(series.nextOccurrence).toBe(`${today}T05:00:00.000Z`);
    const both = { rule: 'FREQ=WEEKLY;COUNT=2;UNTIL=20991231T000000Z', id: series.id, version: series.version };
    expect(await failing(act('updateRecurringOrder', both, '', seller))).toContain('RULE_INVALID');
    await cloud.advance(180);
    const text = `query($id: ID!) { recurringOrder(id: $id) { id version status made occurrencesAhead(first: 9) { occurrences }
      orders(first: 5) { nodes { status requestedOn total { amount } } } } }`;
    type Full = Answered & { readonly occurrencesAhead: { readonly occurrences: readonly string[] } };
    const find = async (caller: Caller) =>
      (await ask<{ recurringOrder: Full | null }>(text, { id: series.id }, caller)).recurringOrder;
    const found = await find(seller);
    expect(found).toMatchObject({
      ...{ status: 'ACTIVE', made: 1 },
      orders: { nodes: [{ status: 'CONFIRMED', requestedOn: today, total: { amount: '115.00' } }] },
    });
    expect(found?.occurrencesAhead.occurrences.length).toBeLessThanOrEqual(2);
    const pause = { id: series.id, version: found?.version };
    expect(await act('pauseRecurringOrder', pause, 'status', seller)).toMatchObject({ status: 'PAUSED' });
    expect(await failing(act('pauseRecurringOrder', pause, '', seller))).toContain('STALE_VERSION');
    expect(await find(await startOtherTenant(cloud, 'otto@other.test'))).toBeNull();
  });
});

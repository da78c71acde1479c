import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import type { Caller, TestCloud } from '#test/support/cloud';
import { startOffice } from '#test/support/office';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
const { ask, act, idOf } = openClient(() => cloud);
let administrator: Caller;
let manager: Caller;
let seller: Caller;
let support: Caller;
beforeAll(async () => {
  ({ cloud, administrator, manager, seller, support } = await startOffice());
}, 90_000);
afterAll(() => cloud.stop());

type Entry = { record: { id: string }; issues: string[]; score: number; missing: string[] };
const issues = async (caller: Caller, input: object = {}): Promise<readonly Entry[]> => {
  const asked = `query ($of: String!, $owner: ID, $team: ID, $issue: QualityIssue) {
    qualityIssues(of: $of, owner: $owner, team: $team, issue: $issue) { entries { record { id } issues score missing } }
  }`;
  const { qualityIssues } = await ask<{ qualityIssues: { entries: Entry[] } }>(
    asked,
    { of: 'Account', ...input },
    caller,
  );
  return qualityIssues.entries;
};
type Sums = { records: number; score: number; stale: number; duplicates: number };
type Totals = { owners: (Sums & { owner: { id: string } | null })[]; total: Sums };
const totals = async (caller: Caller): Promise<Totals> => {
  const sums = 'records score stale duplicates';
  const asked = `{ qualityTotals(of: "Account") { owners { owner { id } ${sums} missing { field count } } total { ${sums} } } }`;
  return (await ask<{ qualityTotals: Totals }>(asked, {}, caller)).qualityTotals;
};
type Outcome = Readonly<Record<string, unknown>> & { readonly userErrors: readonly { readonly code: string }[] };
const call = async (name: string, input: object, fields: string, caller: Caller): Promise<Outcome> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const text = `mutation ($input: ${type}!) { done: ${name}(input: $input) { ${fields} userErrors { code } } }`;
  return (await ask<{ done: Outcome }>(text, { input }, caller)).done;
};
const codes = ({ userErrors }: Outcome) => userErrors.map(({ code }) => code);

describe('data quality', () => {
  let bare: Answered;
  it('SEC-03 queues what is incomplete for its owner, scores it, and follows every change', async () => {
    bare = await act('createAccount', { name: 'Faro Incompleto' }, '', seller);
    await act('createAccount', { name: 'Ajena', taxId: '1790016919001', idempotencyKey: 'once' }, '', support);
    await cloud.idle();
    const [found, ...others] = await issues(seller);
    expect(found).toMatchObject({
      record: { id: bare.id },
      issues: ['INCOMPLETE'],
      missing: expect.arrayContaining(['taxId', 'email']) as unknown,
    });
    expect(others).toEqual([]);
    await act('updateAccount', { id: bare.id, version: 1, email: 'hola@faro.ec', phone: '0991112223' }, '', seller);
    await cloud.idle();
    const [later] = await issues(seller);
    expect(later?.missing).not.toContain('email');
    expect(later?.score).toBeGreaterThan(found?.score ?? 100);
  });

  it('SEC-03 is measured by the tenant’s own standard, for each owner whom one may read', async () => {
    const set = (weights: object[], caller: Caller, more: object = {}) =>
      call('setQualityStandard', { recordType: 'Account', weights, ...more }, 'qualityStandard { version }', caller);
    const weights = [
      { field: 'email', weight: 1 },
      { field: 'taxId', weight: 3 },
    ];
    expect(await failing(set(weights, seller))).toContain('FORBIDDEN');
    expect(codes(await set([{ field: 'shoeSize', weight: 1 }], administrator))).toEqual(['UNKNOWN_FIELD']);
    expect(codes(await set(weights, administrator))).toEqual([]);
    expect(codes(await set(weights, administrator, { version: 9 }))).toEqual(['STALE_VERSION']);
    expect(await issues(seller)).toMatchObject([{ score: 25, missing: ['taxId'] }]);
    const whole = await totals(administrator);
    expect(whole.total).toMatchObject({ records: 2, score: 50 });
    const team = await totals(manager);
    expect(team.owners.map(({ owner }) => owner?.id)).toEqual([await idOf(seller)]);
    expect(await failing(issues(seller, { owner: await idOf(support) }))).toContain('FORBIDDEN');
    const stranger = await startOtherTenant(cloud);
    expect((await totals(stranger)).owners.flatMap(({ owner }) => owner?.id ?? [])).not.toContain(await idOf(seller));
    expect(await issues(stranger, { of: 'Contact', owner: await idOf(seller) })).toEqual([]);
  });

  it('SEC-03 is worked off by dismissal too, with who and why; and staleness comes by itself', async () => {
    const dismiss = (input: object, caller = seller) =>
      call(
        'dismissQualityIssue',
        { id: bare.id, reason: 'No tiene.', ...input },
        'record { ... on Account { version qualityWaiver { fields reason } } }',
        caller,
      );
    expect(codes(await dismiss({ version: 1, fields: ['taxId'] }))).toEqual(['STALE_VERSION']);
    expect(await failing(dismiss({ fields: ['taxId'] }, await startOtherTenant(cloud, 'oscar@other.test')))).toContain(
      'NOT_FOUND',
    );
    const done = await dismiss({ version: 2, fields: ['taxId'] });
    expect(done).toMatchObject({
      record: { qualityWaiver: { fields: ['taxId'], reason: 'No tiene.' } },
      userErrors: [],
    });
    await cloud.idle();
    expect(await issues(seller)).toEqual([]);
    expect(await issues(seller, { issue: 'STALE' })).toEqual([]);
    await call('setQualityStandard', { recordType: 'Account', staleDays: 1 }, 'qualityStandard { id }', administrator);
    const { entries } = (
      await ask<{ history: { entries: { type: string }[] } }>(
        'query ($id: ID!) { history: timeline(record: $id) { entries { type } } }',
        { id: bare.id },
        seller,
      )
    ).history;
    expect(entries[0]?.type).toBe('account.qualityDismissed');
  });
});

describe('what somebody else already handles', () => {
  const known = { type: 'ORGANISATION', name: 'Reservada del Sur', emails: ['r@sur.ec'] };
  const request = (caller: Caller, more: object = {}) =>
    call(
      'askForHandOver',
      { input: known, reason: 'La conozco.', ...more },
      'handOverRequest { id version status record { id } askedOf { name } }',
      caller,
    );

  it('ENT-12 ENT-16 is refused at entry, asked for with one call, and handed over with its trace', async () => {
    const hidden = await act(
      'createAccount',
      { name: 'Reservada del Sur', email: 'r@sur.ec', owner: await idOf(administrator) },
      '',
      administrator,
    );
    await cloud.idle();
    const again = failing(
      act('createAccount', { name: 'Reservada del Sur', email: 'r@sur.ec', unlessDuplicate: true }, '', seller),
    );
    expect(await again).toContain('DUPLICATE_FOUND');
    const asked = await request(seller);
    const made = asked['handOverRequest'] as { id: string; version: number };
    expect(made).toMatchObject({ status: 'ASKED', record: null, askedOf: { name: 'Andrés Molina' } });
    expect(codes(await request(seller))).toEqual(['ALREADY_ASKED']);
    expect(codes(await request(seller, { input: { name: 'Nadie' } }))).toEqual(['NOT_HANDLED']);
    expect(codes(await request(await startOtherTenant(cloud, 'otto@other.test')))).toEqual(['NOT_HANDLED']);
    await cloud.idle();
    const { notifications } = await ask<{ notifications: { nodes: object[] } }>(
      '{ notifications(first: 5) { nodes { kind title } } }',
      {},
      administrator,
    );
    expect(notifications.nodes).toEqual([
      { kind: 'handOver.asked', title: 'Sergio Paredes pide hacerse cargo de Reservada del Sur' },
    ]);
    const accept = (caller: Caller) =>
      call(
        'acceptHandOver',
        { id: made.id, version: made.version, idempotencyKey: 'yes' },
        'handOverRequest { status }',
        caller,
      );
    expect(await failing(accept(support))).toContain('FORBIDDEN');
    expect(await accept(administrator)).toMatchObject({ handOverRequest: { status: 'ACCEPTED' } });
    expect(await accept(administrator)).toMatchObject({ handOverRequest: { status: 'ACCEPTED' }, userErrors: [] });
    await cloud.idle();
    const asking = 'query ($id: ID!) { account(id: $id) { owner { id } } timeline(record: $id) { entries { type } } }';
    type Seen = { account: object; timeline: { entries: { type: string }[] } };
    const { account } = await ask<Seen>(asking, { id: hidden.id }, seller);
    expect(account).toEqual({ owner: { id: await idOf(seller) } });
    const { timeline } = await ask<Seen>(asking, { id: hidden.id }, administrator);
    expect(timeline.entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['account.assigned', 'handOverRequest.accepted', 'handOverRequest.created']),
    );
  });
});

describe('the overview of an account', () => {
  it('ENT-05 CAS-01 shows cases and documents too, in two trips and six requests; a case can be opened at once', async () => {
    const account = await act(
      'createAccount',
      { name: 'Vista Completa', owner: await idOf(seller) },
      '',
      administrator,
    );
    const { caseTypes } = await ask<{ caseTypes: { nodes: { id: string; key: string }[] } }>(
      '{ caseTypes(first: 5) { nodes { id key } } }',
      {},
      seller,
    );
    expect(caseTypes.nodes.map(({ key }) => key)).toEqual(['GENERAL']);
    await act('createCase', { type: caseTypes.nodes[0]?.id, account: account.id, subject: 'Consulta' }, '', seller);
    const values = {
      account: account.id,
      type: 'INVOICE',
      number: 'F-1',
      issuedOn: '2026-10-01',
      total: { amount: '12', currency: 'USD' },
    };
    expect(codes(await call('createOutsideDocument', values, 'outsideDocument { id }', administrator))).toEqual([]);
    await cloud.idle();
    const asked = `query ($id: ID!) { account360(id: $id) { account { name owner { name } } cases { subject type { key } } documents { number } contacts { name } timeline { entries { type } } } }`;
    const { data, extensions } = await cloud.graphql<{ account360: object }>(asked, { id: account.id }, administrator);
    expect(data?.account360).toMatchObject({
      account: { name: 'Vista Completa' },
      cases: [{ subject: 'Consulta', type: { key: 'GENERAL' } }],
      documents: [{ number: 'F-1' }],
    });
    const cost = extensions?.['cost'] as { requests: number; roundTrips: number };
    expect(cost.requests).toBeLessThanOrEqual(6);
    expect(cost.roundTrips).toBeLessThanOrEqual(2);
  });

  it('ENT-06 ENT-16 the last contact makes no open form stale and fills no history', async () => {
    const account = await act('createAccount', { name: 'Formulario Abierto' }, '', seller);
    const { activityTypes } = await ask<{ activityTypes: { nodes: { id: string; kind: string }[] } }>(
      '{ activityTypes(first: 20) { nodes { id kind } } }',
      {},
      seller,
    );
    const type = activityTypes.nodes.find(({ kind }) => kind === 'CALL')?.id;
    const talk = await act('createActivity', { subject: 'Llamada', type, account: account.id }, '', seller);
    await act('completeActivity', { id: talk.id, version: talk.version, result: 'Bien' }, '', seller);
    await cloud.idle();
    const seen = await ask<{
      account: { version: number; lastContactAt: string | null };
      history: { versions: object[] };
    }>(
      'query ($id: ID!) { account(id: $id) { version lastContactAt } history(record: $id) { versions { type } } }',
      { id: account.id },
      seller,
    );
    expect(seen.account.lastContactAt).not.toBeNull();
    expect(seen.history.versions).toEqual([{ type: 'account.created' }]);
    const saved = await act(
      'updateAccount',
      { id: account.id, version: 1, description: 'Del formulario.' },
      'lastContactAt',
      seller,
    );
    expect(saved['lastContactAt']).toBe(seen.account.lastContactAt);
    expect(
      await failing(act('updateAccount', { id: account.id, version: 1, description: 'Tarde.' }, '', seller)),
    ).toContain('STALE_VERSION');
  });
});

describe('exchange with an ERP', () => {
  it('INT-01 INT-07 reads what others did, and not what it has pushed itself', async () => {
    const pushed = await act('createAccount', { name: 'Empujada' });
    const own = await act('createAccount', { name: 'Del vendedor' }, '', seller);
    await cloud.idle();
    const read = async (notBy: readonly string[]) => {
      const asked =
        'query ($notBy: [String!]) { events(first: 100, types: ["account.created"], notBy: $notBy) { events { recordId } } }';
      const { events } = await ask<{ events: { events: { recordId: string }[] } }>(asked, { notBy });
      return events.events.map(({ recordId }) => recordId);
    };
    expect(await read([])).toEqual(expect.arrayContaining([pushed.id, own.id]));
    const others = await read(['me']);
    expect(others).toContain(own.id);
    expect(others).not.toContain(pushed.id);
  });
});

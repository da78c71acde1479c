import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
const { ask, act, signIn, idOf } = openClient(() => cloud);
let administrator: Caller;
let seller: Caller;
let account: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  [administrator, seller] = (await Promise.all(['administrator', 'seller'].map(signIn))) as [Caller, Caller];
  account = (await act('createAccount', { name: 'Textiles Andes', email: 'hola@andes.test' }, '', seller)).id;
}, 90_000);
afterAll(() => cloud.stop());

type Payload = Readonly<Record<string, unknown>> & {
  readonly userErrors: readonly { readonly code: string; readonly path: readonly string[] }[];
};
const call = async (
  name: string,
  input: object,
  selection: string,
  caller: Caller = administrator,
): Promise<Payload> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const text = `mutation($input: ${type}!) { done: ${name}(input: $input) { ${selection} userErrors { code path } } }`;
  return (await ask<{ done: Payload }>(text, { input }, caller)).done;
};
const problemsOf = ({ userErrors }: Payload) => userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);

type Type = {
  readonly id: string;
  readonly version: number;
  readonly pipeline: { readonly id: string; readonly stages: object[] };
};
const stage = 'key kind probability category requiredFields retired labels { es en }';
const makeType = async (key: string, more: object = {}): Promise<Type> => {
  const input = { key, labels: { es: key, en: key }, ...more };
  const made = await call('createCaseType', input, `caseType { id version pipeline { id stages { ${stage} } } }`);
  expect(made.userErrors).toEqual([]);
  return made['caseType'] as Type;
};
/** Says what a status of a type requires. */
const demand = async ({ pipeline }: Type, status: string, requiredFields: readonly string[]) => {
  const stages = pipeline.stages.map((each) =>
    'key' in each && each.key === status ? { ...each, requiredFields } : each,
  );
  const done = await call('updatePipeline', { id: pipeline.id, version: 1, stages }, 'pipeline { id }');
  expect(done.userErrors).toEqual([]);
};
const open = (type: Type, more: object = {}, fields = '', caller: Caller = seller) =>
  act(
    'createCase',
    { type: type.id, account, subject: 'Falla la máquina', ...more },
    `number status ${fields}`,
    caller,
  );

type Listed = {
  account: {
    cases: { nodes: { id: string; kind: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  };
};
const listed = async (types: readonly string[] = [], page = '', caller: Caller = seller) => {
  const text = `query($id: ID!, $types: [String!]) { account(id: $id) { cases(types: $types ${page}) { nodes { id kind: __typename } pageInfo { hasNextPage endCursor } } } }`;
  return (await ask<Listed>(text, { id: account, types }, caller)).account.cases;
};

describe('cases', () => {
  it('CAS-01 an account has any number of every type, each with a number without gaps', async () => {
    const [incident, claim] = [await makeType('INCIDENT'), await makeType('CLAIM')];
    const opened = [await open(incident), await open(incident), await open(claim)];
    expect(opened.map(({ number, status }) => [number, status])).toEqual([
      ['00001', 'NEW'],
      ['00002', 'NEW'],
      ['00001', 'NEW'],
    ]);
    await cloud.idle();
    expect((await listed()).nodes.map(({ id }) => id)).toEqual(opened.map(({ id }) => id).reverse());
    expect((await listed(['INCIDENT'])).nodes).toHaveLength(2);
    expect(await failing(listed(['NOTHING']))).toContain('NOTHING');
    type Mine = { cases: { nodes: { id: string }[] } };
    const mine = await ask<Mine>(
      'query($owner: String!) { cases(where: { ownerId: { eq: $owner } }) { nodes { id } } }',
      { owner: await idOf(seller) },
      seller,
    );
    expect(mine.cases.nodes).toHaveLength(3);
    type Overview = { account360: { cases: { id: string }[] } };
    const overview = await ask<Overview>(
      'query($id: ID!) { account360(id: $id) { cases { id } } }',
      { id: account },
      seller,
    );
    expect(overview.account360.cases).toHaveLength(3);
    type Hits = { search: { hits: { record: { id: string } }[] } };
    const hits = await ask<Hits>(
      '{ search(text: "falla maq", types: ["Case"]) { hits { record { id } } } }',
      {},
      seller,
    );
    expect(hits.search.hits).toHaveLength(3);
  });

  it('CAS-02 each type asks for its own information', async () => {
    const [repair, request] = [await makeType('REPAIR'), await makeType('REQUEST')];
    const definition = {
      recordType: 'Case',
      key: 'serialNumber',
      kind: 'TEXT',
      required: true,
      appliesTo: { type: { eq: repair.id } },
      labels: { es: 'Serie', en: 'Serial' },
    };
    expect((await call('createCustomField', definition, 'customField { id }')).userErrors).toEqual([]);
    const input = { account, subject: 'Reparar' };
    expect(problemsOf(await call('createCase', { ...input, type: repair.id }, 'case { id }', seller))).toEqual([
      'BAD_INPUT custom.serialNumber',
    ]);
    const asked = await open(repair, { custom: { serialNumber: 'S-1' } }, 'custom');
    expect(asked['custom']).toEqual({ serialNumber: 'S-1' });
    expect((await open(request, {}, 'custom'))['custom']).toBeNull();
    expect(
      problemsOf(
        await call(
          'createCase',
          { ...input, type: request.id, custom: { serialNumber: 'S-1' } },
          'case { id }',
          seller,
        ),
      ),
    ).toEqual(['BAD_INPUT custom.serialNumber']);
    expect(
      await failing(call('createCaseType', { key: 'MINE', labels: { es: 'x', en: 'x' } }, 'caseType { id }', seller)),
    ).toContain('FORBIDDEN');
  });

  it('CAS-03 the status carries a case: its history, what it requires, who may move it', async () => {
    const type = await makeType('COMPLAINT');
    await demand(type, 'SOLVED', ['contact', 'custom.cause']);
    await call(
      'createCustomField',
      { recordType: 'Case', key: 'cause', kind: 'TEXT', labels: { es: 'Causa', en: 'Cause' } },
      'customField { id }',
    );
    const { id } = await open(type);
    const move = (version: number, status: string, more: object = {}, caller: Caller = seller) =>
      call(
        'moveCase',
        { id, version, status, ...more },
        'case { status statusKind closedAt result statusHistory { status } }',
        caller,
      );
    expect((await move(1, 'IN_PROGRESS'))['case']).toMatchObject({ statusHistory: [{ status: 'NEW' }] });
    expect(problemsOf(await move(2, 'SOLVED', { result: 'x' }))).toEqual([
      'REQUIRED_FOR_STAGE contact',
      'REQUIRED_FOR_STAGE custom.cause',
    ]);
    expect(problemsOf(await move(1, 'WAITING'))).toEqual(['STALE_VERSION version']);
    expect(problemsOf(await move(2, 'NOWHERE'))).toEqual(['STAGE_NOT_FOUND stage']);
    const contact = (await act('createContact', { firstName: 'Ana', account }, '', seller)).id;
    const solved = await move(2, 'SOLVED', { result: 'Pieza nueva.', contact, custom: { cause: 'Desgaste' } });
    expect(solved['case']).toMatchObject({ statusKind: 'WON', result: 'Pieza nueva.', closedAt: expect.any(String) });
    const stranger = await signIn('support');
    expect(await failing(move(3, 'NEW', {}, stranger))).toMatch(/FORBIDDEN|NOT_FOUND/);
    await cloud.idle();
    type Entries = { timeline: { entries: { type: string }[] } };
    const line = await ask<Entries>(
      'query($id: ID!) { timeline(record: $id) { entries { type } } }',
      { id: account },
      seller,
    );
    expect(line.timeline.entries.map((entry) => entry.type)).toEqual(
      expect.arrayContaining(['case.created', 'case.statusChanged', 'case.closed']),
    );
    const sent = { name: 'foto.csv', contentType: 'text/csv', size: 8, record: id };
    const { file } = await call('startUpload', sent, 'file { id }', seller);
    await cloud.idle();
    type Files = { files: { nodes: { id: string }[] } };
    const text = 'query($id: ID!) { files(where: { record: { eq: $id } }) { nodes { id } } }';
    expect((await ask<Files>(text, { id }, seller)).files.nodes).toEqual([file]);
  });

  it('CAS-03 a type has actions of its own: a move, an activity, a mail', async () => {
    type Types = { activityTypes: { nodes: { id: string }[] } };
    const { activityTypes } = await ask<Types>('{ activityTypes { nodes { id } } }', {}, administrator);
    const template = {
      key: 'case-received',
      name: 'Recibido',
      es: { subject: 'Caso {{ record.number }}', body: 'Lo tenemos.' },
    };
    await call('createMailTemplate', template, 'mailTemplate { id }');
    const labels = { es: 'Hacer', en: 'Do' };
    const actions = [
      { key: 'START', does: 'MOVE', status: 'IN_PROGRESS', statuses: ['NEW'], labels },
      { key: 'CALL', does: 'CREATE_ACTIVITY', activityType: activityTypes.nodes[0]?.id, dueInDays: 1, labels },
      { key: 'CONFIRM', does: 'SEND_MAIL', template: 'case-received', labels },
    ];
    const type = await makeType('SUPPORT', { actions });
    const { id } = await open(type);
    const run = (action: string) =>
      call(
        'runCaseAction',
        { id, action },
        'case { status } activity { id account { id } } mail { to subject }',
        seller,
      );
    expect((await run('CALL'))['activity']).toMatchObject({ account: { id: account } });
    expect((await run('CONFIRM'))['mail']).toMatchObject({ to: ['hola@andes.test'], subject: 'Caso 00001' });
    expect((await run('START'))['case']).toEqual({ status: 'IN_PROGRESS' });
    expect(problemsOf(await run('START'))).toEqual(['ACTION_NOT_OFFERED action']);
    await cloud.idle();
    expect((await cloud.mailbox({ to: 'hola@andes.test' }))[0]?.subject).toBe('Caso 00001');
    type One = { case: { activities: { nodes: { case: { id: string } }[] } } };
    const found = await ask<One>(
      'query($id: ID!) { case(id: $id) { activities { nodes { case { id } } } } }',
      { id },
      seller,
    );
    expect(found.case.activities.nodes).toEqual([{ case: { id } }]);
  });

  it('CAS-04 an opportunity is the built-in type of case, with its own actions, and listed with the others', async () => {
    type Kinds = {
      caseKinds: {
        kinds: {
          key: string;
          isBuiltIn: boolean;
          recordType: string;
          pipeline: object | null;
          actions: { operation: string }[];
        }[];
      };
    };
    const { caseKinds } = await ask<Kinds>(
      '{ caseKinds { kinds { key isBuiltIn recordType pipeline { id } actions { operation } } } }',
      {},
      seller,
    );
    expect(caseKinds.kinds[0]).toMatchObject({
      key: 'OPPORTUNITY',
      isBuiltIn: true,
      recordType: 'Opportunity',
      pipeline: { id: expect.any(String) },
    });
    expect(caseKinds.kinds[0]?.actions.map(({ operation }) => operation)).toContain('moveOpportunity');
    const sale = await act('createOpportunity', { name: 'Telares nuevos', account }, '', seller);
    const later = await open(await makeType('QUESTION'), { opportunity: sale.id });
    await cloud.idle();
    expect((await listed(['OPPORTUNITY', 'QUESTION'])).nodes).toEqual([
      { id: later.id, kind: 'Case' },
      { id: sale.id, kind: 'Opportunity' },
    ]);
    const first = await listed([], 'first: 1');
    expect(first).toMatchObject({ nodes: [{ id: later.id }], pageInfo: { hasNextPage: true } });
    const second = await listed([], `first: 1, after: "${first.pageInfo.endCursor ?? ''}"`);
    expect(second.nodes).toEqual([{ id: sale.id, kind: 'Opportunity' }]);
  });
});

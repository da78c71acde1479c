import { beforeEach, describe, expect, it } from '@jest/globals';
import { link, type Actor, type AnyRow } from '#kernel';
import { modules } from '#modules';
import { defaultActivityTypes } from '#modules/engagement/activities';
import { defaultPipeline, Pipeline } from '#modules/platform/flows';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { Case, type CaseRow, type CaseTypeRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let account: string;
let type: CaseTypeRow;
beforeEach(async () => {
  domain = startDomain({ modules: [...modules, peopleForTests], table: tenanted.table, tenant: tenanted.tenant });
  account = (await domain.run<AnyRow>('createAccount', { name: 'Acme', email: 'hola@acme.test' })).id;
  type = await makeType();
});

const labels = { es: 'Reclamo', en: 'Complaint' };
const makeType = (more: object = {}) =>
  domain.run<CaseTypeRow>('createCaseType', { key: 'COMPLAINT', labels, ...more });
const open = (more: object = {}, actor?: Actor, options?: { idempotencyKey: string }) =>
  domain.run<CaseRow>('createCase', { type: type.id, account, subject: 'It leaks', ...more }, actor, options);
const move = (row: CaseRow, status: string, more: object = {}) =>
  domain.run<CaseRow>('moveCase', { id: row.id, version: row.version, status, ...more });
const demand = async (status: string, requiredFields: readonly string[]) => {
  const pipeline = await domain.reader().data(Pipeline).get(type.pipeline);
  const stages = pipeline.stages.map((stage) => (stage.key === status ? { ...stage, requiredFields } : stage));
  await domain.run('updatePipeline', { id: pipeline.id, version: pipeline.version, stages });
};

describe('a case', () => {
  it('is opened in the first status of its type with the next number of its series', async () => {
    const [first, second] = [await open(), await open()];
    expect(first).toMatchObject({ number: '00001', status: 'NEW', statusKind: 'OPEN', statusHistory: [] });
    expect(second.number).toBe('00002');
    await domain.run('createNumberSeries', { kind: 'case/CLAIM', prefix: 'REC', yearly: true });
    type = await makeType({ key: 'CLAIM' });
    expect((await open()).number).toBe('REC-2026-00001');
  });

  it('is opened once for one key, and takes one number', async () => {
    const key = { idempotencyKey: 'once' };
    expect((await open({}, undefined, key)).id).toBe((await open({}, undefined, key)).id);
    expect((await open()).number).toBe('00002');
  });

  it('loses no number to a case that was refused', async () => {
    await demand('NEW', ['contact']);
    expect(await failure(open())).toBe('REQUIRED_FOR_STAGE');
    await demand('NEW', []);
    expect((await open()).number).toBe('00001');
  });

  it('moves with its history, and remembers what came of it', async () => {
    const row = await open();
    domain.clock.set('2026-11-22T16:00:00.000Z');
    const working = await move(row, 'IN_PROGRESS');
    expect(working.statusHistory).toMatchObject([{ status: 'NEW', seconds: 3600 }]);
    const solved = await move(working, 'SOLVED', { result: 'A new seal.' });
    expect(solved).toMatchObject({ statusKind: 'WON', result: 'A new seal.', closedAt: '2026-11-22T16:00:00.000Z' });
    const again = await move(solved, 'WAITING');
    expect(again).not.toHaveProperty('closedAt');
    const types = (await domain.settle()).filter(({ record }) => record.type === 'Case').map(({ type: each }) => each);
    expect(types).toEqual(['case.created', 'case.statusChanged', 'case.closed', 'case.reopened']);
  });

  it('needs what its new status requires, there or with the same call', async () => {
    await domain.run('createCustomField', { recordType: 'Case', key: 'cause', kind: 'TEXT', labels });
    await demand('SOLVED', ['contact', 'custom.cause']);
    const row = await open();
    expect(await failure(move(row, 'SOLVED', { custom: { cause: 'A seal' } }))).toBe('REQUIRED_FOR_STAGE');
    const contact = (await domain.run<AnyRow>('createContact', { firstName: 'Ana', account })).id;
    const solved = await move(row, 'SOLVED', { custom: { cause: 'A seal' }, contact });
    expect(solved).toMatchObject({ status: 'SOLVED', contact, custom: { cause: 'A seal' }, version: 2 });
  });

  it('asks for what its type asks for', async () => {
    const other = await makeType({ key: 'REQUEST' });
    const appliesTo = { type: { eq: type.id } };
    await domain.run('createCustomField', {
      recordType: 'Case',
      key: 'serial',
      kind: 'TEXT',
      labels,
      required: true,
      appliesTo,
    });
    expect(await failure(open())).toBe('BAD_INPUT');
    expect((await open({ custom: { serial: 'A1' } })).custom).toEqual({ serial: 'A1' });
    expect((await open({ type: other.id })).status).toBe('NEW');
    expect(await failure(open({ type: other.id, custom: { serial: 'A1' } }))).toBe('BAD_INPUT');
  });

  it.each([
    ['a status that does not exist', () => open({ status: 'NOWHERE' }), 'STAGE_NOT_FOUND'],
    [
      'an account that does not exist',
      () => open({ account: 'acc_00000000000000000000000000' }),
      'REFERENCE_NOT_FOUND',
    ],
    ['a number by hand', () => open({ number: '7' }), 'BAD_INPUT'],
    ['another tenant', () => open({}, domain.actor({ tenant: 'ten_other' })), 'NOT_FOUND'],
  ])('refuses %s', async (_what, attempt, code) => {
    expect(await failure(attempt())).toBe(code);
  });

  it('keeps its type, and refuses a stale version', async () => {
    const other = await makeType({ key: 'REQUEST' });
    const row = await open();
    expect(await failure(domain.run('updateCase', { id: row.id, version: 1, type: other.id }))).toBe('TYPE_FIXED');
    await move(row, 'WAITING');
    expect(await failure(move(row, 'SOLVED'))).toBe('STALE_VERSION');
  });
});

describe('a type of case', () => {
  it('goes through a pipeline of cases, its own when it names none', async () => {
    const sales = await domain.run<AnyRow>('createPipeline', { ...defaultPipeline, name: 'Sales' });
    expect(await failure(makeType({ key: 'X', pipeline: sales.id }))).toBe('NOT_A_CASE_PIPELINE');
    expect((await makeType({ key: 'Y', pipeline: type.pipeline })).pipeline).toBe(type.pipeline);
    expect(await failure(makeType({ key: 'OPPORTUNITY' }))).toBe('BAD_INPUT');
    expect(await failure(makeType())).toBe('NOT_UNIQUE');
  });

  it('out of use takes no new cases', async () => {
    await domain.run('updateCaseType', { id: type.id, version: 1, active: false });
    expect(await failure(open())).toBe('TYPE_RETIRED');
  });

  it('loses a status only when no case stands in it', async () => {
    const row = await open();
    const remove = (stage: string, to?: string) =>
      domain.run('removeStage', { id: type.pipeline, version: 1, stage, ...(to !== undefined && { to }) });
    await domain.settle();
    expect(await failure(remove('NEW'))).toBe('STAGE_IN_USE');
    await remove('WAITING');
    const { stages } = await domain.reader().data(Pipeline).get(type.pipeline);
    expect(stages.map(({ key }) => key)).not.toContain('WAITING');
    expect(row.status).toBe('NEW');
  });
});

describe('actions', () => {
  const button = (key: string, does: string, more: object = {}) => ({ key, does, labels, ...more });
  const act = (row: CaseRow, action: string, actor?: Actor) =>
    domain.run<{ case: CaseRow; activity?: AnyRow; mail?: AnyRow }>('runCaseAction', { id: row.id, action }, actor);

  it('move, plan and write as their type says, with the rights of whoever acts', async () => {
    const call = await domain.run<AnyRow>('createActivityType', defaultActivityTypes[0] ?? {});
    await domain.run('createMailTemplate', {
      key: 'received',
      name: 'Received',
      es: { subject: 'Caso {{ record.number }}', body: 'Lo tenemos.' },
    });
    const actions = [
      button('START', 'MOVE', { status: 'IN_PROGRESS', statuses: ['NEW'] }),
      button('CALL', 'CREATE_ACTIVITY', { activityType: call.id, dueInDays: 2 }),
      button('CONFIRM', 'SEND_MAIL', { template: 'received' }),
    ];
    await domain.run('updateCaseType', { id: type.id, version: 1, actions });
    const row = await open();
    expect((await act(row, 'CALL')).activity).toMatchObject({
      case: row.id,
      account,
      dueAt: '2026-11-24T15:00:00.000Z',
    });
    expect((await act(row, 'CONFIRM')).mail).toMatchObject({ to: ['hola@acme.test'], subject: 'Caso 00001' });
    expect((await act(row, 'START')).case.status).toBe('IN_PROGRESS');
    expect(await failure(act(row, 'START'))).toBe('ACTION_NOT_OFFERED');
    expect(await failure(act(row, 'DANCE'))).toBe('ACTION_NOT_FOUND');
    const rules = { ...domain.actor().rules, operations: ['case.act', 'case.move'] };
    expect(await failure(act(row, 'CONFIRM', domain.actor({ rules })))).toBe('FORBIDDEN');
    await domain.settle();
    const { rows } = await domain.reader().data(domain.registry.entity('Activity')).page('byCase', { of: row.id });
    expect(rows).toHaveLength(1);
  });

  it.each([
    ['without what they need', [button('A', 'MOVE')]],
    ['twice of one name', [button('A', 'MOVE', { status: 'NEW' }), button('A', 'MOVE', { status: 'NEW' })]],
  ])('are refused %s', async (_what, actions) => {
    expect(await failure(domain.run('updateCaseType', { id: type.id, version: 1, actions }))).toBe('BAD_INPUT');
  });
});

describe('the cases of an account', () => {
  type Page = { nodes: AnyRow[]; pageInfo: { hasNextPage: boolean; endCursor?: string } };
  const list = (input: object = {}, actor?: Actor) => domain.run<Page>('accountCases', { account, ...input }, actor);
  const openAll = async () => {
    await domain.run('createPipeline', { ...defaultPipeline, isDefault: true });
    const rows: AnyRow[] = [];
    for (let minute = 0; minute < 4; minute += 1) {
      domain.clock.set(`2026-11-22T15:0${String(minute)}:00.000Z`);
      rows.push(
        minute % 2 === 0 ? await open() : await domain.run<AnyRow>('createOpportunity', { name: 'Sale', account }),
      );
    }
    await domain.settle();
    return rows.map(({ id }) => id).reverse();
  };

  it('are listed with its opportunities, the newest first, page by page, in one query and one batch', async () => {
    const ids = await openAll();
    const first = await list({ first: 3 });
    expect(domain.meter()).toMatchObject({ requests: 2, trips: 2 });
    expect(first.nodes.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    const second = await list({ first: 3, after: first.pageInfo.endCursor });
    expect(second).toMatchObject({ nodes: [{ id: ids[3] }], pageInfo: { hasNextPage: false } });
  });

  it('are listed by type', async () => {
    const ids = await openAll();
    expect((await list({ types: ['OPPORTUNITY'] })).nodes.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    expect((await list({ types: ['COMPLAINT'] })).nodes.map(({ id }) => id)).toEqual([ids[1], ids[3]]);
    expect(await failure(list({ types: ['NOTHING'] }))).toBe('BAD_INPUT');
  });

  it('are those that the actor may see', async () => {
    const [ana = ''] = await makePeople(domain, ['Ana']);
    const ids = await openAll();
    const own = await open({ owner: ana });
    await domain.settle();
    const scoped = { create: 'own', read: 'own', update: 'own', archive: 'own' } as const;
    const rules = { ...domain.actor().rules, entities: { '*': scoped } };
    const seen = await list({ first: 2 }, domain.actor({ id: ana, userId: ana, rules }));
    expect(seen.nodes.map(({ id }) => id)).toEqual([own.id]);
    expect((await list({}, domain.actor({ tenant: 'ten_other' }))).nodes).toEqual([]);
    expect((await list()).nodes).toHaveLength(ids.length + 1);
  });

  it('stand in the overview of the account while they are open', async () => {
    const [row, closed] = [await open(), await open()];
    await move(closed, 'SOLVED');
    await domain.settle();
    const overview = await domain.run<{ cases: AnyRow[] }>('account360', { id: account });
    expect(overview.cases.map(({ id }) => id)).toEqual([row.id]);
    expect(domain.meter().requests).toBeLessThanOrEqual(6);
    expect(domain.registry.entity(Case.name).keys['byType']).toEqual(link('type', 'openedAt', 'CaseType.cases'));
  });
});

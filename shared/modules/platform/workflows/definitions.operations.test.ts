import { beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError, type AnyRow, type PageAnswer } from '#kernel';
import { runPage } from '#kernel/run-page';
import { builtInRoles, rulesOfKeys } from '#modules/platform/roles';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startWorkflowing, type Workflowing } from '#test/support/workflows';
import { runWorkflows, Workflow, type RunRow, type WorkflowMessage, type WorkflowRow } from './index.ts';

const tenanted = withTenantTable();
let world: Workflowing;
beforeEach(async () => {
  world = await startWorkflowing({ table: tenanted.table, tenant: tenanted.tenant });
});

let count = 0;
const make = (steps: readonly object[], more: object = {}) =>
  world.publish({ name: `D${String((count += 1))}`, of: 'Account', trigger: { kind: 'MANUAL' }, steps, ...more });
const account = (name: string, more: object = {}) =>
  world.domain.run<AnyRow>('createAccount', { name, ...more }, world.boss);
const start = (workflow: { readonly id: string }, record: AnyRow, actor = world.boss) =>
  world.domain.run<RunRow>('startWorkflow', { workflow: workflow.id, record: record.id }, actor);
const named = async ({ id }: AnyRow): Promise<unknown> =>
  (await world.domain.reader().trusted(world.domain.registry.entity('Account')).find(id))?.['name'];
const rename = (key: string, name: string, more: object = {}) => ({
  key,
  kind: 'setField',
  input: { values: { name } },
  ...more,
});
const stop = (key: string, more: object = {}) => ({ key, kind: 'stop', ...more });
const as = (role: string, more: object = {}) =>
  world.domain.actor({ rules: rulesOfKeys(builtInRoles(world.domain.registry), [role]), ...more });

/** What a definition gets wrong: codes and where they lie. */
const wrong = async (steps: readonly object[], more: object = {}): Promise<readonly string[]> => {
  try {
    await make(steps, more);
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.problems.map(({ code, path = [] }) => `${code} ${path.join('.')}`);
    throw error;
  }
};

describe('a definition', () => {
  it('is made of kinds of steps that tell what they go by', async () => {
    const { kinds } = await world.domain.run<{ kinds: readonly AnyRow[] }>('workflowStepKinds', {}, world.boss);
    expect(kinds.find(({ key }) => key === 'waitFor')?.['inputs']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'unit', kind: 'choice', options: expect.arrayContaining(['DAYS']) }),
        expect.objectContaining({ name: 'amount', kind: 'integer', presence: 'optional', options: [] }),
      ]),
    );
    for (const { key, inputs } of kinds)
      for (const { describes } of inputs as AnyRow[])
        expect([key, describes]).toEqual([key, expect.stringMatching(/./)]);
  });

  it('is refused with everything that is wrong with it', async () => {
    expect(await wrong([])).toEqual(['BAD_INPUT steps']);
    expect(await wrong([stop('A', { kind: 'dance' })])).toEqual(['UNKNOWN_KIND steps.0.kind']);
    expect(await wrong([rename('A', 'x', { next: 'NOWHERE' })])).toEqual(['UNKNOWN_STEP steps.0.next']);
    expect(await wrong([stop('A'), stop('B')])).toEqual(['UNREACHABLE_STEP steps.1']);
    expect(await wrong([rename('A', 'x'), rename('B', 'y', { next: 'A' })])).toEqual([
      'ENDLESS_LOOP steps.0',
      'ENDLESS_LOOP steps.1',
    ]);
    const wait = { key: 'W', kind: 'waitFor', input: { amount: 1 } };
    expect(await wrong([rename('A', 'x'), { ...wait, next: 'A' }])).toEqual([]);
    expect(await wrong([{ key: 'A', kind: 'operation', input: { operation: 'flyAway' } }])).toEqual([
      'UNKNOWN_OPERATION steps.0.input.operation',
    ]);
    expect(await wrong([{ key: 'A', kind: 'operation', input: {} }])).toEqual(['BAD_INPUT steps.0.input.operation']);
    expect(await wrong([{ key: 'A', kind: 'forEach', input: { over: [] } }])).toEqual(['BAD_INPUT steps.0.input.body']);
    const changing = [...world.domain.registry.operations.values()].filter(({ kind }) => kind === 'mutation');
    const steering = changing.filter(({ name }) => /Workflow|Simulation|StageRule/.test(name));
    expect(steering.length).toBeGreaterThan(10);
    for (const { name } of steering)
      expect([name, await wrong([{ key: 'A', kind: 'operation', input: { operation: name } }])]).toEqual([
        name,
        ['UNKNOWN_OPERATION steps.0.input.operation'],
      ]);
    const operation = (input: object) =>
      wrong([{ key: 'A', kind: 'operation', input: { operation: 'createAccount', input } }]);
    expect(await operation({ nope: 1, name: 'x' })).toEqual(['UNKNOWN_FIELD steps.0.input.input.nope']);
    expect(await operation({})).toEqual(['BAD_INPUT steps.0.input.input.name']);
    expect(await operation({ name: { $: 'record.kinds' } })).toEqual(['WRONG_KIND steps.0.input.input.name']);
    expect(await operation({ name: { $: 'record.nope' } })).toEqual(['UNKNOWN_FIELD steps.0.input.input.name']);
    expect(await operation({ name: '{record.nope}' })).toEqual(['UNKNOWN_FIELD steps.0.input.input.name']);
    expect(await operation({ name: { $: 'window.name' } })).toEqual(['BAD_INPUT steps.0.input.input.name']);
    const event = (trigger: object) => wrong([stop('A')], { trigger: { kind: 'EVENT', ...trigger } });
    expect(await event({})).toEqual(['BAD_INPUT trigger.on']);
    expect(await event({ on: 'account.flew' })).toEqual(['BAD_INPUT trigger.on']);
    expect(await event({ on: 'workflowRun.completed' })).toEqual(['BAD_INPUT trigger.on']);
    expect(await event({ on: 'contact.created' })).toEqual(['BAD_INPUT trigger.record']);
    expect(await event({ on: 'contact.created', record: 'account' })).toEqual([]);
    expect(await event({ on: 'account.created', where: { nope: { eq: 1 } } })).toEqual([
      'BAD_INPUT trigger.where.nope',
    ]);
    expect(await wrong([stop('A')], { of: 'Dragon' })).toEqual(['BAD_INPUT of']);
    expect(
      await wrong([stop('A')], {
        trigger: { kind: 'SCHEDULE', at: '2026-12-01T12:00:00Z', rule: 'FREQ=DAILY;BYDAY=XX' },
      }),
    ).toEqual(['RULE_INVALID trigger.rule']);
  });

  it('is for those who may, in their own tenant', async () => {
    const workflow = await make([rename('A', '{record.name}!')]);
    const sol = await account('Sol');
    const change = { id: workflow.id, version: workflow.version, note: 'x' };
    expect(await failure(world.domain.run('updateWorkflow', change, as('seller')))).toBe('FORBIDDEN');
    expect(await failure(world.domain.run('createWorkflow', { name: 'Mía' }, as('manager')))).toBe('FORBIDDEN');
    expect(await failure(start(workflow, sol, as('seller', { id: 'usr_other', userId: 'usr_other' })))).toBe(
      'NOT_FOUND',
    );
    expect(await failure(start(workflow, sol, { ...world.boss, tenant: 'ten_00000000000000000000009999' }))).toBe(
      'NOT_FOUND',
    );
    expect(await start(workflow, sol, as('manager', { id: world.boss.id, userId: world.boss.id }))).toMatchObject({
      status: 'RUNNING',
    });
    await world.work();
    expect(await named(sol)).toBe('Sol!');
    const changed = await world.domain.run<WorkflowRow>('updateWorkflow', { ...change, active: false }, world.boss);
    expect(changed.revision).toBe(1);
    expect(await failure(start(workflow, sol))).toBe('WORKFLOW_OFF');
  });
});

describe('what starts runs', () => {
  it('is a timetable, for the records of a filter, once a moment', async () => {
    const trigger = {
      kind: 'SCHEDULE',
      at: '2026-11-23T14:00:00.000Z',
      rule: 'FREQ=DAILY',
      where: { name: { contains: 'Sol' } },
    };
    const workflow = await make([rename('A', '{record.name}+')], { trigger });
    expect(workflow).toMatchObject({ nextAt: '2026-11-23T14:00:00.000Z' });
    const [sol, luna] = [await account('Sol'), await account('Luna')];
    await world.work();
    await world.advanceTo('2026-11-23T14:01:00.000Z');
    await world.advanceTo('2026-11-23T18:00:00.000Z');
    expect(await named(sol)).toBe('Sol+');
    await world.advanceTo('2026-11-24T14:01:00.000Z');
    expect(await Promise.all([sol, luna].map(named))).toEqual(['Sol++', 'Luna']);
    const once = await make([rename('A', 'x')], { trigger: { kind: 'SCHEDULE', at: '2026-11-25T14:00:00.000Z' } });
    await world.advanceTo('2026-11-25T14:01:00.000Z');
    const rows = await world.domain.reader().trusted(world.domain.registry.entity('Workflow')).get(once.id);
    expect((rows as unknown as WorkflowRow).nextAt).toBeUndefined();
  });

  it('is a call to its address, once for each call, until the address is another one', async () => {
    const steps = [
      {
        key: 'MAKE',
        kind: 'operation',
        input: { operation: 'createAccount', input: { name: { $: 'input.company' } } },
      },
      // The first call's run still goes on when the second one comes.
      { key: 'WAIT', kind: 'waitFor', input: { amount: 1 } },
    ];
    const trigger = { kind: 'WEBHOOK', mostPerMinute: 6 };
    const workflow = await world.publish({ name: 'Web', trigger, steps });
    const { url } = await world.domain.run<{ url: string }>('workflowAddress', { id: workflow.id }, world.boss);
    const call = (address: string, body: string, headers: Record<string, string> = {}): Promise<PageAnswer> => {
      const token = address.split('/hooks/w/')[1] ?? '';
      const request = {
        method: 'POST',
        path: '',
        query: {},
        headers: { 'content-type': 'application/json', ...headers },
        body,
        ip: '',
      } as const;
      return runPage(world.domain.runtime, 'hook-w', token, request);
    };
    const body = JSON.stringify({ company: 'De la web' });
    const statuses = [
      await call(url, body, { 'webhook-id': 'a' }),
      await call(url, body, { 'webhook-id': 'a' }),
      await call(url, body, { 'webhook-id': 'b' }),
      await call(url, 'nope'),
      await call(`${url}x`, body),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([202, 202, 202, 422, 404]);
    const kept = world.domain.sent[0]?.message.body as WorkflowMessage;
    const paused = { ...world.domain.runtime, isPaused: () => Promise.resolve(true) };
    expect(await failure(runWorkflows(paused, kept))).toBe('TENANT_READ_ONLY');
    await world.work();
    const made = async (): Promise<number> => {
      const accounts = world.domain.reader().trusted(world.domain.registry.entity('Account'));
      const { rows } = await accounts.page('byName', { first: 50 });
      return rows.filter((row) => row['name'] === 'De la web').length;
    };
    expect(await made()).toBe(2);
    const renewed = await world.domain.run<{ url: string }>(
      'renewWorkflowAddress',
      { id: workflow.id, version: workflow.version },
      world.boss,
    );
    expect((await call(url, body)).status).toBe(404);
    const onRecord = { kind: 'WEBHOOK', record: 'account' };
    const onAccounts = await world.publish({ name: 'On', of: 'Account', trigger: onRecord, steps: [stop('A')] });
    const address = await world.domain.run<{ url: string }>('workflowAddress', { id: onAccounts.id }, world.boss);
    const { id } = await account('Sol');
    const answers = [{ account: id }, { account: 'acc_zzz' }, { text: 'x' }].map((each) =>
      call(address.url, JSON.stringify(each)),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([202, 422, 422]);
    expect((await call(renewed.url, body)).status).toBe(202);
    expect((await call(renewed.url, JSON.stringify('x'.repeat(70_000)))).status).toBe(422);
    const patient = { 'webhook-id': 'c' };
    const tooMany = await call(renewed.url, body, patient);
    expect([tooMany.status, tooMany.headers]).toEqual([429, { 'retry-after': expect.stringMatching(/^[1-6]?\d$/) }]);
    world.domain.clock.set(new Date(world.domain.clock.now().getTime() + 60_000).toISOString());
    // What is too fast is delayed, not lost: the call comes again when it was told to, and again, and is worked on once.
    for (let times = 0; times < 2; times += 1) expect((await call(renewed.url, body, patient)).status).toBe(202);
    await world.work();
    expect(await made()).toBe(4);
    const { version } = await world.domain.reader().trusted(Workflow).get(workflow.id);
    await world.domain.run('updateWorkflow', { id: workflow.id, version, active: false }, world.boss);
    const off = await call(renewed.url, body);
    expect([off.status, off.body]).toEqual([422, expect.stringContaining('WORKFLOW_OFF')]);
  });
});

describe('an approval', () => {
  it('is asked of a team, and what is decided leads on', async () => {
    const invite = (name: string) =>
      world.domain.run<AnyRow>('inviteUser', { name, email: `${name.toLowerCase()}@acme.test`, roles: ['manager'] });
    const [ana, ben] = [await invite('Ana'), await invite('Ben')];
    const team = await world.domain.run<AnyRow>('createTeam', { name: 'Norte', members: [ana.id, ben.id] }, world.boss);
    const workflow = await make([
      {
        key: 'ASK',
        kind: 'approval',
        input: { subject: '¿{record.name}?', team: team.id },
        routes: [{ is: ['REJECTED'], to: 'NO' }],
        next: 'YES',
      },
      rename('YES', '{record.name} sí', { next: 'END' }),
      rename('NO', '{record.name} no'),
    ]);
    const [sol, luna, mar] = [await account('Sol'), await account('Luna'), await account('Mar')];
    const runs = [await start(workflow, sol), await start(workflow, luna), await start(workflow, mar)];
    await world.work();
    const waiting = await Promise.all(runs.map(({ id }) => world.run(id)));
    expect(waiting.map(({ waitsFor }) => waitsFor)).toEqual(['APPROVAL', 'APPROVAL', 'APPROVAL']);
    const asked = waiting.map(
      ({ decisions }) => (decisions.at(-1)?.output as { approval: string } | undefined)?.approval,
    );
    const approvals = await world.domain
      .reader()
      .trusted(world.domain.registry.entity('Approval'))
      .getMany(asked.map(String));
    expect([...approvals.values()].map((row) => row['askedBy'])).toEqual([sol.ownerId, luna.ownerId, mar.ownerId]);
    const anaActs = world.domain.actor({ id: ana.id, userId: ana.id });
    await world.domain.run('approve', { id: asked[0] }, anaActs);
    await world.domain.run('reject', { id: asked[1], comment: 'No' }, anaActs);
    await world.work();
    expect(await Promise.all([sol, luna].map(named))).toEqual(['Sol sí', 'Luna no']);
    const { version } = await world.run(runs[2]?.id ?? '');
    await world.domain.run('cancelWorkflowRun', { id: runs[2]?.id, version, reason: 'Ya no' }, world.boss);
    expect(await failure(world.domain.run('approve', { id: asked[2] }, anaActs))).not.toBe('nothing failed');
    await world.work();
    expect(await named(mar)).toBe('Mar');
  });
});

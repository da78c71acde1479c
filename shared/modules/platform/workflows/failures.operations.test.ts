import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, WebRequest } from '#kernel';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startWorkflowing, type Workflowing } from '#test/support/workflows';
import { inLine } from './announce.operations.ts';
import { runWorkflows, WorkflowRun, type RunRow } from './index.ts';
import { openKeeper, write } from './places.operations.ts';

type Call = { readonly url: string; readonly request: WebRequest };
let calls: Call[];
let answers: (number | Error)[];
const web = {
  fetch: (url: string, request: WebRequest = {}) => {
    calls.push({ url, request });
    const answer = answers.shift() ?? 200;
    return typeof answer === 'number'
      ? Promise.resolve(new Response(JSON.stringify({ ok: answer, name: 'Llamado' }), { status: answer }))
      : Promise.reject(answer);
  },
};

const tenanted = withTenantTable();
let world: Workflowing;
beforeEach(async () => {
  [calls, answers] = [[], []];
  world = await startWorkflowing({ table: tenanted.table, tenant: tenanted.tenant, ports: { web } });
});

const account = (name: string, more: object = {}) =>
  world.domain.run<AnyRow>('createAccount', { name, ...more }, world.boss);
let count = 0;
const make = (steps: readonly object[], more: object = {}) =>
  world.publish({ name: `F${String((count += 1))}`, of: 'Account', trigger: { kind: 'MANUAL' }, steps, ...more });
const start = (workflow: { readonly id: string }, record: AnyRow, input: object = {}) =>
  world.domain.run<RunRow>('startWorkflow', { workflow: workflow.id, record: record.id, input }, world.boss);
const named = async (id: string): Promise<unknown> =>
  (await world.domain.reader().trusted(world.domain.registry.entity('Account')).find(id))?.['name'];
const outcomes = (run: RunRow) => run.decisions.map(({ step, outcome }) => `${step} ${outcome}`);
const begun = async (workflow: { readonly id: string }, record: AnyRow, input: object = {}) => {
  const { id } = await start(workflow, record, input);
  await world.work();
  return world.run(id);
};
const later = async (minutes: number): Promise<void> =>
  world.advanceTo(new Date(world.domain.clock.now().getTime() + minutes * 60_000).toISOString());

const rename = (key: string, name: string, more: object = {}) => ({
  key,
  kind: 'setField',
  input: { values: { name } },
  ...more,
});
const create = (key: string, name: string, more: object = {}) => ({
  ...{ key, kind: 'operation', input: { operation: 'createAccount', input: { name } } },
  ...more,
});
const archive = (key: string, of: string) => ({
  ...{ key, kind: 'operation', input: { operation: 'archiveAccount', input: { id: { $: `steps.${of}.id` } } } },
});
const http = (key: string, more: object = {}) => ({
  key,
  kind: 'http',
  input: { url: 'https://erp.test/orders', body: { id: { $: 'record.id' } } },
  ...more,
});
const refuses = {
  key: 'REFUSED',
  kind: 'operation',
  input: { operation: 'archiveAccount', input: { id: { $: 'input.none', or: 'acc_00000000000000000000000000' } } },
};

describe('a step that fails', () => {
  it('ends the run with the reason, writes nothing of itself, and is done when the run is asked to go on', async () => {
    const workflow = await make([
      create('MAKE', 'Hecho'),
      rename('NAME', '{input.name}'),
      { key: 'TELL', kind: 'notify', input: { to: [world.boss.id], title: 'x' } },
    ]);
    const sol = await account('Sol');
    const run = await begun(workflow, sol, { name: 'n'.repeat(500) });
    expect(run).toMatchObject({ status: 'FAILED', step: 'NAME', code: 'BAD_INPUT' });
    expect(outcomes(run)).toEqual(['MAKE DONE', 'NAME FAILED']);
    expect(run.decisions[1]?.input).toEqual({ values: { name: 'n'.repeat(500) } });
    expect(await failure(world.domain.run('retryWorkflowRun', { id: run.id, version: 1 }, world.boss))).toBe(
      'STALE_VERSION',
    );
    const seller = world.domain.actor({
      rules: { ...world.boss.rules, entities: { '*': { read: 'own' } }, operations: ['workflow.start'] },
    });
    expect(await failure(world.domain.run('retryWorkflowRun', { id: run.id, version: run.version }, seller))).toBe(
      'FORBIDDEN',
    );
    await world.domain.run('retryWorkflowRun', { id: run.id, version: run.version }, world.boss);
    await world.work();
    const again = await world.run(run.id);
    expect(outcomes(again)).toEqual(['MAKE DONE', 'NAME FAILED', 'NAME RESUMED', 'NAME FAILED']);
    expect(again.decisions.filter(({ step }) => step === 'MAKE')).toHaveLength(1);
  });

  it('goes to its refuge, or takes back what was done, the last first', async () => {
    const sol = await account('Sol');
    const safe = await make([
      { ...refuses, onError: { retries: 0, to: 'REFUGE' }, next: 'END' },
      rename('REFUGE', 'A salvo'),
    ]);
    expect(outcomes(await begun(safe, sol))).toEqual(['REFUSED FAILED', 'REFUGE DONE']);
    expect(await named(sol.id)).toBe('A salvo');
    const undone = await make([
      create('FIRST', 'Uno', { undoneBy: 'DROP_FIRST' }),
      create('SECOND', 'Dos', { undoneBy: 'DROP_SECOND' }),
      { ...refuses, next: 'END' },
      archive('DROP_FIRST', 'FIRST'),
      archive('DROP_SECOND', 'SECOND'),
    ]);
    const run = await begun(undone, sol);
    expect(run).toMatchObject({ status: 'FAILED', code: 'NOT_FOUND' });
    expect(outcomes(run)).toEqual([
      'FIRST DONE',
      'SECOND DONE',
      'REFUSED FAILED',
      'DROP_SECOND COMPENSATED',
      'DROP_FIRST COMPENSATED',
    ]);
    expect(await failure(world.domain.run('retryWorkflowRun', { id: run.id, version: run.version }, world.boss))).toBe(
      'COMPENSATED',
    );
  });

  it('takes back each item of a list that was done', async () => {
    const workflow = await make([
      { key: 'EACH', kind: 'forEach', input: { over: { $: 'input.names' }, body: 'MAKE' }, next: 'REFUSED' },
      create('MAKE', '{item}', { undoneBy: 'DROP', next: 'EACH' }),
      { ...refuses, next: 'END' },
      archive('DROP', 'MAKE'),
    ]);
    const run = await begun(workflow, await account('Sol'), { names: ['Ana', 'Ben'] });
    expect(outcomes(run).slice(-2)).toEqual(['DROP COMPENSATED', 'DROP COMPENSATED']);
    const made = run.decisions.filter(({ step }) => step === 'MAKE').map(({ output }) => (output as AnyRow).id);
    const accounts = await world.domain.reader().trusted(world.domain.registry.entity('Account')).getMany(made);
    expect([...accounts.values()].map(({ archivedAt }) => archivedAt !== undefined)).toEqual([true, true]);
  });

  it('outside is tried again with growing pauses under one key, and its answer is used', async () => {
    const sol = await account('Sol');
    answers = [new Error('nobody'), 503];
    const workflow = await make([
      http('CALL', { onError: { retries: 2, afterSeconds: 60 } }),
      rename('NAME', '{steps.CALL.body.name} {steps.CALL.status}'),
    ]);
    const waiting = await begun(workflow, sol);
    expect(waiting).toMatchObject({ status: 'WAITING', waitsFor: 'RETRY', attempts: 1 });
    await later(2);
    expect(calls).toHaveLength(2);
    await later(2);
    await later(2);
    expect(await named(sol.id)).toBe('Llamado 200');
    expect(calls.map(({ request }) => request.body)).toEqual(
      Array.from({ length: 3 }, () => JSON.stringify({ id: sol.id })),
    );
    expect(new Set(calls.map(({ request }) => request.headers?.['idempotency-key'])).size).toBe(1);
    answers = [400];
    const mar = await account('Mar');
    expect(await begun(workflow, mar)).toMatchObject({ status: 'FAILED', code: 'REFUSED' });
  });

  it('sends secrets that neither definition nor history shows', async () => {
    await world.domain.run('createWorkflowSecret', { name: 'ERP', value: 's3cret' }, world.boss);
    const input = { url: 'https://erp.test', headers: { authorization: 'Bearer {secret.ERP}' } };
    const workflow = await make([{ key: 'CALL', kind: 'http', input }]);
    const run = await begun(workflow, await account('Sol'));
    expect(calls[0]?.request.headers?.['authorization']).toBe('Bearer s3cret');
    expect(JSON.stringify(run)).not.toContain('s3cret');
    const endpoint = { name: 'ERP', url: 'https://erp.test/in', eventTypes: ['account.*'] };
    const telling = await make([
      { key: 'KEY', kind: 'operation', input: { operation: 'createWebhookEndpoint', input: endpoint } },
    ]);
    const { decisions } = await begun(telling, await account('Mar'));
    expect(decisions).toMatchObject([{ outcome: 'DONE' }]);
    expect(decisions[0]?.output).toEqual({ endpoint: expect.stringMatching(/^whe_/) });
  });
});

describe('a run that starts while another one goes on', () => {
  const onEmail = { trigger: { kind: 'EVENT', on: 'account.updated', changed: ['email'] }, concurrency: 'RESTART' };
  const mail = async (record: AnyRow, email: string) => {
    const accounts = world.domain.reader().trusted(world.domain.registry.entity('Account'));
    const { version } = await accounts.get(record.id);
    await world.domain.run('updateAccount', { id: record.id, version, email }, world.boss);
    await world.work();
  };

  it('takes its place, and nobody is asked any more for what was', async () => {
    const ana = { name: 'Ana', email: 'ana@acme.test', roles: ['manager'] };
    const { id } = await world.domain.run<AnyRow>('inviteUser', ana);
    const ask = { subject: '¿Sí?', approvers: [id] };
    await make([{ key: 'ASK', kind: 'approval', input: ask }], onEmail);
    const sol = await account('Sol');
    await mail(sol, 'a@sol.test');
    await mail(sol, 'b@sol.test');
    const runs = await world.runsOf(sol.id);
    const asked = runs.map(({ decisions }) => (decisions.at(-1)?.output as { approval: string } | undefined)?.approval);
    const approvals = world.domain.reader().trusted(world.domain.registry.entity('Approval'));
    const rows = [...(await approvals.getMany(asked.map(String))).values()];
    expect(runs.map(({ status }) => status).sort()).toEqual(['CANCELLED', 'WAITING']);
    expect(rows.map((row) => row['status']).sort()).toEqual(['PENDING', 'WITHDRAWN']);
  });

  it('has its turn by when it came, however many runs were before', async () => {
    const wait = { key: 'WAIT', kind: 'waitFor', input: { amount: 1, unit: 'DAYS' } };
    const line = await make([wait], { ...onEmail, concurrency: 'QUEUE', mostPerHour: 1000 });
    const sol = await account('Sol');
    const { unit, context } = await openKeeper(world.domain.runtime, world.boss.tenant);
    const old = { workflow: line.id, revision: String(line.current), name: 'Old', record: sol.id, cause: 'MANUAL' };
    const stood = { depth: 0, chain: 'cor_old', since: '2026-11-01T00:00:00.000Z', attempts: 0, loops: [], undo: [] };
    for (let made = 0; made < 100; made += 1) context.trusted(WorkflowRun).create({ ...old, ...stood, decisions: [] });
    await write(unit);
    for (const name of ['a', 'b', 'c']) {
      world.domain.clock.set(new Date(world.domain.clock.now().getTime() + 60_000).toISOString());
      await mail(sol, `${name}@sol.test`);
    }
    const queued = await inLine(world.domain.reader(), { record: sol.id, workflow: line.id });
    const came = queued.map(({ createdAt }) => createdAt);
    expect(came).toHaveLength(2);
    expect(came).toEqual(came.toSorted());
  });

  it('waits for one that takes back what it did', async () => {
    answers = [400, new Error('nobody')];
    const back = { ...http('BACK', { onError: { retries: 3, afterSeconds: 600 } }), next: 'END' };
    await make([create('MAKE', 'Hecho', { undoneBy: 'BACK' }), { ...http('CALL'), next: 'END' }, back], onEmail);
    const sol = await account('Sol');
    await mail(sol, 'a@sol.test');
    await mail(sol, 'b@sol.test');
    const states = async () => (await world.runsOf(sol.id)).map(({ status }) => status).sort();
    expect(await states()).toEqual(['COMPENSATING', 'QUEUED']);
    await later(15);
    await later(70);
    expect(await states()).toEqual(['COMPLETED', 'FAILED']);
  });

  it('and is there once in all is found by its id, whatever started it, however late indexes are', async () => {
    const once = { ...onEmail, mostRuns: 1, concurrency: 'PARALLEL' };
    const workflow = await make([rename('NAME', '{record.name}!')], once);
    const sol = await account('Sol');
    const { version } = await world.domain.run<AnyRow>('updateAccount', {
      id: sol.id,
      version: 1,
      email: 'a@sol.test',
    });
    await world.domain.run('updateAccount', { id: sol.id, version, email: 'b@sol.test' }, world.boss);
    const heard = (await world.domain.settle()).filter(({ type }) => type === 'account.updated');
    expect(heard).toHaveLength(2);
    await Promise.all(heard.map((detail) => runWorkflows(world.domain.runtime, { detail }).catch(() => undefined)));
    await world.work();
    expect(await world.runsOf(sol.id)).toHaveLength(1);
    expect(await named(sol.id)).toBe('Sol!');
    expect(await failure(start(workflow, sol))).toBe('RUN_GOES_ON');
    expect((await begun(workflow, await account('Luna'))).status).toBe('COMPLETED');
  });
});

describe('a run that would never end', () => {
  it('is stopped when runs cause one another, and kept for people to see, once', async () => {
    await make([rename('NAME', '{record.name}x')], {
      trigger: { kind: 'EVENT', on: 'account.updated' },
      mostPerHour: 5,
    });
    const sol = await account('Sol');
    await world.domain.run('updateAccount', { id: sol.id, version: 1, name: 'Sol 2' }, world.boss);
    await world.work();
    const runs = (await world.runsOf(sol.id)).toSorted((a, b) => a.depth - b.depth);
    expect(runs.map(({ status }) => status)).toEqual([...Array.from({ length: 5 }, () => 'COMPLETED'), 'FAILED']);
    expect(runs.at(-1)).toMatchObject({ code: 'LOOP_GUARD' });
    expect(runs.map(({ depth }) => depth)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('has no more rights than whoever published it, and none when that one has gone', async () => {
    const [sol, luna] = [await account('Sol'), await account('Luna')];
    const workflow = await make([rename('NAME', 'Nuevo')]);
    expect(await begun(workflow, sol)).toMatchObject({ status: 'COMPLETED' });
    const waits = await make([
      { key: 'WAIT', kind: 'waitFor', input: { amount: 1, unit: 'HOURS' } },
      rename('NAME', 'Tarde'),
    ]);
    const run = await begun(waits, luna);
    const other = await world.domain.run<AnyRow>('inviteUser', {
      ...{ name: 'Otra', email: 'otra@acme.test', roles: ['administrator'] },
    });
    const { version } = await world.domain.reader().trusted(world.domain.registry.entity('User')).get(world.boss.id);
    await world.domain.run('deactivateUser', { id: world.boss.id, version, handOverTo: other.id });
    await later(90);
    expect(await world.run(run.id)).toMatchObject({ status: 'FAILED', code: 'PUBLISHER_GONE' });
    expect(await named(luna.id)).toBe('Luna');
  });
});

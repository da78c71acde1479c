import { describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { create, http, rename, withRuns } from '#test/support/workflow-runs';
import { inLine } from './announce.operations.ts';
import { runWorkflows, WorkflowRun, type RunRow, type WorkflowRow } from './index.ts';
import { openKeeper, write } from './places.operations.ts';

const on = withRuns();

describe('a run that starts while another one goes on', () => {
  const onEmail = { trigger: { kind: 'EVENT', on: 'account.updated', changed: ['email'] }, concurrency: 'RESTART' };
  const mail = async (record: AnyRow, email: string) => {
    const accounts = on.world.domain.reader().trusted(on.world.domain.registry.entity('Account'));
    const { version } = await accounts.get(record.id);
    await on.world.domain.run('updateAccount', { id: record.id, version, email }, on.world.boss);
    await on.world.work();
  };

  it('takes its place, and nobody is asked any more for what was', async () => {
    const ana = { name: 'Ana', email: 'ana@acme.test', roles: ['manager'] };
    const { id } = await on.world.domain.run<AnyRow>('inviteUser', ana);
    const ask = { subject: '¿Sí?', approvers: [id] };
    await on.make([{ key: 'ASK', kind: 'approval', input: ask }], onEmail);
    const sol = await on.account('Sol');
    await mail(sol, 'a@sol.test');
    await mail(sol, 'b@sol.test');
    const runs = await on.world.runsOf(sol.id);
    const asked = runs.map(({ decisions }) => (decisions.at(-1)?.output as { approval: string } | undefined)?.approval);
    const approvals = on.world.domain.reader().trusted(on.world.domain.registry.entity('Approval'));
    const rows = [...(await approvals.getMany(asked.map(String))).values()];
    expect(runs.map(({ status }) => status).sort()).toEqual(['CANCELLED', 'WAITING']);
    expect(rows.map((row) => row['status']).sort()).toEqual(['PENDING', 'WITHDRAWN']);
  });

  it('has its turn by when it came, however many runs were before', async () => {
    const wait = { key: 'WAIT', kind: 'waitFor', input: { amount: 1, unit: 'DAYS' } };
    const line = await on.make([wait], { ...onEmail, concurrency: 'QUEUE', mostPerHour: 1000 });
    const sol = await on.account('Sol');
    const { unit, context } = await openKeeper(on.world.domain.runtime, on.world.boss.tenant);
    const old = { workflow: line.id, revision: String(line.current), name: 'Old', record: sol.id, cause: 'MANUAL' };
    const stood = { depth: 0, chain: 'cor_old', since: '2026-11-01T00:00:00.000Z', attempts: 0, loops: [], undo: [] };
    for (let made = 0; made < 100; made += 1) context.trusted(WorkflowRun).create({ ...old, ...stood, decisions: [] });
    await write(unit);
    for (const name of ['a', 'b', 'c']) {
      on.world.domain.clock.set(new Date(on.world.domain.clock.now().getTime() + 60_000).toISOString());
      await mail(sol, `${name}@sol.test`);
    }
    const queued = await inLine(on.world.domain.reader(), { record: sol.id, workflow: line.id });
    const came = queued.map(({ createdAt }) => createdAt);
    expect(came).toHaveLength(2);
    expect(came).toEqual(came.toSorted());
  });

  it('waits for one that takes back what it did', async () => {
    on.answers = [400, new Error('nobody')];
    const back = { ...http('BACK', { onError: { retries: 3, afterSeconds: 600 } }), next: 'END' };
    await on.make([create('MAKE', 'Hecho', { undoneBy: 'BACK' }), { ...http('CALL'), next: 'END' }, back], onEmail);
    const sol = await on.account('Sol');
    await mail(sol, 'a@sol.test');
    await mail(sol, 'b@sol.test');
    const states = async () => (await on.world.runsOf(sol.id)).map(({ status }) => status).sort();
    expect(await states()).toEqual(['COMPENSATING', 'QUEUED']);
    await on.later(15);
    expect(await states()).toEqual(['COMPLETED', 'FAILED']);
  });

  it('and is there once in all is counted in the write that begins it, however late indexes are', async () => {
    const once = { ...onEmail, mostRuns: 1, concurrency: 'PARALLEL' };
    const workflow = await on.make([rename('NAME', '{record.name}!')], once);
    const sol = await on.account('Sol');
    const { version } = await on.world.domain.run<AnyRow>('updateAccount', {
      id: sol.id,
      version: 1,
      email: 'a@sol.test',
    });
    await on.world.domain.run('updateAccount', { id: sol.id, version, email: 'b@sol.test' }, on.world.boss);
    const heard = (await on.world.domain.settle()).filter(({ type }) => type === 'account.updated');
    expect(heard).toHaveLength(2);
    await Promise.all(heard.map((detail) => runWorkflows(on.world.domain.runtime, { detail }).catch(() => undefined)));
    await on.world.work();
    expect(await on.world.runsOf(sol.id)).toHaveLength(1);
    expect(await on.named(sol.id)).toBe('Sol!');
    expect(await failure(on.start(workflow, sol))).toBe('ENOUGH_RUNS');
    expect((await on.begun(workflow, await on.account('Luna'))).status).toBe('COMPLETED');
  });
});

describe('runs that may be so many', () => {
  const atOnce = async (calls: readonly (() => Promise<void>)[]): Promise<void> => {
    await Promise.all(calls.map((call) => call().catch(() => undefined)));
    // Who lost too many races comes again by the queue.
    for (const call of calls) await call();
    await on.world.work();
  };
  const runsOf = async ({ id }: WorkflowRow): Promise<readonly RunRow[]> =>
    (await on.world.domain.reader().trusted(WorkflowRun).page('byWorkflow', { of: id, first: 50 })).rows;
  const statuses = (runs: readonly RunRow[]) => runs.map(({ status, code }) => code ?? status).sort();

  it('are never more, on a record in an hour and in all, when many begin at once', async () => {
    const web = { trigger: { kind: 'WEBHOOK', record: 'id' }, concurrency: 'PARALLEL' };
    const hourly = await on.make([rename('NAME', 'x')], { ...web, mostPerHour: 3 });
    const ever = await on.make([rename('NAME', 'x')], { ...web, mostRuns: 2 });
    const sol = await on.account('Sol');
    const { tenant } = on.world.boss;
    const calls = (workflow: WorkflowRow, mark: string) =>
      Array.from({ length: 8 }, (_, call) => () => {
        const message = { tenant, workflow: workflow.id, call: `${mark}${String(call)}`, input: { id: sol.id } };
        return runWorkflows(on.world.domain.runtime, message);
      });
    await atOnce([...calls(hourly, 'a'), ...calls(ever, 'b')]);
    expect(statuses(await runsOf(hourly))).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED', 'LOOP_GUARD']);
    expect(statuses(await runsOf(ever))).toEqual(['COMPLETED', 'COMPLETED']);
    await on.later(61);
    await atOnce([...calls(hourly, 'c'), ...calls(ever, 'd')]);
    expect(await runsOf(hourly)).toHaveLength(8);
    expect(await runsOf(ever)).toHaveLength(2);
  });

  it('are counted without a record too, and as many as come where nothing is said', async () => {
    const stop = [{ key: 'END_HERE', kind: 'stop' }];
    const alone = (more: object) => on.make(stop, { of: undefined, trigger: { kind: 'WEBHOOK' }, ...more });
    const [hourly, ever, free] = [await alone({ mostPerHour: 3 }), await alone({ mostRuns: 2 }), await alone({})];
    const { tenant } = on.world.boss;
    const call = (workflow: WorkflowRow, call: number) => () =>
      runWorkflows(on.world.domain.runtime, { tenant, workflow: workflow.id, call: `c${String(call)}`, input: {} });
    const calls = Array.from({ length: 25 }, (_, index) => index);
    await atOnce([hourly, ever].flatMap((each) => calls.slice(0, 6).map((index) => call(each, index))));
    await atOnce(calls.map((index) => call(free, index)));
    expect(statuses(await runsOf(hourly))).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED', 'LOOP_GUARD']);
    expect(await runsOf(ever)).toHaveLength(2);
    expect(await runsOf(free)).toHaveLength(25);
  });

  it('begin for every record of a timetable, however long the pages before took', async () => {
    await Promise.all(Array.from({ length: 101 }, (_, index) => on.account(`Cada ${String(index)}`)));
    const trigger = { kind: 'SCHEDULE', at: '2026-11-23T14:00:00.000Z', where: { createdAt: { lt: { $: 'now' } } } };
    const { id } = await on.make([{ key: 'HERE', kind: 'stop' }], { trigger });
    await on.world.advanceTo('2026-11-23T14:01:00.000Z');
    const runs = on.world.domain.reader().trusted(WorkflowRun);
    const first = await runs.page('byWorkflow', { of: id, first: 100 });
    const rest = await runs.page('byWorkflow', { of: id, first: 100, after: first.endCursor ?? '' });
    expect(new Set([...first.rows, ...rest.rows].map(({ record }) => record)).size).toBe(101);
  });
});

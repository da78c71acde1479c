import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, DomainEvent, Table, WebRequest } from '#kernel';
import { contendedTable } from '#test/support/contended-table';
import { failure } from '#test/support/domain';
import { dyingTable } from '#test/support/dying-table';
import { withTenantTable } from '#test/support/engine';
import { startWorkflowing, type Workflowing } from '#test/support/workflows';
import { runWorkflows, WorkflowRun, type RunRow } from './index.ts';

const worker = dyingTable();
let calls: WebRequest[];
let answered: string;
const others = contendedTable('WorkflowRun');
const web = {
  fetch: (_url: string, request: WebRequest = {}) => {
    calls.push(request);
    return Promise.resolve(new Response(JSON.stringify({ name: answered })));
  },
};

const tenanted = withTenantTable();
let world: Workflowing;
beforeEach(async () => {
  worker.revive();
  [calls, answered, others.races] = [[], 'Llamado', 0];
  const { table, tenant } = tenanted;
  const through = (direct: Table): Table => worker.through(others.through(direct));
  world = await startWorkflowing({ table, tenant, through, onRetry: worker.revive, ports: { web } });
});

const account = (name: string) => world.domain.run<AnyRow>('createAccount', { name }, world.boss);
let count = 0;
const make = (steps: readonly object[], more: object = {}) =>
  world.publish({ name: `K${String((count += 1))}`, of: 'Account', trigger: { kind: 'MANUAL' }, steps, ...more });
const named = async (id: string): Promise<unknown> =>
  (await world.domain.reader().trusted(world.domain.registry.entity('Account')).find(id))?.['name'];
const outcomes = (run: RunRow) => run.decisions.map(({ step, outcome }) => `${step} ${outcome}`);
const later = (minutes: number): Promise<void> =>
  world.advanceTo(new Date(world.domain.clock.now().getTime() + minutes * 60_000).toISOString());
const rename = (key: string, name: string) => ({ key, kind: 'setField', input: { values: { name } } });
const create = (key: string, name: string) => ({
  ...{ key, kind: 'operation', input: { operation: 'createAccount', input: { name } } },
});
const onSol = { trigger: { kind: 'EVENT', on: 'account.created', where: { name: { eq: 'Sol' } } } };
/** The event of a new account, before anybody has heard it. */
const told = async (): Promise<DomainEvent> => {
  const found = (await world.domain.settle()).find(({ type }) => type === 'account.created');
  if (!found) throw new Error('Nothing was created.');
  return found;
};

describe('a worker that is killed', () => {
  const steps = () => [
    create('MAKE', 'Hija de {record.name}'),
    rename('NAME', '{record.name}!'),
    { key: 'WAIT', kind: 'waitFor', input: { amount: 1, unit: 'MINUTES' } },
    rename('AGAIN', '{record.name}?'),
  ];
  const done = ['MAKE DONE', 'NAME DONE', 'WAIT WAITING', 'WAIT DONE', 'AGAIN DONE'];

  it.each([1, 2, 3, 4, 5].flatMap((at) => [[at, false] as const, [at, true] as const]))(
    'at write %s (after it: %s) leaves each step done once',
    async (at, after) => {
      await make(steps(), onSol);
      const sol = await account('Sol');
      const detail = await told();
      worker.dieAt(at, { after });
      for (let tries = 0; tries < 3; tries += 1) {
        await runWorkflows(world.domain.runtime, { detail }).catch(() => undefined);
        if (worker.isDead()) worker.revive();
      }
      worker.revive();
      await world.work();
      await later(2);
      await later(10);
      const [run, ...others] = await world.runsOf(sol.id);
      expect(others).toEqual([]);
      expect(run?.status).toBe('COMPLETED');
      expect(run && outcomes(run).filter((each) => !each.endsWith('RETRYING'))).toEqual(done);
      expect(await named(sol.id)).toBe('Sol!?');
    },
  );

  it('that cannot write what a run waited for leaves it to the event, which comes again', async () => {
    const wait = { event: 'account.updated', amount: 2, unit: 'DAYS' };
    await make([{ key: 'WAIT', kind: 'waitFor', input: wait }, rename('NAME', 'Oída')], onSol);
    const sol = await account('Sol');
    await world.work();
    await world.domain.run('updateAccount', { id: sol.id, version: 1, email: 'a@b.test' }, world.boss);
    const detail = (await world.domain.settle()).find(({ type }) => type === 'account.updated');
    if (!detail) throw new Error('Nothing was changed.');
    worker.dieAt(1, { livesOn: true });
    await expect(runWorkflows(world.domain.runtime, { detail })).rejects.toThrow('killed');
    await runWorkflows(world.domain.runtime, { detail });
    const [run] = await world.runsOf(sol.id);
    expect(run && outcomes(run)).toEqual(['WAIT WAITING', 'WAIT DONE', 'NAME DONE']);
    expect(await named(sol.id)).toBe('Oída');
  });

  it('between a call outside and its answer calls once more under the same key', async () => {
    const call = { key: 'CALL', kind: 'http', input: { url: 'https://erp.test/orders' } };
    const workflow = await make([call, rename('NAME', '{steps.CALL.body.name}')]);
    const sol = await account('Sol');
    const { id } = await world.domain.run<RunRow>(
      'startWorkflow',
      { workflow: workflow.id, record: sol.id },
      world.boss,
    );
    await world.domain.settle();
    const { domain } = world;
    const message = domain.sent.find(({ queue }) => queue === 'workflows')?.message.body as never;
    worker.dieAt(2);
    await runWorkflows(domain.runtime, message).catch(() => undefined);
    worker.revive();
    expect(calls).toHaveLength(1);
    await runWorkflows(domain.runtime, message);
    expect(calls).toHaveLength(1);
    await later(3);
    expect(calls).toHaveLength(1);
    await later(2);
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map(({ headers }) => headers?.['idempotency-key'])).size).toBe(1);
    expect((await world.run(id)).status).toBe('COMPLETED');
    expect(await named(sol.id)).toBe('Llamado');
  });
});

describe('a call outside', () => {
  const begun = async (steps: readonly object[], input: object = {}) => {
    const workflow = await make(steps);
    const record = (await account('Sol')).id;
    const { id } = await world.domain.run<RunRow>(
      'startWorkflow',
      { workflow: workflow.id, record, input },
      world.boss,
    );
    return id;
  };

  it('whose worker dies is a failed try: where there is no other, it is not made again', async () => {
    const onError = { retries: 0, afterSeconds: 60 };
    const id = await begun([{ key: 'CALL', kind: 'http', input: { url: 'https://erp.test/orders' }, onError }]);
    await world.domain.settle();
    const message = world.domain.sent.find(({ queue }) => queue === 'workflows')?.message.body as never;
    worker.dieAt(2);
    await runWorkflows(world.domain.runtime, message).catch(() => undefined);
    worker.revive();
    await later(3);
    await later(10);
    expect(calls).toHaveLength(1);
    expect(await world.run(id)).toMatchObject({ status: 'FAILED', code: 'NO_ANSWER' });
  });

  it('that answers more than a run can keep ends it, and no call is made twice', async () => {
    answered = 'ñ'.repeat(7_900);
    const id = await begun(
      [
        { key: 'EACH', kind: 'forEach', input: { over: { $: 'input.items' }, body: 'CALL' }, next: 'END' },
        { key: 'CALL', kind: 'http', input: { url: 'https://erp.test/{item}' }, next: 'EACH' },
      ],
      { items: Array.from({ length: 40 }, (_, index) => index) },
    );
    await world.work();
    await later(10);
    const run = await world.run(id);
    expect(run).toMatchObject({ status: 'FAILED', code: 'TOO_LARGE' });
    expect(outcomes(run).filter((each) => each === 'CALL DONE')).toHaveLength(calls.length);
    expect(new Set(calls.map(({ headers }) => headers?.['idempotency-key'])).size).toBe(calls.length);
    const again = world.domain.run('retryWorkflowRun', { id, version: run.version }, world.boss);
    expect(await failure(again)).toBe('TOO_LARGE');
    expect((await world.run(id)).version).toBe(run.version);
  });
});

describe('several workers', () => {
  it('that come first five times in a row only put off what the queue tries again', async () => {
    await make([rename('NAME', '{record.name}!')], { ...onSol, concurrency: 'PARALLEL', mostPerHour: 5 });
    const sol = await account('Sol');
    const detail = await told();
    others.races = 5;
    expect(await failure(runWorkflows(world.domain.runtime, { detail }))).toBe('CONFLICT');
    await runWorkflows(world.domain.runtime, { detail });
    expect(others.races).toBe(0);
    expect(await named(sol.id)).toBe('Sol!');
    expect(await world.runsOf(sol.id)).toHaveLength(1);
  });

  it('that come first take nothing of what may begin in an hour', async () => {
    const trigger = { kind: 'WEBHOOK' };
    const { id } = await make([{ key: 'HERE', kind: 'stop' }], { trigger, of: undefined, mostPerHour: 2 });
    const call = (mark: string) =>
      runWorkflows(world.domain.runtime, { tenant: world.boss.tenant, workflow: id, call: mark, input: {} });
    others.races = 5;
    expect(await failure(call('a'))).toBe('CONFLICT');
    for (const mark of ['a', 'b', 'c']) await call(mark);
    await world.work();
    const { rows } = await world.domain.reader().trusted(WorkflowRun).page('byWorkflow', { of: id, first: 10 });
    expect(rows.map(({ status, code }) => code ?? status).toSorted()).toEqual(['COMPLETED', 'COMPLETED', 'LOOP_GUARD']);
  });

  it('that hear the same at once do each step once', async () => {
    await make([create('MAKE', 'Hija'), rename('NAME', '{record.name}!')], onSol);
    const sol = await account('Sol');
    const detail = await told();
    const all = Array.from({ length: 6 }, () => runWorkflows(world.domain.runtime, { detail }).catch(() => undefined));
    await Promise.all(all);
    await world.work();
    const [run, ...others] = await world.runsOf(sol.id);
    expect(others).toEqual([]);
    expect(run && outcomes(run)).toEqual(['MAKE DONE', 'NAME DONE']);
    expect(await named(sol.id)).toBe('Sol!');
  });
});

describe('what it costs', () => {
  const requestsOf = async (detail: DomainEvent): Promise<readonly string[]> => {
    worker.requests = [];
    await runWorkflows(world.domain.runtime, { detail });
    return [...worker.requests];
  };

  it('is nothing where no workflow hears an event, and few requests for a run', async () => {
    await make([rename('NAME', '{record.name}!'), rename('MORE', '{record.name}?')], onSol);
    await account('Luna');
    const [silent] = [await told()];
    await requestsOf(silent);
    expect(await requestsOf(silent)).toEqual([]);
    await account('Sol');
    await requestsOf(await told());
    const sol = await account('Sol');
    const spent = await requestsOf(await told());
    expect(await named(sol.id)).toBe('Sol!?');
    const start = ['batchGet', 'get', 'get', 'transact'];
    const step = ['query', 'get', 'transact'];
    expect(spent.toSorted()).toEqual([...start, ...step, ...step].toSorted());
  });
});

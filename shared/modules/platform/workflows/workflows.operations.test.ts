import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startWorkflowing, type Workflowing } from '#test/support/workflows';
import { runWorkflows, type RunRow } from './index.ts';

const tenanted = withTenantTable();
let world: Workflowing;
beforeEach(async () => {
  world = await startWorkflowing({ table: tenanted.table, tenant: tenanted.tenant });
});

const account = (name: string, more: object = {}) =>
  world.domain.run<AnyRow>('createAccount', { name, ...more }, world.boss);
const make = (steps: readonly object[], more: object = {}) =>
  world.publish({ name: `W${String((count += 1))}`, of: 'Account', trigger: { kind: 'MANUAL' }, steps, ...more });
let count = 0;
const rename = (key: string, name: string, more: object = {}) => ({
  key,
  kind: 'setField',
  input: { values: { name } },
  ...more,
});
const start = (workflow: { readonly id: string }, record: AnyRow, input: object = {}) =>
  world.domain.run<RunRow>('startWorkflow', { workflow: workflow.id, record: record.id, input }, world.boss);
const nameOf = async ({ id }: AnyRow): Promise<unknown> =>
  (await world.domain.reader().trusted(world.domain.registry.entity('Account')).get(id))['name'];
const outcomes = (run: RunRow | undefined) => run?.decisions.map(({ step, outcome }) => `${step} ${outcome}`);

describe('a run', () => {
  it('starts on an event where its filter holds, does its steps once however often the event comes, and says why', async () => {
    await make(
      [
        { key: 'KIND', kind: 'branch', routes: [{ when: { name: { contains: 'Sol' } }, to: 'NAME' }, { to: 'END' }] },
        rename('NAME', '{record.name} de {today}'),
      ],
      { trigger: { kind: 'EVENT', on: 'account.created', where: { name: { contains: 'l' } } } },
    );
    const [sol, luna, mar] = [await account('Sol'), await account('Luna l'), await account('Mar')];
    const events = await world.work();
    for (const detail of events) await runWorkflows(world.domain.runtime, { detail });
    await world.work();
    expect(await nameOf(sol)).toBe('Sol de 2026-11-22');
    expect(await nameOf(luna)).toBe('Luna l');
    const [run, ...others] = await world.runsOf(sol.id);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ status: 'COMPLETED', cause: 'account.created' });
    expect(run?.decisions).toMatchObject([
      { step: 'KIND', outcome: 'PASSED', to: 'NAME', input: { route: 0, values: { 'record.name': 'Sol' } } },
      { step: 'NAME', outcome: 'DONE', to: 'END', attempt: 1, input: { values: { name: 'Sol de 2026-11-22' } } },
    ]);
    expect(outcomes((await world.runsOf(luna.id))[0])).toEqual(['KIND PASSED']);
    expect(await world.runsOf(mar.id)).toEqual([]);
  });

  it('waits for time, and for an event with a time-out, whichever comes first', async () => {
    const wait = {
      key: 'WAIT',
      kind: 'waitFor',
      input: { event: 'account.updated', amount: 2, unit: 'DAYS', where: { name: { eq: 'Listo' } } },
    };
    const routes = [{ is: ['TIMED_OUT'], to: 'LATE' }];
    const workflow = await make([
      { key: 'FIRST', kind: 'waitFor', input: { amount: 1, unit: 'HOURS' } },
      { ...wait, routes, next: 'GOOD' },
      rename('GOOD', 'Bien', { next: 'END' }),
      rename('LATE', 'Tarde'),
    ]);
    const [sol, luna] = [await account('Sol'), await account('Luna')];
    const runs = [await start(workflow, sol), await start(workflow, luna)];
    await world.work();
    expect((await world.run(runs[0]?.id ?? '')).status).toBe('WAITING');
    await world.advanceTo('2026-11-22T16:05:00.000Z');
    expect(await world.run(runs[0]?.id ?? '')).toMatchObject({ status: 'WAITING', step: 'WAIT', waitsFor: 'EVENT' });
    const { version } = (await world.domain
      .reader()
      .trusted(world.domain.registry.entity('Account'))
      .get(sol.id)) as AnyRow;
    await world.domain.run('updateAccount', { id: sol.id, version, name: 'Otro' }, world.boss);
    await world.work();
    expect((await world.run(runs[0]?.id ?? '')).status).toBe('WAITING');
    await world.domain.run('updateAccount', { id: sol.id, version: version + 1, name: 'Listo' }, world.boss);
    const events = await world.work();
    for (const detail of events) await runWorkflows(world.domain.runtime, { detail });
    expect(await nameOf(sol)).toBe('Bien');
    await world.advanceTo('2026-11-25T00:00:00.000Z');
    expect(await nameOf(luna)).toBe('Tarde');
    const ended = await Promise.all(runs.map(({ id }) => world.run(id)));
    expect(ended.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
    expect(outcomes(ended[0])).toEqual(['FIRST WAITING', 'FIRST DONE', 'WAIT WAITING', 'WAIT DONE', 'GOOD DONE']);
    expect(ended[1]?.decisions.find(({ result }) => result === 'TIMED_OUT')).toBeDefined();
  });

  it('waits for what its filter says with all values in place', async () => {
    const where = { name: { eq: '{record.name} {input.name}' } };
    const wait = { event: 'account.updated', amount: 2, unit: 'DAYS', where };
    const workflow = await make([{ key: 'WAIT', kind: 'waitFor', input: wait }, rename('GOOD', 'Oída')]);
    const sol = await account('Sol');
    const { id } = await start(workflow, sol, { name: 'Listo' });
    await world.work();
    await world.domain.run('updateAccount', { id: sol.id, version: 1, name: 'Otro' }, world.boss);
    await world.work();
    expect((await world.run(id)).status).toBe('WAITING');
    await world.domain.run('updateAccount', { id: sol.id, version: 2, name: 'Sol Listo' }, world.boss);
    await world.work();
    expect((await world.run(id)).status).toBe('COMPLETED');
  });

  it('hears what it waits for though its workflow was taken out of use, which starts nothing any more', async () => {
    const wait = { key: 'WAIT', kind: 'waitFor', input: { event: 'account.updated', amount: 2, unit: 'DAYS' } };
    const trigger = { kind: 'EVENT', on: 'account.created' };
    const workflow = await make([wait, rename('GOOD', 'Oída')], { trigger });
    const sol = await account('Sol');
    await world.work();
    await world.domain.run('archiveWorkflow', { id: workflow.id, version: workflow.version }, world.boss);
    await world.domain.run('updateAccount', { id: sol.id, version: 1, email: 'a@b.test' }, world.boss);
    const luna = await account('Luna');
    await world.work();
    expect((await world.runsOf(sol.id)).map(outcomes)).toEqual([['WAIT WAITING', 'WAIT DONE', 'GOOD DONE']]);
    expect(await nameOf(sol)).toBe('Oída');
    expect(await world.runsOf(luna.id)).toEqual([]);
  });

  it('takes each item of a list, tells people, and hands outputs on to later steps', async () => {
    const workflow = await make([
      { key: 'EACH', kind: 'forEach', input: { over: { $: 'input.names' }, body: 'MAKE' }, next: 'TELL' },
      {
        key: 'MAKE',
        kind: 'operation',
        input: { operation: 'createAccount', input: { name: '{item} {record.name}' } },
        next: 'EACH',
      },
      { key: 'TELL', kind: 'notify', input: { to: [world.boss.id], title: 'Última: {steps.MAKE.id}' } },
    ]);
    const sol = await account('Sol');
    const run = await start(workflow, sol, { names: ['Ana', 'Ben'] });
    await world.work();
    const ended = await world.run(run.id);
    expect(outcomes(ended)).toEqual(['EACH PASSED', 'MAKE DONE', 'EACH PASSED', 'MAKE DONE', 'EACH DONE', 'TELL DONE']);
    const made = ended.decisions.filter(({ step }) => step === 'MAKE').map(({ output }) => (output as AnyRow).id);
    expect(await Promise.all(made.map((id) => nameOf({ id } as AnyRow)))).toEqual(['Ana Sol', 'Ben Sol']);
  });

  it('tells each person in their own language, or all of them the same', async () => {
    const people = await Promise.all(
      (['es', 'en'] as const).map((locale) => {
        const invited = { name: locale, email: `${locale}@acme.test`, roles: ['seller'], locale };
        return world.domain.run<AnyRow>('inviteUser', invited);
      }),
    );
    const to = people.map(({ id }) => id);
    const words = { es: { title: 'Mire {record.name}' }, en: { title: 'Look at {record.name}', body: 'Now' } };
    const both = { key: 'BOTH', kind: 'notify', input: { to, ...words } };
    const workflow = await make([both, { key: 'ONE', kind: 'notify', input: { to, title: 'Igual' } }]);
    await start(workflow, await account('Sol'));
    await world.work();
    const notices = world.domain.registry.entity('Notification');
    const told = async (user: string) => {
      const { rows } = await world.domain
        .reader()
        .trusted(notices)
        .list({ where: { user: { eq: user } } });
      return rows.map(({ title, body }) => [title, body]).sort();
    };
    expect(await Promise.all(to.map(told))).toEqual([
      [
        ['Igual', undefined],
        ['Mire Sol', 'Now'],
      ],
      [
        ['Igual', undefined],
        ['Look at Sol', 'Now'],
      ],
    ]);
    expect(await failure(make([{ key: 'A', kind: 'notify', input: { to, es: words.es } }]))).toBe('BAD_INPUT');
  });

  it('is removed when it was kept for as long as the company says, and not before it is over', async () => {
    const sol = await account('Sol');
    await world.domain.run('updateTenant', { id: world.boss.tenant, version: 1, workflowRunDays: 30 }, world.boss);
    const slow = await make([{ key: 'WAIT', kind: 'waitFor', input: { amount: 60, unit: 'DAYS' } }]);
    const [run, waiting] = [
      await start(await make([rename('NAME', 'x')], { mostRuns: 1 }), sol),
      await start(slow, sol),
    ];
    await world.work();
    await world.advanceTo('2026-12-21T00:00:00.000Z');
    expect(await world.runsOf(sol.id)).toHaveLength(2);
    await world.domain.advanceTo('2026-12-24T00:00:00.000Z');
    // Timers of others stand behind this one: it only tells the queue, which may tell it twice.
    expect(await world.runsOf(sol.id)).toHaveLength(2);
    world.domain.sent.push(...world.domain.sent);
    await world.work();
    expect((await world.runsOf(sol.id)).map(({ id, status }) => [id, status])).toEqual([[waiting.id, 'WAITING']]);
    // What is done once in all stays done.
    expect(await failure(start({ id: run.workflow }, sol))).toBe('ENOUGH_RUNS');
  });

  it('goes on with the plan with which it began when the workflow changes', async () => {
    const wait = { key: 'WAIT', kind: 'waitFor', input: { amount: 1, unit: 'DAYS' } };
    const workflow = await make([wait, rename('OLD', 'Antes')]);
    const [sol, luna] = [await account('Sol'), await account('Luna')];
    await start(workflow, sol);
    await world.work();
    const changed = { id: workflow.id, version: workflow.version, steps: [wait, rename('NEW', 'Después')] };
    expect(await world.domain.run('updateWorkflow', changed, world.boss)).toMatchObject({ revision: 2 });
    expect(await failure(world.domain.run('updateWorkflow', changed, world.boss))).toBe('STALE_VERSION');
    await start(workflow, luna);
    await world.work();
    await world.advanceTo('2026-11-23T16:00:00.000Z');
    expect([await nameOf(sol), await nameOf(luna)]).toEqual(['Antes', 'Después']);
  });

  it.each([
    ['SKIP', 1],
    ['PARALLEL', 2],
    ['QUEUE', 2],
    ['RESTART', 2],
  ])('%s while another one goes on', async (concurrency, runs) => {
    await make(
      [{ key: 'WAIT', kind: 'waitFor', input: { amount: 1, unit: 'DAYS' } }, rename('NAME', '{record.name}!')],
      {
        trigger: { kind: 'EVENT', on: 'account.updated', changed: ['email'] },
        concurrency,
      },
    );
    const sol = await account('Sol');
    await world.domain.run('updateAccount', { id: sol.id, version: 1, email: 'a@sol.test' }, world.boss);
    await world.work();
    await world.domain.run('updateAccount', { id: sol.id, version: 2, email: 'b@sol.test' }, world.boss);
    await world.work();
    const before = (await world.runsOf(sol.id)).map(({ status }) => status).sort();
    const expected = {
      SKIP: ['WAITING'],
      PARALLEL: ['WAITING', 'WAITING'],
      QUEUE: ['QUEUED', 'WAITING'],
      RESTART: ['CANCELLED', 'WAITING'],
    };
    expect(before).toEqual(expected[concurrency as keyof typeof expected]);
    await world.advanceTo('2026-11-23T15:30:00.000Z');
    await world.advanceTo('2026-11-24T16:00:00.000Z');
    const after = (await world.runsOf(sol.id)).map(({ status }) => status).sort();
    expect(after).toHaveLength(runs);
    expect(after.filter((status) => status !== 'CANCELLED').every((status) => status === 'COMPLETED')).toBe(true);
    expect(await nameOf(sol)).toBe({ SKIP: 'Sol!', PARALLEL: 'Sol!!', QUEUE: 'Sol!!', RESTART: 'Sol!' }[concurrency]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { outcomes, rename, withRuns } from '#test/support/workflow-runs';
import { runWorkflows } from './index.ts';

const on = withRuns();

describe('a run', () => {
  it('starts on an event where its filter holds, does its steps once however often the event comes, and says why', async () => {
    await on.make(
      [
        { key: 'KIND', kind: 'branch', routes: [{ when: { name: { contains: 'Sol' } }, to: 'NAME' }, { to: 'END' }] },
        rename('NAME', '{record.name} de {today}'),
      ],
      { trigger: { kind: 'EVENT', on: 'account.created', where: { name: { contains: 'l' } } } },
    );
    const [sol, luna, mar] = [await on.account('Sol'), await on.account('Luna l'), await on.account('Mar')];
    const events = await on.world.work();
    for (const detail of events) await runWorkflows(on.world.domain.runtime, { detail });
    await on.world.work();
    expect(await on.named(sol.id)).toBe('Sol de 2026-11-22');
    expect(await on.named(luna.id)).toBe('Luna l');
    const [run, ...others] = await on.world.runsOf(sol.id);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ status: 'COMPLETED', cause: 'account.created' });
    expect(run?.decisions).toMatchObject([
      { step: 'KIND', outcome: 'PASSED', to: 'NAME', input: { route: 0, values: { 'record.name': 'Sol' } } },
      { step: 'NAME', outcome: 'DONE', to: 'END', attempt: 1, input: { values: { name: 'Sol de 2026-11-22' } } },
    ]);
    expect((await on.world.runsOf(luna.id)).map(outcomes)[0]).toEqual(['KIND PASSED']);
    expect(await on.world.runsOf(mar.id)).toEqual([]);
  });

  it('waits for time, and for an event with a time-out, whichever comes first', async () => {
    const wait = {
      key: 'WAIT',
      kind: 'waitFor',
      input: { event: 'account.updated', amount: 2, unit: 'DAYS', where: { name: { eq: 'Listo' } } },
    };
    const routes = [{ is: ['TIMED_OUT'], to: 'LATE' }];
    const workflow = await on.make([
      { key: 'FIRST', kind: 'waitFor', input: { amount: 1, unit: 'HOURS' } },
      { ...wait, routes, next: 'GOOD' },
      rename('GOOD', 'Bien', { next: 'END' }),
      rename('LATE', 'Tarde'),
    ]);
    const [sol, luna] = [await on.account('Sol'), await on.account('Luna')];
    const runs = [await on.start(workflow, sol), await on.start(workflow, luna)];
    await on.world.work();
    expect((await on.world.run(runs[0]?.id ?? '')).status).toBe('WAITING');
    await on.world.advanceTo('2026-11-22T16:05:00.000Z');
    expect(await on.world.run(runs[0]?.id ?? '')).toMatchObject({ status: 'WAITING', step: 'WAIT', waitsFor: 'EVENT' });
    const { version } = (await on.world.domain
      .reader()
      .trusted(on.world.domain.registry.entity('Account'))
      .get(sol.id)) as AnyRow;
    await on.world.domain.run('updateAccount', { id: sol.id, version, name: 'Otro' }, on.world.boss);
    await on.world.work();
    expect((await on.world.run(runs[0]?.id ?? '')).status).toBe('WAITING');
    await on.world.domain.run('updateAccount', { id: sol.id, version: version + 1, name: 'Listo' }, on.world.boss);
    const events = await on.world.work();
    for (const detail of events) await runWorkflows(on.world.domain.runtime, { detail });
    expect(await on.named(sol.id)).toBe('Bien');
    await on.world.advanceTo('2026-11-25T00:00:00.000Z');
    expect(await on.named(luna.id)).toBe('Tarde');
    const ended = await Promise.all(runs.map(({ id }) => on.world.run(id)));
    expect(ended.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
    expect(ended.map(outcomes)[0]).toEqual(['FIRST WAITING', 'FIRST DONE', 'WAIT WAITING', 'WAIT DONE', 'GOOD DONE']);
    expect(ended[1]?.decisions.find(({ result }) => result === 'TIMED_OUT')).toBeDefined();
  });

  it('waits for what its filter says with all values in place', async () => {
    const where = { name: { eq: '{record.name} {input.name}' } };
    const wait = { event: 'account.updated', amount: 2, unit: 'DAYS', where };
    const workflow = await on.make([{ key: 'WAIT', kind: 'waitFor', input: wait }, rename('GOOD', 'Oída')]);
    const sol = await on.account('Sol');
    const { id } = await on.start(workflow, sol, { name: 'Listo' });
    await on.world.work();
    await on.world.domain.run('updateAccount', { id: sol.id, version: 1, name: 'Otro' }, on.world.boss);
    await on.world.work();
    expect((await on.world.run(id)).status).toBe('WAITING');
    await on.world.domain.run('updateAccount', { id: sol.id, version: 2, name: 'Sol Listo' }, on.world.boss);
    await on.world.work();
    expect((await on.world.run(id)).status).toBe('COMPLETED');
  });

  it('hears what it waits for though its workflow was taken out of use, which starts nothing any more', async () => {
    const wait = { key: 'WAIT', kind: 'waitFor', input: { event: 'account.updated', amount: 2, unit: 'DAYS' } };
    const trigger = { kind: 'EVENT', on: 'account.created' };
    const workflow = await on.make([wait, rename('GOOD', 'Oída')], { trigger });
    const sol = await on.account('Sol');
    await on.world.work();
    await on.world.domain.run('archiveWorkflow', { id: workflow.id, version: workflow.version }, on.world.boss);
    await on.world.domain.run('updateAccount', { id: sol.id, version: 1, email: 'a@b.test' }, on.world.boss);
    const luna = await on.account('Luna');
    await on.world.work();
    expect((await on.world.runsOf(sol.id)).map(outcomes)).toEqual([['WAIT WAITING', 'WAIT DONE', 'GOOD DONE']]);
    expect(await on.named(sol.id)).toBe('Oída');
    expect(await on.world.runsOf(luna.id)).toEqual([]);
  });

  it('takes each item of a list, tells people, and hands outputs on to later steps', async () => {
    const workflow = await on.make([
      { key: 'EACH', kind: 'forEach', input: { over: { $: 'input.names' }, body: 'MAKE' }, next: 'TELL' },
      {
        key: 'MAKE',
        kind: 'operation',
        input: { operation: 'createAccount', input: { name: '{item} {record.name}' } },
        next: 'EACH',
      },
      { key: 'TELL', kind: 'notify', input: { to: [on.world.boss.id], title: 'Última: {steps.MAKE.id}' } },
    ]);
    const sol = await on.account('Sol');
    const run = await on.start(workflow, sol, { names: ['Ana', 'Ben'] });
    await on.world.work();
    const ended = await on.world.run(run.id);
    expect(outcomes(ended)).toEqual(['EACH PASSED', 'MAKE DONE', 'EACH PASSED', 'MAKE DONE', 'EACH DONE', 'TELL DONE']);
    const made = ended.decisions.filter(({ step }) => step === 'MAKE').map(({ output }) => (output as AnyRow).id);
    expect(await Promise.all(made.map((id) => on.named(id)))).toEqual(['Ana Sol', 'Ben Sol']);
  });

  it('tells each person in their own language, or all of them the same', async () => {
    const people = await Promise.all(
      (['es', 'en'] as const).map((locale) => {
        const invited = { name: locale, email: `${locale}@acme.test`, roles: ['seller'], locale };
        return on.world.domain.run<AnyRow>('inviteUser', invited);
      }),
    );
    const to = people.map(({ id }) => id);
    const words = { es: { title: 'Mire {record.name}' }, en: { title: 'Look at {record.name}', body: 'Now' } };
    const both = { key: 'BOTH', kind: 'notify', input: { to, ...words } };
    const workflow = await on.make([both, { key: 'ONE', kind: 'notify', input: { to, title: 'Igual' } }]);
    await on.start(workflow, await on.account('Sol'));
    await on.world.work();
    const notices = on.world.domain.registry.entity('Notification');
    const told = async (user: string) => {
      const { rows } = await on.world.domain
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
    expect(await failure(on.make([{ key: 'A', kind: 'notify', input: { to, es: words.es } }]))).toBe('BAD_INPUT');
  });

  it('is removed when it was kept for as long as the company says, and not before it is over', async () => {
    const sol = await on.account('Sol');
    await on.world.domain.run(
      'updateTenant',
      { id: on.world.boss.tenant, version: 1, workflowRunDays: 30 },
      on.world.boss,
    );
    const slow = await on.make([{ key: 'WAIT', kind: 'waitFor', input: { amount: 60, unit: 'DAYS' } }]);
    const [run, waiting] = [
      await on.start(await on.make([rename('NAME', 'x')], { mostRuns: 1 }), sol),
      await on.start(slow, sol),
    ];
    await on.world.work();
    await on.world.advanceTo('2026-12-21T00:00:00.000Z');
    expect(await on.world.runsOf(sol.id)).toHaveLength(2);
    await on.world.domain.advanceTo('2026-12-24T00:00:00.000Z');
    // Timers of others stand behind this one: it only tells the queue, which may tell it twice.
    expect(await on.world.runsOf(sol.id)).toHaveLength(2);
    on.world.domain.sent.push(...on.world.domain.sent);
    await on.world.work();
    expect((await on.world.runsOf(sol.id)).map(({ id, status }) => [id, status])).toEqual([[waiting.id, 'WAITING']]);
    // What is done once in all stays done.
    expect(await failure(on.start({ id: run.workflow }, sol))).toBe('ENOUGH_RUNS');
  });

  it('goes on with the plan with which it began when the workflow changes', async () => {
    const wait = { key: 'WAIT', kind: 'waitFor', input: { amount: 1, unit: 'DAYS' } };
    const workflow = await on.make([wait, rename('OLD', 'Antes')]);
    const [sol, luna] = [await on.account('Sol'), await on.account('Luna')];
    await on.start(workflow, sol);
    await on.world.work();
    const changed = { id: workflow.id, version: workflow.version, steps: [wait, rename('NEW', 'Después')] };
    expect(await on.world.domain.run('updateWorkflow', changed, on.world.boss)).toMatchObject({ revision: 2 });
    expect(await failure(on.world.domain.run('updateWorkflow', changed, on.world.boss))).toBe('STALE_VERSION');
    await on.start(workflow, luna);
    await on.world.work();
    await on.world.advanceTo('2026-11-23T16:00:00.000Z');
    expect([await on.named(sol.id), await on.named(luna.id)]).toEqual(['Antes', 'Después']);
  });

  it.each([
    ['SKIP', 1],
    ['PARALLEL', 2],
    ['QUEUE', 2],
    ['RESTART', 2],
  ])('%s while another one goes on', async (concurrency, runs) => {
    await on.make(
      [{ key: 'WAIT', kind: 'waitFor', input: { amount: 1, unit: 'DAYS' } }, rename('NAME', '{record.name}!')],
      {
        trigger: { kind: 'EVENT', on: 'account.updated', changed: ['email'] },
        concurrency,
      },
    );
    const sol = await on.account('Sol');
    await on.world.domain.run('updateAccount', { id: sol.id, version: 1, email: 'a@sol.test' }, on.world.boss);
    await on.world.work();
    await on.world.domain.run('updateAccount', { id: sol.id, version: 2, email: 'b@sol.test' }, on.world.boss);
    await on.world.work();
    const before = (await on.world.runsOf(sol.id)).map(({ status }) => status).sort();
    const expected = {
      SKIP: ['WAITING'],
      PARALLEL: ['WAITING', 'WAITING'],
      QUEUE: ['QUEUED', 'WAITING'],
      RESTART: ['CANCELLED', 'WAITING'],
    };
    expect(before).toEqual(expected[concurrency as keyof typeof expected]);
    await on.world.advanceTo('2026-11-23T15:30:00.000Z');
    await on.world.advanceTo('2026-11-24T16:00:00.000Z');
    const after = (await on.world.runsOf(sol.id)).map(({ status }) => status).sort();
    expect(after).toHaveLength(runs);
    expect(after.filter((status) => status !== 'CANCELLED').every((status) => status === 'COMPLETED')).toBe(true);
    expect(await on.named(sol.id)).toBe(
      { SKIP: 'Sol!', PARALLEL: 'Sol!!', QUEUE: 'Sol!!', RESTART: 'Sol!' }[concurrency],
    );
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { defaultActivityTypes } from '#modules/engagement/activities';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startWorkflowing, type Workflowing } from '#test/support/workflows';
import { live, passTime } from './simulate-past.operations.ts';
import { reportOf, tellOpen } from './simulate-telling.rules.ts';
import { keptOf, openWorld, type KeptWorld } from './simulate-world.rules.ts';
import { planOf, sealed, simulationOf, sliceOf } from './simulate.operations.ts';

type Listed = readonly Readonly<Record<string, unknown>>[];
type Report = Readonly<Record<'matches' | 'runs' | 'mails' | 'writes' | 'others' | 'loops', Listed>> & {
  readonly counts: Readonly<Record<string, number>>;
  readonly isComplete: boolean;
  readonly digest: string;
};

const tenanted = withTenantTable();
let world: Workflowing;
let sol: AnyRow;
const from = '2026-11-22T00:00:00.000Z';
const at = (hours: number): string =>
  new Date(Date.parse('2026-11-22T15:00:00.000Z') + hours * 3_600_000).toISOString();

/** A period in which: two accounts were made, one was renamed five hours later, and a day went by. */
beforeEach(async () => {
  world = await startWorkflowing({ table: tenanted.table, tenant: tenanted.tenant });
  for (const type of defaultActivityTypes) await run('createActivityType', type);
  sol = await run('createAccount', { name: 'Sol', email: 'hola@sol.test' });
  await run('createAccount', { name: 'Mar' });
  world.domain.clock.set(at(5));
  await run('updateAccount', { id: sol.id, version: 1, name: 'Sol y Luna' });
  await world.domain.settle();
  world.domain.clock.set(at(24));
});

const run = <Row = AnyRow>(name: string, input: object, actor = world.boss) =>
  world.domain.run<Row>(name, input as Record<string, unknown>, actor);
const simulated = (draft: object, more: object = {}) =>
  run<Report>('simulateWorkflow', { draft: { of: 'Account', ...draft }, from, to: at(24), ...more });
const created = { trigger: { kind: 'EVENT', on: 'account.created' } };
const mail = {
  key: 'MAIL',
  kind: 'mailCustomer',
  input: { subject: { es: 'Hola {record.name}', en: 'Hello' }, body: { es: '-', en: '-' } },
};
const wait = (input: object, routes: object[] = []) => ({ key: 'WAIT', kind: 'waitFor', input, routes });
const rowsOf = async (entity: string): Promise<number> =>
  (await world.domain.reader().trusted(world.domain.registry.entity(entity)).list({ first: 100 })).rows.length;

describe('a simulation', () => {
  it('tells what would have been, by the records as they were, and does nothing of it', async () => {
    const before = [await rowsOf('Mail'), await rowsOf('Activity'), await rowsOf('WorkflowRun')];
    const report = await simulated({
      ...created,
      steps: [
        mail,
        wait({ event: 'account.updated', amount: 8, unit: 'HOURS' }, [{ is: ['HAPPENED'], to: 'CALL' }, { to: 'END' }]),
        { key: 'CALL', kind: 'task', input: { subject: 'Llamar a {record.name}', inDays: 1 } },
      ],
    });
    expect(report.counts).toMatchObject({
      matched: 2,
      started: 2,
      completed: 2,
      failed: 0,
      open: 0,
      mails: 2,
      writes: 1,
    });
    expect(report.isComplete).toBe(true);
    expect(report.matches).toMatchObject([
      { type: 'account.created', record: sol.id, fate: 'STARTED', run: 1 },
      { type: 'account.created', fate: 'STARTED', run: 2 },
    ]);
    expect(report.mails.map(({ input }) => (input as { subject: { es: string } }).subject.es)).toEqual([
      'Hola Sol',
      'Hola Mar',
    ]);
    expect(report.writes).toMatchObject([
      { at: at(5), run: 1, step: 'CALL', kind: 'task', record: sol.id, input: { subject: 'Llamar a Sol y Luna' } },
    ]);
    expect(report.runs).toMatchObject([
      {
        status: 'COMPLETED',
        endedAt: at(5),
        decisions: [{ step: 'MAIL' }, { outcome: 'WAITING' }, { result: 'HAPPENED' }, { step: 'CALL' }],
      },
      {
        status: 'COMPLETED',
        endedAt: at(8),
        decisions: [{ step: 'MAIL' }, { outcome: 'WAITING' }, { result: 'TIMED_OUT' }],
      },
    ]);
    await world.work();
    expect([await rowsOf('Mail'), await rowsOf('Activity'), await rowsOf('WorkflowRun')]).toEqual(before);
  });

  it('gives the same report for the same input, byte for byte, whenever it is asked', async () => {
    const draft = { ...created, steps: [mail, wait({ amount: 30, unit: 'HOURS' })] };
    const report = await simulated(draft);
    expect(report.runs).toMatchObject([{ status: 'WAITING', step: 'WAIT' }, { status: 'WAITING' }]);
    world.domain.clock.set(at(90));
    await run('updateAccount', { id: sol.id, version: 2, name: 'Later' });
    await world.domain.settle();
    expect(JSON.stringify(await simulated(draft))).toBe(JSON.stringify(report));
    expect((await simulated(draft, { to: at(23) })).digest).not.toBe(report.digest);
  });

  it('tells loops, for certain where a step says what it writes, and what may not start', async () => {
    const rename = { key: 'NAME', kind: 'setField', input: { values: { name: '{record.name}!' } } };
    const changed = { trigger: { kind: 'EVENT', on: 'account.updated', changed: ['name'] } };
    expect((await simulated({ ...changed, steps: [rename] })).loops).toEqual([
      { step: 'NAME', type: 'account.updated', isCertain: true, times: 1 },
    ]);
    const tag = { key: 'TAG', kind: 'setField', input: { values: { tags: ['x'] } } };
    expect((await simulated({ ...changed, steps: [tag] })).loops).toEqual([]);
    const operation = {
      key: 'OP',
      kind: 'operation',
      input: { operation: 'updateAccount', input: { id: { $: 'input.id' }, name: 'x' } },
    };
    expect((await simulated({ ...changed, steps: [operation] })).loops).toMatchObject([{ isCertain: false }]);
    const any = { trigger: { kind: 'EVENT', on: 'account.*' } };
    const skipping = await simulated({ ...any, steps: [wait({ amount: 9, unit: 'HOURS' })] });
    expect(skipping.matches.map(({ fate }) => fate)).toEqual(['STARTED', 'STARTED', 'SKIPPED']);
    const fates = async (concurrency: string, more: object = {}) =>
      (await simulated({ ...any, ...more, concurrency, steps: [wait({ amount: 9, unit: 'HOURS' })] })).matches.at(-1)?.[
        'fate'
      ];
    expect(await fates('RESTART')).toBe('RESTARTED');
    expect(await fates('QUEUE')).toBe('QUEUED');
    expect(await fates('PARALLEL')).toBe('STARTED');
    expect(await fates('PARALLEL', { mostRuns: 1 })).toBe('LIMIT');
  });

  it('knows timetables, approvals, and steps that would have failed', async () => {
    const daily = {
      trigger: {
        kind: 'SCHEDULE',
        at: '2026-11-20T20:30:00.000Z',
        rule: 'FREQ=DAILY',
        where: { name: { contains: 'Luna' } },
      },
    };
    const approval = {
      key: 'ASK',
      kind: 'approval',
      input: { subject: '¿?', approvers: [world.boss.userId] },
      routes: [{ is: ['REJECTED'], to: 'END' }],
    };
    const bad = {
      key: 'BAD',
      kind: 'mail',
      input: { to: [{ $: 'record.email', or: 'nobody' }], subject: 'x', body: 'y' },
    };
    const steps = [approval, bad];
    const report = await simulated({ ...daily, steps });
    expect(report.matches).toMatchObject([{ type: 'SCHEDULE', at: '2026-11-22T20:30:00.000Z', record: sol.id }]);
    expect(report.counts).toMatchObject({ others: 1, mails: 1, completed: 1 });
    expect((await simulated({ ...daily, steps }, { decides: 'REJECTED' })).counts).toMatchObject({
      others: 1,
      mails: 0,
    });
    const failed = await simulated({ ...created, steps: [bad] });
    expect(failed.counts).toMatchObject({ completed: 1, failed: 1 });
    expect(failed.runs[1]).toMatchObject({ status: 'FAILED', step: 'BAD' });
    expect(failed.mails[1]?.['problem']).toMatch(/e-?mail/i);
  });

  it('is the same in one piece and in two, wherever it is cut', async () => {
    const context = world.domain.reader(world.boss);
    const stay = wait({ event: 'account.updated', amount: 8, unit: 'HOURS' });
    const draft = {
      of: 'Account',
      trigger: { kind: 'EVENT', on: 'account.*' },
      concurrency: 'QUEUE',
      steps: [stay, mail],
    };
    const asked = { draft, from, to: at(24) };
    const plan = await planOf(context, asked);
    const given = await simulationOf(context, { plan }, 500);
    const whole = await run<Report>('simulateWorkflow', asked);
    expect(whole.counts).toMatchObject({ matched: 3, completed: 3, mails: 3 });
    for (const cut of [at(0), at(4), at(5), at(6), at(13), at(23)]) {
      const first = openWorld(given);
      await live(first, await sliceOf(context, plan, from, cut));
      const rest = openWorld(given, JSON.parse(JSON.stringify(keptOf(first))) as KeptWorld);
      await live(rest, await sliceOf(context, plan, cut, at(24)));
      await passTime(rest, at(24));
      tellOpen(rest);
      const report = sealed(reportOf(rest, [first.told, rest.told], { from, to: at(24) }));
      expect({ cut, digest: report.digest }).toEqual({ cut, digest: whole.digest });
    }
  });

  it('refuses what cannot be saved, what is to come, and who may not see it all', async () => {
    const steps = [mail];
    expect(await failure(simulated({ ...created, steps: [{ key: 'X', kind: 'none' }] }))).toBe('UNKNOWN_KIND');
    expect(await failure(simulated({ ...created, steps }, { to: at(25) }))).toBe('BAD_INPUT');
    expect(await failure(run('simulateWorkflow', { from, to: at(24) }))).toBe('BAD_INPUT');
    const rules = { ...world.boss.rules, entities: { '*': { read: 'all' }, Account: { read: 'own' } } } as const;
    const half = { ...world.boss, rules };
    const input = { draft: { of: 'Account', ...created, steps }, from, to: at(24) };
    expect(await failure(run('simulateWorkflow', input, half))).toBe('FORBIDDEN');
    const stranger = world.domain.actor({ tenant: 'ten_01M81WAVC09GYQ3V1M1TC1NT26' });
    expect((await run<Report>('simulateWorkflow', input, stranger)).counts).toMatchObject({ events: 0, matched: 0 });
  });
});

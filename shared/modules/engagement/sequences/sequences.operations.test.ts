import { describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { defaultPipeline } from '#modules/platform/flows';
import { Notification } from '#modules/platform/notifications';
import { failure } from '#test/support/domain';
import { withPlans } from '#test/support/planning';
import { Enrolment, type SequenceRow } from './index.ts';

const plans = withPlans();
const { begin, finish, make, me, read, run, sequence, settle, step, workOf } = plans;

describe('an enrolment', () => {
  it('plans the work of its steps one after the other, and is through after the last', async () => {
    const { id } = await sequence([step('FIRST'), step('SECOND', { offset: { amount: 2, unit: 'WORKING_HOURS' } })]);
    const row = await begin(id);
    expect(row).toMatchObject({
      status: 'RUNNING',
      step: 'FIRST',
      owner: plans.ana,
      account: plans.account,
      cause: 'HAND',
      version: 1,
    });
    expect(await workOf(row)).toMatchObject({
      subject: 'FIRST Sol',
      owner: plans.ana,
      account: plans.account,
      enrolment: row.id,
      kind: 'CALL',
      minutes: 15,
      dueAt: '2026-11-24T22:30:00.000Z',
      timeZone: 'America/Guayaquil',
    });
    plans.domain.clock.set('2026-11-24T16:00:00.000Z');
    await finish(row, 'Habló');
    expect(await read(row)).toMatchObject({
      step: 'SECOND',
      visits: [{ step: 'FIRST', outcome: 'DONE', result: 'Habló' }],
    });
    await finish(row);
    expect(await read(row)).toMatchObject({ status: 'COMPLETED', endReason: 'STEPS' });
    expect((await read(row)).step).toBeUndefined();
  });

  it('takes the branch of a result, leaves out what does not apply, ends where a branch ends', async () => {
    const branches = [
      { when: 'RESULT', results: ['Sin interés'] },
      { when: 'RESULT', results: ['más tarde'], to: 'LATER' },
    ];
    const { id } = await sequence([
      step('TALK', { branches }),
      step('BIG', { condition: { name: { eq: 'Luna' } } }),
      step('LATER', { branches: [{ when: 'DROPPED', to: 'TALK' }] }),
    ]);
    const one = await begin(id);
    await finish(one, ' MÁS TARDE ');
    expect(await read(one)).toMatchObject({ step: 'LATER' });
    await run('dropActivity', { id: (await workOf(one)).id }, me());
    await settle();
    expect(await read(one)).toMatchObject({ step: 'TALK' });
    await finish(one, 'otra cosa');
    expect((await read(one)).visits.map(({ step: key, outcome }) => `${key} ${outcome}`)).toEqual([
      'TALK DONE',
      'LATER DROPPED',
      'TALK DONE',
      'BIG SKIPPED',
    ]);
    const other = (await make('Luna')).id;
    const two = await begin(id, other);
    await finish(two, 'Sin interés');
    expect(await read(two)).toMatchObject({ status: 'STOPPED', endReason: 'BRANCH' });
  });

  it('goes on by the plan with which it began when the plan changes', async () => {
    const plan = await sequence([step('FIRST'), step('OLD')]);
    const one = await begin(plan.id);
    const { version } = await plans.domain.reader().data(Enrolment).get(one.id);
    expect(version).toBe(1);
    const changed = await run<SequenceRow>('updateSequence', {
      id: plan.id,
      version: plan.version,
      steps: [step('NEW')],
    });
    expect(changed).toMatchObject({ edition: 2 });
    expect(await failure(run('updateSequence', { id: plan.id, version: plan.version, note: 'x' }))).toBe(
      'STALE_VERSION',
    );
    await finish(one);
    expect(await read(one)).toMatchObject({ step: 'OLD', edition: plan.current });
    const other = (await make('Luna')).id;
    expect(await begin(plan.id, other)).toMatchObject({ step: 'NEW', edition: changed.current });
    const noted = await run<SequenceRow>('updateSequence', {
      id: plan.id,
      version: changed.version,
      note: 'Nota',
    });
    expect(noted).toMatchObject({ edition: 2, current: changed.current });
  });

  it('waits for its time where it does not plan ahead, and looks at its condition then', async () => {
    const steps = [
      step('CHECK', { ahead: false, condition: { name: { eq: 'Luna' } } }),
      step('AFTER', { ahead: false }),
    ];
    const { id } = await sequence(steps);
    const row = await begin(id);
    expect(row).toMatchObject({ step: 'CHECK', stepAt: '2026-11-24T13:30:00.000Z' });
    expect((await read(row)).activity).toBeUndefined();
    await plans.jump('2026-11-24T13:31:00.000Z');
    expect(await read(row)).toMatchObject({ step: 'AFTER', visits: [{ step: 'CHECK', outcome: 'SKIPPED' }] });
    await plans.jump('2026-11-24T13:40:00.000Z');
    expect(await read(row)).toMatchObject({ step: 'AFTER' });
  });

  it('goes by the holidays and the calendar of the tenant', async () => {
    await run('createHoliday', { name: 'Fiestas', date: '2026-11-24' });
    const calendar = await run<AnyRow>('createWorkingCalendar', {
      name: 'Tardes',
      timeZone: 'Europe/Madrid',
      hours: [3, 4].map((weekday) => ({ weekday, from: '15:00', to: '19:00' })),
    });
    const usual = await begin((await sequence([step('A')])).id);
    expect((await read(usual)).stepAt).toBe('2026-11-25T22:30:00.000Z');
    const special = await begin(
      (await sequence([step('A', { offset: { amount: 5, unit: 'WORKING_HOURS' } })], { calendar: calendar.id })).id,
    );
    expect((await read(special)).stepAt).toBe('2026-11-26T15:00:00.000Z');
    expect(await workOf(special)).toMatchObject({ timeZone: 'Europe/Madrid' });
  });

  it('is told of late work, drops it or ends, as its step says', async () => {
    const plan = async (more: object) =>
      begin((await sequence([step('A', { overdueAfterHours: 2, ...more }), step('B')])).id);
    const [told, skipped, ended] = [await plan({}), await plan({ overdue: 'SKIP' }), await plan({ overdue: 'STOP' })];
    const moved = await plan({ overdue: 'STOP' });
    await run('postponeActivity', { id: (await workOf(moved)).id, to: '2026-11-27T17:30:00.000Z' }, me());
    await settle();
    const late = await workOf(skipped);
    await plans.jump('2026-11-25T15:31:00.000Z');
    expect(await read(told)).toMatchObject({ step: 'A', isOverdue: true });
    expect(await read(skipped)).toMatchObject({ step: 'B', visits: [{ outcome: 'OVERDUE' }] });
    expect(await plans.domain.reader().data(Activity).get(late.id)).toMatchObject({ status: 'DROPPED' });
    expect(await read(ended)).toMatchObject({ status: 'STOPPED', endReason: 'OVERDUE' });
    expect(await read(moved)).toMatchObject({ status: 'RUNNING', stepAt: '2026-11-27T17:30:00.000Z' });
    const notices = await plans.domain
      .reader()
      .data(Notification)
      .list({ where: { user: { eq: plans.ana } } });
    expect(notices.rows.map(({ title }) => title)).toContain('Va tarde: A Sol');
    await finish(told);
    expect(await read(told)).toMatchObject({ step: 'B', isOverdue: false });
  });

  it('gives work to the person or team of its step; who has left gives way to the owner', async () => {
    const team = await run<AnyRow>('createTeam', { name: 'Norte' });
    const { id } = await sequence([
      step('A', { doneBy: 'PERSON', person: plans.ben }),
      step('B', { doneBy: 'TEAM', team: team.id }),
    ]);
    const row = await begin(id);
    expect((await workOf(row)).owner).toBe(plans.ben);
    await finish(row);
    const work = await workOf(row);
    expect(work).toMatchObject({ team: team.id });
    expect(work.owner).toBeUndefined();
  });

  it('moves with the date field that a step goes by', async () => {
    const opportunity = { name: 'Obra', account: plans.account, expectedCloseOn: '2026-12-10' };
    await run('createPipeline', defaultPipeline);
    const sale = await run<AnyRow>('createOpportunity', opportunity, me());
    const offset = { amount: -2, unit: 'WORKING_DAYS', from: 'FIELD', field: 'expectedCloseOn' };
    const { id } = await sequence([step('ASK', { offset })], { of: 'Opportunity' });
    const row = await begin(id, sale.id);
    expect(await workOf(row)).toMatchObject({
      dueAt: '2026-12-08T22:30:00.000Z',
      opportunity: sale.id,
      account: plans.account,
    });
    await run('updateOpportunity', { id: sale.id, version: sale.version, expectedCloseOn: '2026-12-17' }, me());
    await settle();
    expect(await read(row)).toMatchObject({ stepAt: '2026-12-15T22:30:00.000Z' });
    expect(await workOf(row)).toMatchObject({ dueAt: '2026-12-15T22:30:00.000Z' });
  });
});

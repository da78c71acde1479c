import { describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { failure } from '#test/support/domain';
import { withPlans } from '#test/support/planning';

const plans = withPlans();
const { begin, finish, make, me, read, run, sequence, settle, step, workOf } = plans;

describe('leaving a sequence', () => {
  it('by goal, by an event, by an answer, by hand, and with its record', async () => {
    const plan = async (more: object, record?: string) => begin((await sequence([step('A')], more)).id, record);
    const other = await make('Luna');
    const goal = await plan({ goal: { name: { eq: 'Sol y mar' } } });
    const event = await plan({
      ends: [{ on: 'contact.created', record: 'account', where: { lastName: { eq: 'Cruz' } } }],
    });
    const [answer, deaf] = [await plan({}), await plan({ stopsOnReply: false })];
    const [hand, archived] = [await plan({}, other.id), await plan({}, other.id)];
    const work = await workOf(hand);
    await run('stopEnrolment', { id: hand.id }, me());
    await run('archiveAccount', { id: other.id, version: other.version }, me());
    await settle();
    expect(await read(hand)).toMatchObject({ status: 'STOPPED', endReason: 'HAND' });
    expect(await plans.domain.reader().data(Activity).get(work.id)).toMatchObject({ status: 'DROPPED' });
    expect(await read(archived)).toMatchObject({ endReason: 'ARCHIVED' });
    await run('createContact', { firstName: 'Rosa', lastName: 'Vera', account: plans.account }, me());
    await run('createContact', { firstName: 'Rosa', lastName: 'Cruz', account: plans.account }, me());
    await settle();
    expect(await read(event)).toMatchObject({ status: 'STOPPED', endReason: 'GOAL' });
    const { version } = await plans.domain.reader().data(plans.domain.registry.entity('Account')).get(plans.account);
    await run('updateAccount', { id: plans.account, version, name: 'Sol y mar' }, me());
    await settle();
    expect(await read(goal)).toMatchObject({ endReason: 'GOAL' });
    const inbound = await run<AnyRow>(
      'createActivity',
      { subject: 'Llama', type: plans.call, account: plans.account, direction: 'INBOUND' },
      me(),
    );
    await run('completeActivity', { id: inbound.id }, me());
    await settle();
    expect(await read(answer)).toMatchObject({ status: 'STOPPED', endReason: 'REPLY' });
    expect(await read(deaf)).toMatchObject({ status: 'RUNNING' });
    expect(await failure(run('pauseEnrolment', { id: answer.id }, me()))).toBe('INVALID_STATE');
  });

  it('pauses and goes on: work done meanwhile counts, what went by gets its time anew', async () => {
    const { id } = await sequence([step('A'), step('B')]);
    const row = await begin(id);
    await run('pauseEnrolment', { id: row.id }, me());
    await finish(row);
    expect(await read(row)).toMatchObject({ status: 'PAUSED', step: 'A' });
    await run('resumeEnrolment', { id: row.id }, me());
    await settle();
    expect(await read(row)).toMatchObject({ status: 'RUNNING', step: 'B' });
    await run('pauseEnrolment', { id: row.id }, me());
    await plans.jump('2026-12-01T15:00:00.000Z');
    expect(await read(row)).toMatchObject({ status: 'PAUSED', isOverdue: false });
    await run('resumeEnrolment', { id: row.id }, me());
    expect((await workOf(row)).dueAt).toBe('2026-12-02T22:30:00.000Z');
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startPlans, type Plans } from '#test/support/plans';

const tenanted = withTenantTable();
let plans: Plans;
let domain: Domain;
let call: string;
let account: string;
beforeEach(async () => {
  plans = await startPlans(tenanted.table, tenanted.tenant);
  ({ domain, call, account } = plans);
});

const me: Plans['me'] = (id) => plans.me(id);
const make: Plans['make'] = (name, more, owner) => plans.make(name, more, owner);
const step: Plans['step'] = (key, more) => plans.step(key, more);
const sequence: Plans['sequence'] = (steps, more) => plans.sequence(steps, more);
const begin: Plans['begin'] = (id, record) => plans.begin(id, record);
const read: Plans['read'] = (row) => plans.read(row);
const workOf: Plans['workOf'] = (row) => plans.workOf(row);
const finish: Plans['finish'] = (row, result) => plans.finish(row, result);

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
    await domain.run('stopEnrolment', { id: hand.id }, me());
    await domain.run('archiveAccount', { id: other.id, version: other.version }, me());
    await domain.settle();
    expect(await read(hand)).toMatchObject({ status: 'STOPPED', endReason: 'HAND' });
    expect(await domain.reader().data(Activity).get(work.id)).toMatchObject({ status: 'DROPPED' });
    expect(await read(archived)).toMatchObject({ endReason: 'ARCHIVED' });
    await domain.run('createContact', { firstName: 'Rosa', lastName: 'Vera', account }, me());
    await domain.run('createContact', { firstName: 'Rosa', lastName: 'Cruz', account }, me());
    await domain.settle();
    expect(await read(event)).toMatchObject({ status: 'STOPPED', endReason: 'GOAL' });
    const { version } = await domain.reader().data(domain.registry.entity('Account')).get(account);
    await domain.run('updateAccount', { id: account, version, name: 'Sol y mar' }, me());
    await domain.settle();
    expect(await read(goal)).toMatchObject({ endReason: 'GOAL' });
    const inbound = await domain.run<AnyRow>(
      'createActivity',
      { subject: 'Llama', type: call, account, direction: 'INBOUND' },
      me(),
    );
    await domain.run('completeActivity', { id: inbound.id }, me());
    await domain.settle();
    expect(await read(answer)).toMatchObject({ status: 'STOPPED', endReason: 'REPLY' });
    expect(await read(deaf)).toMatchObject({ status: 'RUNNING' });
    expect(await failure(domain.run('pauseEnrolment', { id: answer.id }, me()))).toBe('INVALID_STATE');
  });

  it('pauses and goes on: work done meanwhile counts, what went by gets its time anew', async () => {
    const { id } = await sequence([step('A'), step('B')]);
    const row = await begin(id);
    await domain.run('pauseEnrolment', { id: row.id }, me());
    await finish(row);
    expect(await read(row)).toMatchObject({ status: 'PAUSED', step: 'A' });
    await domain.run('resumeEnrolment', { id: row.id }, me());
    await domain.settle();
    expect(await read(row)).toMatchObject({ status: 'RUNNING', step: 'B' });
    await domain.run('pauseEnrolment', { id: row.id }, me());
    await plans.jump('2026-12-01T15:00:00.000Z');
    expect(await read(row)).toMatchObject({ status: 'PAUSED', isOverdue: false });
    await domain.run('resumeEnrolment', { id: row.id }, me());
    expect((await workOf(row)).dueAt).toBe('2026-12-02T22:30:00.000Z');
  });
});

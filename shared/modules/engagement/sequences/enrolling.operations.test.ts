import { describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { Activity } from '#modules/engagement/activities';
import { failure } from '#test/support/domain';
import { workOff } from '#test/support/jobs';
import { ownRules, person } from '#test/support/parties';
import { withPlans } from '#test/support/planning';
import { Enrolment, type EnrolmentRow, type SequenceRow } from './index.ts';

const plans = withPlans();
const { enrol, make, me, run, sequence, settle, step } = plans;
const seen = { create: 'none', read: 'all', update: 'none', archive: 'none' } as const;
const entities = { ...ownRules.entities, Sequence: seen, SequenceEdition: seen, ActivityType: seen };
/** Works with own records alone. */
const own = (id: string): Actor =>
  person(plans.domain, id, { rules: { ...ownRules, entities, operations: ['enrolment.*'] } });
const refusalOf = async (id: string, record = plans.account, actor = me()): Promise<string | undefined> =>
  (await enrol(id, [record], actor)).refused[0]?.code;
const enrolmentsOf = async (of = plans.account): Promise<readonly EnrolmentRow[]> => {
  const enrolments = plans.domain.reader().trusted(Enrolment);
  const pages = await Promise.all([true, false].map((open) => enrolments.page('byRecord', { of, open })));
  return pages.flatMap(({ rows }) => rows);
};
const workOn = async (of = plans.account) =>
  (await plans.domain.reader().trusted(Activity).page('byAccount', { of })).rows;

describe('taking records in', () => {
  it('takes each alone, refuses the others with the reason, and no record twice at once', async () => {
    const { id } = await sequence([step('A')], { goal: { name: { eq: 'Luna' } } });
    const [luna, mar] = [await make('Luna'), await make('Mar')];
    const contact = await run<AnyRow>('createContact', { firstName: 'Rosa', lastName: 'Vera' }, me());
    await run('archiveAccount', { id: mar.id, version: 1 }, me());
    const { enrolments, refused } = await enrol(id, [plans.account, luna.id, mar.id, contact.id, plans.account]);
    expect(enrolments).toMatchObject([{ record: plans.account, step: 'A' }]);
    expect(refused.map(({ code }) => code)).toEqual(['GOAL_REACHED', 'ARCHIVED', 'WRONG_KIND']);
    const both = await Promise.all([enrol(id), enrol(id)]);
    expect(both.flatMap(({ refused: no }) => no.map(({ code }) => code))).toEqual([
      'ALREADY_ENROLLED',
      'ALREADY_ENROLLED',
    ]);
    const other = (await make('Tierra')).id;
    const race = await Promise.all([enrol(id, [other]), enrol(id, [other])]);
    expect(race.flatMap(({ enrolments: yes }) => yes)).toHaveLength(1);
    expect(race.flatMap(({ refused: no }) => no)).toMatchObject([{ code: 'ALREADY_ENROLLED' }]);
    expect(await workOn(other)).toHaveLength(1);
  });

  it('answers a retry with the same key as it did before, and makes nothing twice', async () => {
    const { id } = await sequence();
    const key = { idempotencyKey: 'one' };
    const first = await enrol(id, [plans.account], me(), key);
    const again = await enrol(id, [plans.account], me(), key);
    expect(again.enrolments.map((row) => row.id)).toEqual(first.enrolments.map((row) => row.id));
    expect(again.refused).toEqual([]);
    expect(await workOn()).toHaveLength(1);
  });

  it('lets nobody in again, or only after a while, as the sequence says', async () => {
    const [once, again] = [await sequence(), await sequence([step('A')], { reentry: 'AGAIN', reentryDays: 2 })];
    for (const { id } of [once, again]) {
      const [row] = (await enrol(id)).enrolments;
      await run('stopEnrolment', { id: row?.id }, me());
    }
    await settle();
    expect([await refusalOf(once.id), await refusalOf(again.id)]).toEqual(['ENROLLED_BEFORE', 'TOO_SOON']);
    plans.domain.clock.set('2026-11-25T15:00:01.000Z');
    expect(await refusalOf(again.id)).toBeUndefined();
    const { id, version } = await run<SequenceRow>('createSequence', {
      name: 'Off',
      of: 'Account',
      steps: [step('A')],
    });
    await run('updateSequence', { id, version, active: false });
    expect(await failure(enrol(id))).toBe('NOT_ACTIVE');
  });

  it('takes only what one may see and have, in the own tenant', async () => {
    const { id } = await sequence();
    const bens = (await make('De Ben', {}, plans.ben)).id;
    expect(await refusalOf(id, bens, own(plans.ana))).toBe('NOT_FOUND');
    expect(await refusalOf(id, plans.account, own(plans.ana))).toBeUndefined();
    const [row] = await enrolmentsOf();
    expect(await failure(run('stopEnrolment', { id: row?.id }, own(plans.ben)))).toBe('NOT_FOUND');
    const none = { ...ownRules, operations: [], entities: { '*': seen } };
    expect(await failure(enrol(id, [plans.account], person(plans.domain, plans.ana, { rules: none })))).toBe(
      'FORBIDDEN',
    );
    const stranger = plans.domain.actor({ tenant: `${plans.tenant}X` });
    expect(await failure(enrol(id, [plans.account], stranger))).toBe('NOT_FOUND');
    expect(
      await failure(run('createSequence', { name: 'No', of: 'Account', steps: [step('A')] }, own(plans.ana))),
    ).toBe('FORBIDDEN');
  });

  it('takes many by a job, named ones or those that a filter finds, and says who was refused', async () => {
    const { id } = await sequence();
    const ids = (
      await Promise.all(Array.from({ length: 12 }, (_, nth) => make(`Cuenta ${String(nth)}`, { tags: ['x'] })))
    ).map((row) => row.id);
    await settle();
    const segment = await run<AnyRow>('createSegment', {
      name: 'X',
      recordType: 'Account',
      where: { tags: { has: 'x' } },
    });
    await workOff(plans.domain);
    expect(await failure(run('enrolMany', { sequence: id }, me()))).toBe('BAD_INPUT');
    expect(await failure(run('enrolMany', { sequence: id, where: { nope: { eq: 1 } } }, me()))).toBe('BAD_INPUT');
    expect(
      await failure(
        enrol(
          id,
          Array.from({ length: 101 }, () => plans.account),
        ),
      ),
    ).toBe('BAD_INPUT');
    await run('enrolMany', { sequence: id, records: ids.slice(0, 5) }, me());
    await workOff(plans.domain);
    const job = await run<AnyRow>('enrolMany', { sequence: id, where: { tags: { has: 'x' } } }, me());
    await workOff(plans.domain);
    await settle();
    const { results } = await run<{ results: { status: string; code?: string }[] }>('jobResults', {
      id: job.id,
      first: 200,
    });
    expect(results.filter(({ status }) => status === 'created')).toHaveLength(7);
    expect(results.filter(({ code }) => code === 'ALREADY_ENROLLED')).toHaveLength(5);
    const progress = await run<{ running: number; steps: object[] }>('sequenceProgress', { sequence: id });
    expect(progress).toMatchObject({ running: 12, steps: [{ step: 'A', standing: 12, done: 0 }] });
    expect(plans.domain.meter().requests).toBeLessThanOrEqual(2);
    const other = await sequence();
    await run('enrolMany', { sequence: other.id, segment: segment.id }, me());
    await workOff(plans.domain);
    expect(await run('sequenceProgress', { sequence: other.id })).toMatchObject({ running: 12 });
    expect(await run('sequenceProgress', { sequence: id }, own(plans.ben))).toMatchObject({ running: 0 });
  });
});

describe('a sequence that starts by itself', () => {
  it('starts when an event happens, once for each record, and not for mass imports', async () => {
    const starts = [{ on: 'contact.created', record: 'account', where: { lastName: { eq: 'Cruz' } } }];
    await sequence([step('A')], { starts });
    await run('createContact', { firstName: 'Eva', lastName: 'Vera', account: plans.account }, me());
    await run('createContact', { firstName: 'Rosa', lastName: 'Cruz', account: plans.account }, me());
    const events = await settle();
    const trigger = events.filter(({ type }) => type === 'contact.created');
    const other = (await make('Luna')).id;
    for (let times = 0; times < 2; times += 1)
      expect([...(await consumeEvents(plans.domain.runtime, trigger)).values()]).toEqual([]);
    await settle();
    expect(await enrolmentsOf()).toMatchObject([{ cause: 'contact.created', owner: plans.ana, status: 'RUNNING' }]);
    expect(await workOn()).toHaveLength(1);
    const silent = trigger.map((event) => ({
      ...event,
      id: `${event.id}x`,
      silent: true,
      data: { ...event.data, account: other },
    }));
    await consumeEvents(plans.domain.runtime, silent);
    expect(await enrolmentsOf(other)).toEqual([]);
  });

  it('starts when a filter comes to hold, not at each later change', async () => {
    const starts = [{ on: 'account.*', where: { tags: { has: 'vip' } } }];
    const { id } = await sequence([step('A')], { starts, reentry: 'AGAIN', reentryDays: 1 });
    await run('updateAccount', { id: plans.account, version: 1, tags: ['vip'] }, me());
    await settle();
    const [row] = await enrolmentsOf();
    expect(row).toMatchObject({ sequence: id, cause: 'account.updated' });
    await run('stopEnrolment', { id: row?.id }, me());
    plans.domain.clock.set('2026-11-30T15:00:00.000Z');
    await run('updateAccount', { id: plans.account, version: 2, name: 'Sol nuevo' }, me());
    await settle();
    expect(await enrolmentsOf()).toHaveLength(1);
  });

  it('does nothing twice when the events of its own work come twice', async () => {
    const { id } = await sequence([step('A'), step('B'), step('C')]);
    await enrol(id);
    await settle();
    const [work] = await workOn();
    await run('completeActivity', { id: work?.id }, me());
    const events = await settle();
    await consumeEvents(plans.domain.runtime, events);
    await settle();
    expect(await enrolmentsOf()).toMatchObject([{ step: 'B', visits: [{ step: 'A' }] }]);
    expect(await workOn()).toHaveLength(1);
  });
});

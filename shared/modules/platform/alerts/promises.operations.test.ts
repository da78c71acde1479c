import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnyRow } from '#kernel';
import { sweepMinutes } from '#modules/platform/upkeep';
import { broken, startAlerting, toOwner, type Alerting } from '#test/support/alerting';
import { withTenantTable } from '#test/support/engine';

const tenanted = withTenantTable();
let world: Alerting;
beforeEach(async () => {
  world = await startAlerting(tenanted.table, tenanted.tenant);
});

const promise = { kind: 'PROMISE', source: 'ACTIVITY' };
const standing = async ({ id }: AnyRow) => (await world.alerts()).find(({ key }) => key === id);
const complete = ({ id }: AnyRow) => world.domain.run('completeActivity', { id, result: 'Hecho' });

describe('promises', () => {
  it('alert once they are due, and never after they were fulfilled', async () => {
    await world.makeRule(promise, toOwner);
    const due = '2026-11-23T16:00:00.000Z';
    const [call, kept] = [await world.plan(due), await world.plan(due)];
    await world.settle();
    await world.until('2026-11-23T15:59:00.000Z');
    expect((await world.alerts()).map(({ status }) => status)).toEqual(['WATCHING', 'WATCHING']);
    await complete(kept);
    // What was done is not yet told of when the time comes: the record itself is asked.
    await world.domain.advanceTo('2026-11-23T16:00:30.000Z');
    await world.settle();
    expect(await standing(call)).toMatchObject({ status: 'OPEN' });
    expect((await standing(call))?.raisedAt?.slice(0, 16)).toBe('2026-11-23T16:00');
    expect(await standing(kept)).toMatchObject({ status: 'RESOLVED', times: 0 });
    await complete(call);
    await world.settle();
    expect((await world.alerts()).map(({ status }) => status)).toEqual(['RESOLVED', 'RESOLVED']);
  });

  it('alert nobody when they are fulfilled while their timer is at work', async () => {
    await world.makeRule(promise, toOwner);
    const call = await world.plan('2026-11-23T15:30:00.000Z');
    await world.settle();
    world.domain.clock.set('2026-11-23T15:29:00.000Z');
    // The timer has read the record and is about to write what it tells: whoever fulfils it now comes first.
    world.meanwhile.run = () => complete(call);
    await world.domain.advanceTo('2026-11-23T15:30:00.000Z');
    expect(world.meanwhile.run).toBeUndefined();
    expect(await standing(call)).toMatchObject({ status: 'RESOLVED', reason: 'KEPT', times: 0, told: [] });
    await world.settle();
    expect(await standing(call)).toMatchObject({ status: 'RESOLVED', times: 0 });
  });

  it('alert once when the worker dies before or after any write of the timer', async () => {
    await world.makeRule(promise, toOwner);
    const [first, second] = [
      await world.plan('2026-11-23T15:30:00.000Z'),
      await world.plan('2026-11-23T15:32:00.000Z'),
    ];
    await world.settle();
    const dying = { before: first, after: second };
    for (const [how, call] of Object.entries(dying)) {
      const due = String(call['dueAt']);
      world.domain.clock.set(new Date(Date.parse(due) - 60_000).toISOString());
      world.meanwhile.dies = how as keyof typeof dying;
      await world.domain.advanceTo(due);
      expect(world.meanwhile.dies).toBeUndefined();
      // What the worker left behind is found by the sweep, and what it had written is not written again.
      await sweepMinutes(world.domain.runtime, 5);
      await world.settle();
      expect(await standing(call)).toMatchObject({ status: 'OPEN', times: 1, repeats: 0, told: [world.people.seller] });
    }
    const notices = (await world.entityOf('Notification').page('byUser', { of: world.people.seller, first: 20 })).rows;
    expect(notices.filter(({ kind }) => kind === 'alert.raised')).toHaveLength(2);
  });

  it('that are put off are awaited anew, though their alert was open', async () => {
    await world.makeRule(promise, toOwner);
    const call = await world.plan('2026-11-23T15:10:00.000Z');
    await world.settle();
    await world.until('2026-11-23T15:10:00.000Z');
    expect(await standing(call)).toMatchObject({ status: 'OPEN', times: 1 });
    await world.change(call, 'updateActivity', { dueAt: '2026-11-23T15:40:00.000Z' });
    await world.settle();
    expect(await standing(call)).toMatchObject({ status: 'WATCHING', watchedUntil: '2026-11-23T15:40:00.000Z' });
    await world.until('2026-11-23T15:40:00.000Z');
    expect(await standing(call)).toMatchObject({ status: 'OPEN', times: 2, told: [world.people.seller] });
  });

  it('are never told of late by more than a minute, nor after they were fulfilled, whatever happens on the way', async () => {
    await world.makeRule(promise, toOwner);
    const calls = await planned(drawn());
    for (let minute = 1; minute <= 20; minute += 1) {
      for (const call of calls) await live(call, minute);
      // What happens is told of late, so that timers fire over records of which nobody has heard yet.
      if (minute % 3 === 0) await world.settle();
      await world.domain.advanceTo(at(minute));
    }
    await world.settle();
    const lives = await Promise.all(calls.map(async (call) => ({ ...call, alert: await standing(call.row) })));
    const raised = lives.filter(({ alert }) => (alert?.times ?? 0) > 0);
    expect(raised.length).toBeGreaterThan(3);
    expect(raised.length).toBeLessThan(calls.length);
    expect(raised.filter(({ alert, doneAt }) => (alert?.raisedAt ?? '') > (doneAt ?? '~'))).toEqual([]);
    const left = lives.filter(({ doneAt }) => doneAt === undefined);
    expect(left.map(({ alert }) => alert?.status)).toEqual(left.map(() => 'OPEN'));
    const late = left.map(({ alert, due }) => Date.parse(alert?.raisedAt ?? '') - Date.parse(due));
    expect(late.filter((milliseconds) => milliseconds < 0 || milliseconds > 60_000)).toEqual([]);
  });
});

type Fate = {
  readonly minute: number;
  readonly second: number;
  readonly done: number | null;
  readonly later: number | null;
};
type Life = Fate & { readonly row: AnyRow; due: string; doneAt?: string };

/** When calls are due within a few minutes, and whether and when somebody puts them off or does them. */
const drawn = (): readonly Fate[] => {
  const minute = fc.integer({ min: 1, max: 8 });
  const fate = {
    minute,
    second: fc.integer({ min: 0, max: 59 }),
    done: fc.option(minute, { freq: 2 }),
    later: fc.option(minute, { freq: 2 }),
  };
  return fc.sample(fc.record(fate), { numRuns: 14, seed: 20261122 });
};

const at = (minute: number, second = 0): string =>
  new Date(Date.parse('2026-11-23T15:00:00.000Z') + minute * 60_000 + second * 1000).toISOString();

const planned = async (fates: readonly Fate[]): Promise<readonly Life[]> => {
  const lives: Life[] = [];
  for (const fate of fates) {
    const due = at(fate.minute, fate.second);
    lives.push({ ...fate, due, row: await world.plan(due) });
  }
  await world.settle();
  return lives;
};

/** What becomes of a call in a minute. */
const live = async (call: Life, minute: number): Promise<void> => {
  if (call.doneAt !== undefined) return;
  if (call.later === minute) {
    call.due = at(minute + 4, call.second);
    await world.change(call.row, 'updateActivity', { dueAt: call.due });
  }
  if (call.done === minute) {
    await complete(call.row);
    call.doneAt = world.domain.clock.now().toISOString();
  }
};

describe('a rule that is new, has changed or is switched off', () => {
  it('takes up what stands open, once', async () => {
    const [early, late] = [await world.plan('2026-11-23T14:00:00.000Z'), await world.plan('2026-11-23T15:20:00.000Z')];
    const done = await world.plan('2026-11-23T15:20:00.000Z');
    await complete(done);
    const row = await world.account({ name: 'Roto' });
    await world.settle();
    const rule = await world.makeRule(promise, toOwner);
    await world.makeRule(broken, { name: 'Roto', ...toOwner });
    await world.settle();
    expect([await standing(early), await standing(late), await standing(row)]).toMatchObject([
      { status: 'OPEN', times: 1 },
      { status: 'WATCHING', watchedUntil: '2026-11-23T15:20:00.000Z' },
      { status: 'OPEN', repeats: 0 },
    ]);
    expect(await standing(done)).toBeUndefined();
    await world.change(rule, 'updateAlertRule', { steps: [...toOwner.steps, { afterMinutes: 0, to: 'MANAGER' }] });
    await world.settle();
    const { seller, boss } = world.people;
    expect(await standing(early)).toMatchObject({ told: [seller, boss], repeats: 0 });
    await world.change(rule, 'updateAlertRule', { trigger: { ...promise, where: { subject: { eq: 'Otra' } } } });
    await world.settle();
    for (const each of [early, late])
      expect(await standing(each)).toMatchObject({ status: 'RESOLVED', reason: 'NO_LONGER_SO' });
    await world.change(rule, 'updateAlertRule', { trigger: promise });
    await world.settle();
    expect((await standing(late))?.status).toBe('WATCHING');
    await world.change(rule, 'updateAlertRule', { active: false });
    await world.settle();
    expect(await standing(late)).toMatchObject({ status: 'RESOLVED', reason: 'RULE_OFF' });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, Context } from '#kernel';
import { workAs } from '#kernel/work';
import { startAlerting, toOwner, type Alerting } from '#test/support/alerting';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { AlertRule } from './index.ts';

const tenanted = withTenantTable();
let world: Alerting;
beforeEach(async () => {
  world = await startAlerting(tenanted.table, tenanted.tenant);
});

describe('timetables', () => {
  it('raise at their time, on the clock of the tenant, what is so then; and see it again', async () => {
    const where = { name: { contains: 'Roto' }, createdAt: { lt: { $: 'now', plusDays: -2 } } };
    const rule = await world.makeRule(
      { kind: 'SCHEDULE', of: 'Account', where, rule: 'FREQ=WEEKLY;BYDAY=MO,TH', at: '08:00' },
      toOwner,
    );
    expect(rule['looksAt']).toBe('2026-11-26T13:00:00.000Z');
    const row = await world.account({ name: 'Roto' });
    await world.account();
    await world.settle();
    expect(await world.alerts()).toEqual([]);
    await world.until('2026-11-26T13:00:00.000Z');
    expect(await world.only()).toMatchObject({ status: 'OPEN', record: row.id, told: [world.people.seller] });
    expect((await world.entityOf('AlertRule').get(rule.id))['looksAt']).toBe('2026-11-30T13:00:00.000Z');
    await world.until('2026-11-30T13:00:00.000Z');
    expect(await world.only()).toMatchObject({ status: 'OPEN', times: 1, repeats: 1 });
    await world.rename(row, 'Sol');
    expect(await world.only()).toMatchObject({ status: 'RESOLVED', reason: 'NO_LONGER_SO' });
  });

  it('go through as many as there are, though time passes meanwhile and one of them cannot be raised', async () => {
    const { domain, meanwhile } = world;
    const team = await domain.run<AnyRow>('createTeam', { name: 'Todos', members: [world.people.seller] });
    for (let nth = 0; nth < 51; nth += 1)
      await world.account(nth === 0 ? { owner: undefined, team: team.id } : { name: `Sol ${String(nth)}` });
    const where = { createdAt: { lt: { $: 'now', plusDays: 0 } } };
    await world.makeRule({ kind: 'SCHEDULE', of: 'Account', where, startsOn: '2026-11-24', at: '09:30' }, toOwner);
    await domain.run('archiveTeam', { id: team.id, version: team.version });
    await world.settle();
    const tick = (): Promise<void> => {
      domain.clock.advance(1000);
      meanwhile.run = tick;
      return Promise.resolve();
    };
    meanwhile.run = tick;
    await world.until('2026-11-24T14:30:00.000Z');
    const of = (await world.alerts())[0]?.rule ?? '';
    const [went] = (await world.entityOf('Job').page('bySubject', { of, descending: true })).rows;
    expect(went).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', counts: { failed: 1 } });
    expect(await world.alerts()).toHaveLength(50);
  });

  it('come once where no rule says when they come again', async () => {
    const once = { kind: 'SCHEDULE', of: 'Account', startsOn: '2026-11-24', at: '09:30' };
    const rule = await world.makeRule(once, toOwner);
    await world.account();
    await world.settle();
    await world.until('2026-11-24T14:30:00.000Z');
    expect((await world.only()).status).toBe('OPEN');
    expect((await world.entityOf('AlertRule').get(rule.id))['looksAt']).toBeUndefined();
    await world.change(rule, 'updateAlertRule', { note: 'Ya pasó' });
  });
});

describe('goals', () => {
  it('are looked at every working day by the working days that are over', async () => {
    const { domain, people, until } = world;
    const { seller, boss, chief } = people;
    const month = { from: '2026-11-01', to: '2026-11-30' };
    const quota = await domain.run<AnyRow>('createActivityQuota', { user: seller, count: 2, ...month });
    await domain.run('createActivityQuota', { user: boss, count: 1, from: '2026-11-24', to: '2026-11-30' });
    const team = await domain.run<AnyRow>('createTeam', { name: 'Norte', members: [seller], manager: chief });
    const rule = await world.makeRule({ kind: 'GOAL', source: 'ACTIVITY_QUOTA', below: 90, at: '09:00' }, toOwner);
    await until('2026-11-24T14:01:00.000Z');
    const alert = await world.only();
    expect(alert).toMatchObject({ status: 'OPEN', record: quota.id, owner: seller, told: [seller] });
    expect(alert.title).toBe('Mira: Seller 0/2 (0 %)');
    expect(alert.detail).toMatchObject({
      es: 'Seller: 0 de 2, del 1 de noviembre de 2026 al 30 de noviembre de 2026. Es el 0 % de lo que correspondía hasta hoy.',
      en: 'Seller: 0 of 2, from November 1, 2026 to November 30, 2026. That is 0 % of what was due by now.',
    });
    const told = await world.entityOf('Notification').page('byUser', { of: seller, first: 5 });
    expect(told.rows.find(({ kind }) => kind === 'alert.raised')?.['body']).toBe(alert.detail?.es);
    await domain.run('createSalesTarget', { user: chief, amount: { minor: 100_000, currency: 'USD' }, ...month });
    await world.makeRule(
      { kind: 'GOAL', source: 'SALES_TARGET', below: 50, at: '09:00' },
      { name: 'Meta', ...toOwner },
    );
    for (const subject of ['Uno', 'Dos'])
      await domain.run('completeActivity', { id: (await world.plan(undefined, { subject })).id, result: 'Hecho' });
    await world.settle();
    await until('2026-11-25T14:01:00.000Z');
    const reasons = (await world.alerts()).map(({ status, owner, reason }) => [owner, status, reason]);
    expect(reasons).toContainEqual([seller, 'RESOLVED', 'CAUGHT_UP']);
    expect(reasons).toContainEqual([chief, 'OPEN', undefined]);
    const sold = (await world.alerts()).find(({ owner }) => owner === chief);
    expect(sold?.title).toBe('Meta: Chief $0,00/$1.000,00 (0 %)');
    await domain.run('createActivityQuota', { user: boss, team: team.id, count: 9, ...month });
    const toTeam = { steps: [{ afterMinutes: 0, to: 'TEAM' }] };
    await world.makeRule(
      { kind: 'GOAL', source: 'ACTIVITY_QUOTA', below: 90, at: '09:00' },
      { name: 'Equipo', ...toTeam },
    );
    // A Friday: the next look is on Monday.
    await until('2026-11-26T14:00:00.000Z');
    const ofTeam = (await world.alerts()).find(({ title }) => title.startsWith('Equipo: Norte'));
    expect(ofTeam).toMatchObject({ owner: boss, team: team.id, told: [chief, seller] });
    expect(ofTeam?.title).toBe('Equipo: Norte 2/9 (26 %)');
    await until('2026-11-27T14:00:00.000Z');
    expect((await world.entityOf('AlertRule').get(rule.id))['looksAt']).toBe('2026-11-30T14:00:00.000Z');
  });
});

describe('rules', () => {
  it('are at most two hundred, so that each one is heard; one is archived for another', async () => {
    const { domain } = world;
    const steps = [{ afterMinutes: 0, to: 'OWNER' as const }];
    const trigger = { kind: 'EVENT' as const, on: 'account.created' };
    const make = ({ trusted }: Context, count: number): Promise<void> => {
      for (let made = 0; made < count; made += 1) trusted(AlertRule).create({ name: 'Una más', steps, trigger });
      return Promise.resolve();
    };
    for (const count of [80, 80, 39]) await workAs(domain.runtime, domain.actor(), 'test', (each) => make(each, count));
    const last = await world.makeRule(trigger);
    expect(await failure(world.makeRule(trigger))).toBe('LIMIT_REACHED');
    await domain.run('archiveAlertRule', { id: last.id, version: last.version });
    expect(await failure(world.makeRule(trigger))).toBe('nothing failed');
  });
});

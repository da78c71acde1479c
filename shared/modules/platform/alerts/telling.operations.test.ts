import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { broken, ladder, startAlerting, toOwner, type Alerting } from '#test/support/alerting';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ownRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import type { AlertRow } from './index.ts';

const tenanted = withTenantTable();
let world: Alerting;
beforeEach(async () => {
  world = await startAlerting(tenanted.table, tenanted.tenant);
});

describe('an alert', () => {
  it('tells however many its steps name, a few at a time, by each rule that a thing concerns', async () => {
    const { domain } = world;
    const many = await makePeople(
      domain,
      Array.from({ length: 41 }, (_, nth) => `Person ${String(nth)}`),
    );
    const team = await domain.run<AnyRow>('createTeam', { name: 'Todos', members: many });
    const account = await world.account({ owner: undefined, team: team.id });
    await world.settle();
    await world.makeRule(broken, { steps: [{ afterMinutes: 0, to: 'TEAM' }] });
    await world.makeRule(broken, { name: 'También', ...toOwner });
    await world.rename(account, 'Roto');
    const [one, other] = await world.alerts();
    for (const alert of [one, other]) {
      expect(alert?.told).toHaveLength(41);
      expect(alert?.toTell).toBeUndefined();
    }
    const { rows } = await world.entityOf('Notification').page('byUser', { of: many[40] ?? '', first: 20 });
    expect(rows.filter(({ kind }) => kind === 'alert.raised')).toHaveLength(2);
  });
});

describe('who sees an alert', () => {
  it('tells nobody what its maker does not see', async () => {
    const { domain, makeRule, people } = world;
    const all = { create: 'all', read: 'all', update: 'all', archive: 'all' } as const;
    const maker = (more: object) => {
      const entities = { ...ownRules.entities, AlertRule: all };
      const rules = { ...ownRules, entities, operations: ['alertRule.*'], ...more };
      return domain.actor({ id: people.seller, userId: people.seller, rules });
    };
    const trigger = {
      kind: 'THRESHOLD',
      of: 'Account',
      where: { creditLimit: { gt: { amount: '1', currency: 'USD' } } },
    };
    const make = (rule: object, by: ReturnType<typeof maker>) =>
      failure(domain.run('createAlertRule', { name: 'Mira', trigger, steps: ladder, ...rule }, by));
    const wide = { entities: { ...ownRules.entities, AlertRule: all, Account: all } };
    expect(await make({}, maker({}))).toBe('FORBIDDEN');
    expect(await make({ trigger: { kind: 'PROMISE', source: 'ACTIVITY' } }, maker(wide))).toBe('FORBIDDEN');
    expect(await make({}, maker(wide))).toBe('nothing failed');
    const blind = maker({ ...wide, hiddenFields: ['Account.creditLimit'] });
    expect(await make({}, blind)).toBe('BAD_INPUT');
    expect(await make({ trigger: broken, stopWhen: trigger.where }, blind)).toBe('BAD_INPUT');
    await makeRule(trigger);
  });

  it('is whose matter it is, and whoever was told finds it and attends to it', async () => {
    const { domain, people, only } = world;
    const { seller, boss, chief } = people;
    await world.makeRule(broken, { steps: [ladder[0], { afterMinutes: 0, to: 'USER', user: boss }] });
    await world.account({ name: 'Roto' });
    await world.settle();
    const { id } = await only();
    const rules = { ...ownRules, operations: ['alert.*'] };
    const as = (user: string) => domain.actor({ id: user, userId: user, rules });
    const mine = async (user: string, input: object = {}) =>
      (await domain.run<{ alerts: readonly AlertRow[] }>('myAlerts', { ...input }, as(user))).alerts.map(
        (row) => row.id,
      );
    expect([await mine(seller), await mine(boss), await mine(chief)]).toEqual([[id], [id], []]);
    expect(await failure(domain.run('resolveAlert', { id, reason: 'x' }, as(chief)))).toBe('NOT_FOUND');
    const looksOn = { create: 'none', read: 'all', update: 'own', archive: 'none' } as const;
    const readsAll = { ...rules, entities: { ...rules.entities, Alert: looksOn } };
    const reader = domain.actor({ id: chief, userId: chief, rules: readsAll });
    expect(await failure(domain.run('resolveAlert', { id, reason: 'x' }, reader))).toBe('FORBIDDEN');
    const attended = await domain.run<AlertRow>('acknowledgeAlert', { id }, as(boss));
    expect(attended).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedBy: boss });
    const resolved = await domain.run<AlertRow>('resolveAlert', { id, reason: 'Done' }, as(seller));
    expect(resolved).toMatchObject({ status: 'RESOLVED', reason: 'Done' });
    expect(await failure(domain.run('acknowledgeAlert', { id }, as(seller)))).toBe('INVALID_STATE');
    await world.settle();
    expect([await mine(boss), await mine(boss, { open: false })]).toEqual([[], [id]]);
  });
});

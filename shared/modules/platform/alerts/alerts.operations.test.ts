import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { defaultActivityTypes } from '#modules/engagement/activities';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ownRules, partyModules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { nextLook } from './alert-rule.rules.ts';
import type { AlertRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let seller: string;
let boss: string;
let chief: string;

/** A Monday, 10:00 in Quito: people work from 9 to 18. */
const now = '2026-11-23T15:00:00.000Z';

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant, now });
  [seller = '', boss = '', chief = ''] = await makePeople(domain, ['Seller', 'Boss', 'Chief']);
  const manages = async (id: string, manager: string) => {
    const user = await entityOf('User').get(id);
    await domain.run('updateUser', { id, version: user.version, manager });
  };
  await manages(seller, boss);
  await manages(boss, chief);
});

const entityOf = (name: string) => domain.reader().trusted(domain.registry.entity(name));
const owner = { afterMinutes: 0, to: 'OWNER' };
const ladder = [owner, { afterMinutes: 60, to: 'MANAGER' }, { afterMinutes: 120, to: 'MANAGER', level: 2 }];
const makeRule = (trigger: object, more: object = {}) =>
  domain.run<AnyRow>('createAlertRule', { name: 'Mira', trigger, steps: ladder, ...more });
const alerts = async (): Promise<readonly AlertRow[]> =>
  (await entityOf('Alert').page('all', { first: 50 })).rows as unknown as readonly AlertRow[];
const only = async (): Promise<AlertRow> => {
  const [first, ...others] = await alerts();
  expect(others).toEqual([]);
  return first as AlertRow;
};
const account = (more: object = {}) => domain.run<AnyRow>('createAccount', { name: 'Sol', owner: seller, ...more });
const rename = async (row: AnyRow, name: string) => {
  const { version } = await entityOf('Account').get(row.id);
  await domain.run('updateAccount', { id: row.id, version, name });
  await domain.settle();
};
/** What comes due on the way is late: mails that nobody sends would be tried for hours. */
const until = async (moment: string): Promise<void> => {
  domain.clock.set(new Date(Date.parse(moment) - 60_000).toISOString());
  await domain.advanceTo(moment);
  await domain.settle();
};
const big = { kind: 'THRESHOLD', of: 'Account', where: { name: { contains: 'Roto' } } };

describe('a rule of alerts', () => {
  it('says what is wrong with it', async () => {
    const wrong = (trigger: object, more: object = {}) => failure(makeRule(trigger, more));
    expect(await wrong({ kind: 'EVENT' })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'EVENT', on: 'account.exploded' })).toBe('BAD_INPUT');
    expect(await wrong({ ...big, of: 'Nothing' })).toBe('BAD_INPUT');
    expect(await wrong({ ...big, where: { nothing: { eq: 1 } } })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'PROMISE', source: 'SALES_TARGET' })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'GOAL', source: 'SALES_TARGET' })).toBe('BAD_INPUT');
    expect(await wrong(big, { steps: [] })).toBe('BAD_INPUT');
    expect(await wrong(big, { steps: [{ afterMinutes: 0, to: 'ROLE' }] })).toBe('BAD_INPUT');
    expect(await wrong(big, { steps: [...ladder].reverse() })).toBe('BAD_INPUT');
    const { sources } = await domain.run<{ sources: { key: string }[] }>('alertSources', {});
    expect(sources.map(({ key }) => key).sort()).toEqual([
      'ACTIVITY',
      'ACTIVITY_QUOTA',
      'PAYMENT_PROMISE',
      'SALES_TARGET',
    ]);
  });

  it('raises one alert for one thing, tells the owner, and managers by working time until somebody attends to it', async () => {
    await makeRule(big);
    const row = await account();
    await domain.settle();
    expect(await alerts()).toEqual([]);
    await rename(row, 'Sol Roto');
    await rename(row, 'Sol muy Roto');
    expect(await only()).toMatchObject({ status: 'OPEN', owner: seller, told: [seller], times: 1, repeats: 1 });
    await until('2026-11-23T16:00:00.000Z');
    expect((await only()).told).toEqual([seller, boss]);
    await domain.run('acknowledgeAlert', { id: (await only()).id }, domain.actor({ id: boss, userId: boss }));
    await until('2026-11-23T18:00:00.000Z');
    expect(await only()).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedBy: boss, told: [seller, boss] });
    await rename(row, 'Sol');
    expect(await only()).toMatchObject({ status: 'RESOLVED', reason: 'NO_LONGER_SO' });
    const told = (await entityOf('Notification').page('byUser', { of: seller, first: 10 })).rows;
    expect(told.filter(({ kind }) => kind === 'alert.raised')).toHaveLength(1);
  });

  it('is not raised again while it cools down, and ends by itself when nobody resolves it', async () => {
    await makeRule(big, { coolDownHours: 1, expireHours: 4, steps: [owner] });
    const row = await account({ name: 'Roto' });
    await domain.settle();
    await domain.run('resolveAlert', { id: (await only()).id, reason: 'Repaired' });
    await rename(row, 'Roto 2');
    expect(await only()).toMatchObject({ status: 'RESOLVED', times: 1 });
    domain.clock.set('2026-11-23T16:30:00.000Z');
    await rename(row, 'Roto 3');
    expect(await only()).toMatchObject({ status: 'OPEN', times: 2 });
    await until('2026-11-23T20:31:00.000Z');
    expect(await only()).toMatchObject({ status: 'EXPIRED' });
  });

  it('asks the record itself before further people are told, and ends also by what happens in silence', async () => {
    await makeRule(big);
    const [first, second] = [await account({ name: 'Roto' }), await account({ name: 'Muy roto: Roto' })];
    await domain.settle();
    await domain.run('updateAccount', { id: first.id, version: first.version, name: 'Sol' });
    domain.clock.set('2026-11-23T15:59:00.000Z');
    await domain.advanceTo('2026-11-23T16:00:30.000Z');
    const standing = async (row: AnyRow) => (await alerts()).find(({ key }) => key === row.id);
    expect(await standing(first)).toMatchObject({ status: 'RESOLVED', reason: 'NO_LONGER_SO', told: [seller] });
    expect(await standing(second)).toMatchObject({ status: 'OPEN', told: [seller, boss] });
    const { bus } = domain.runtime.ports;
    const publish: typeof bus.publish = (entries) =>
      bus.publish(entries.map((entry) => ({ ...entry, detail: { ...(entry.detail as object), silent: true } })));
    Object.assign(domain.runtime.ports, { bus: { publish } });
    await rename(first, 'Otra vez Roto');
    await rename(second, 'Luna');
    expect((await standing(first))?.times).toBe(1);
    expect(await standing(second)).toMatchObject({ status: 'RESOLVED', reason: 'NO_LONGER_SO' });
  });

  it('counts working time alone: a night is none', async () => {
    domain.clock.set('2026-11-23T22:30:00.000Z');
    await makeRule({ kind: 'EVENT', on: 'account.created', where: { name: { eq: 'Roto' } } });
    await account();
    await account({ name: 'Roto' });
    await domain.settle();
    await until('2026-11-24T14:29:00.000Z');
    expect((await only()).told).toEqual([seller]);
    await until('2026-11-24T14:31:00.000Z');
    expect((await only()).told).toEqual([seller, boss]);
  });
});

describe('promises', () => {
  const plan = async (dueAt: string) => {
    const [type] = defaultActivityTypes.filter(({ key }) => key === 'CALL');
    const { id } = await domain.run<AnyRow>('createActivityType', type ?? {});
    return domain.run<AnyRow>('createActivity', { type: id, subject: 'Devolver llamada', dueAt, owner: seller });
  };

  it('alert once they are due, and never after they were fulfilled', async () => {
    await makeRule({ kind: 'PROMISE', source: 'ACTIVITY' }, { steps: [owner] });
    const due = '2026-11-23T16:00:00.000Z';
    const call = await plan(due);
    const kept = await domain.run<AnyRow>('createActivity', {
      type: call['type'],
      subject: 'Otra',
      dueAt: due,
      owner: seller,
    });
    await domain.settle();
    await until('2026-11-23T15:59:00.000Z');
    expect((await alerts()).map(({ status }) => status)).toEqual(['WATCHING', 'WATCHING']);
    await domain.run('completeActivity', { id: kept.id, result: 'Hecho' });
    // What was done is not yet told of when the time comes: the record itself is asked.
    await domain.advanceTo('2026-11-23T16:00:30.000Z');
    await domain.settle();
    const [first, second] = await Promise.all(
      [call, kept].map(async ({ id }) => (await alerts()).find(({ key }) => key === id)),
    );
    expect([first?.status, first?.raisedAt?.slice(0, 16), second?.status]).toEqual([
      'OPEN',
      '2026-11-23T16:00',
      'RESOLVED',
    ]);
    expect(second?.times).toBe(0);
    await domain.run('completeActivity', { id: call.id, result: 'Hecho' });
    await domain.settle();
    expect((await alerts()).map(({ status }) => status)).toEqual(['RESOLVED', 'RESOLVED']);
  });
});

describe('goals', () => {
  it('are looked at every day by the working days that are over', async () => {
    const month = { from: '2026-11-01', to: '2026-11-30' };
    const quota = await domain.run<AnyRow>('createActivityQuota', { user: seller, count: 2, ...month });
    await domain.run('createActivityQuota', { user: boss, count: 1, from: '2026-11-24', to: '2026-11-30' });
    await makeRule({ kind: 'GOAL', source: 'ACTIVITY_QUOTA', below: 90, at: '09:00' }, { steps: [owner] });
    await until('2026-11-24T14:01:00.000Z');
    const alert = await only();
    expect(alert).toMatchObject({ status: 'OPEN', record: quota.id, owner: seller, told: [seller] });
    expect(alert.title).toBe('Mira: 2026-11-01 - 2026-11-30 (0 %)');
    await domain.run('createSalesTarget', { user: chief, amount: { minor: 100_000, currency: 'USD' }, ...month });
    await makeRule({ kind: 'GOAL', source: 'SALES_TARGET', below: 50, at: '09:00' }, { name: 'Meta', steps: [owner] });
    const [type] = defaultActivityTypes;
    const { id } = await domain.run<AnyRow>('createActivityType', type ?? {});
    for (const subject of ['Uno', 'Dos']) {
      const done = await domain.run<AnyRow>('createActivity', { type: id, subject, owner: seller });
      await domain.run('completeActivity', { id: done.id, result: 'Hecho' });
    }
    await domain.settle();
    await until('2026-11-25T14:01:00.000Z');
    const reasons = (await alerts()).map(({ status, owner: whose, reason }) => [whose, status, reason]);
    expect(reasons).toContainEqual([seller, 'RESOLVED', 'CAUGHT_UP']);
    expect(reasons).toContainEqual([chief, 'OPEN', undefined]);
    const looks = ['2026-11-25T12:59:00.000Z', '2026-11-25T13:00:00.000Z'].map((each) =>
      nextLook({}, each, 'America/Guayaquil'),
    );
    expect(looks).toEqual(['2026-11-25T13:00:00.000Z', '2026-11-26T13:00:00.000Z']);
  });
});

describe('who sees an alert', () => {
  it('is whose matter it is, and whoever was told attends to it', async () => {
    await makeRule(big, { steps: [owner, { afterMinutes: 0, to: 'USER', user: boss }] });
    await account({ name: 'Roto' });
    await domain.settle();
    const { id } = await only();
    const rules = { ...ownRules, operations: ['alert.*'] };
    const as = (user: string) => domain.actor({ id: user, userId: user, rules });
    expect(await failure(domain.run('resolveAlert', { id, reason: 'x' }, as(chief)))).toBe('NOT_FOUND');
    const attended = await domain.run<AlertRow>('acknowledgeAlert', { id }, as(boss));
    expect(attended).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedBy: boss });
    const resolved = await domain.run<AlertRow>('resolveAlert', { id, reason: 'Done' }, as(seller));
    expect(resolved).toMatchObject({ status: 'RESOLVED', reason: 'Done' });
    expect(await failure(domain.run('acknowledgeAlert', { id }, as(seller)))).toBe('INVALID_STATE');
  });
});

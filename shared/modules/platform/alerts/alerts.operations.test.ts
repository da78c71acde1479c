import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { sendQueuedMessage } from '#modules/engagement/conversations';
import { broken, ladder, startAlerting, toOwner, type Alerting } from '#test/support/alerting';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';

const tenanted = withTenantTable();
let world: Alerting;
beforeEach(async () => {
  world = await startAlerting(tenanted.table, tenanted.tenant);
});

const standing = async ({ id }: AnyRow) => (await world.alerts()).find(({ key }) => key === id);
const noticesOf = async (of: string): Promise<readonly AnyRow[]> =>
  (await world.entityOf('Notification').page('byUser', { of, first: 20 })).rows.filter(
    ({ kind }) => kind === 'alert.raised',
  );

describe('a rule of alerts', () => {
  it('says what is wrong with it', async () => {
    const { domain, makeRule } = world;
    const wrong = (trigger: object, more: object = {}) => failure(makeRule(trigger, more));
    expect(await wrong({ kind: 'EVENT' })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'EVENT', on: 'account.exploded' })).toBe('BAD_INPUT');
    expect(await wrong({ ...broken, of: 'Nothing' })).toBe('BAD_INPUT');
    expect(await wrong({ ...broken, where: { nothing: { eq: 1 } } })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'PROMISE', source: 'SALES_TARGET' })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'GOAL', source: 'SALES_TARGET' })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'SCHEDULE', of: 'Account' })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'SCHEDULE', of: 'Account', startsOn: '2026-11-22' })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'SCHEDULE', of: 'Account', rule: 'FREQ=SOMETIMES' })).toBe('RULE_INVALID');
    for (const rule of ['FREQ=MINUTELY', 'FREQ=SECONDLY;INTERVAL=9', 'FREQ=HOURLY;BYMINUTE=0,30'])
      expect(await wrong({ kind: 'SCHEDULE', of: 'Account', rule })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'EVENT', on: 'notification.created' })).toBe('BAD_INPUT');
    expect(await wrong(broken, { steps: [] })).toBe('BAD_INPUT');
    expect(await wrong(broken, { steps: [{ afterMinutes: 0, to: 'ROLE' }] })).toBe('BAD_INPUT');
    expect(await wrong(broken, { steps: [{ afterMinutes: 0, to: 'ROLE', role: 'bosss' }] })).toBe('BAD_INPUT');
    expect(await wrong(broken, { steps: [...ladder].reverse() })).toBe('BAD_INPUT');
    expect(await wrong(broken, { stopWhen: { nothing: { eq: 1 } } })).toBe('BAD_INPUT');
    expect(await wrong({ kind: 'GOAL', source: 'SALES_TARGET', below: 50 }, { stopWhen: { name: { eq: 'x' } } })).toBe(
      'BAD_INPUT',
    );
    const { sources } = await domain.run<{ sources: { key: string }[] }>('alertSources', {});
    expect(sources.map(({ key }) => key).sort()).toEqual([
      'ACTIVITY',
      'ACTIVITY_QUOTA',
      'PAYMENT_PROMISE',
      'SALES_TARGET',
    ]);
  });

  it('raises one alert for one thing, tells the owner, and managers by working time until somebody attends to it', async () => {
    const { people, domain, only, rename, until } = world;
    const { seller, boss } = people;
    await world.makeRule(broken);
    const row = await world.account();
    await world.settle();
    expect(await world.alerts()).toEqual([]);
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
    expect(await noticesOf(seller)).toHaveLength(1);
  });

  it('is not raised again while it cools down, and ends by itself when nobody resolves it', async () => {
    const { domain, only, rename, until } = world;
    await world.makeRule(broken, { coolDownHours: 1, expireHours: 4, ...toOwner });
    const row = await world.account({ name: 'Roto' });
    await world.settle();
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
    const { domain, people, rename } = world;
    const { seller, boss } = people;
    await world.makeRule(broken);
    const [first, second] = [await world.account({ name: 'Roto' }), await world.account({ name: 'Muy roto: Roto' })];
    await world.settle();
    await domain.run('updateAccount', { id: first.id, version: first.version, name: 'Sol' });
    domain.clock.set('2026-11-23T15:59:00.000Z');
    await domain.advanceTo('2026-11-23T16:00:30.000Z');
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
    const { domain, people, only, until } = world;
    const { seller, boss } = people;
    domain.clock.set('2026-11-23T22:30:00.000Z');
    await world.makeRule({ kind: 'EVENT', on: 'account.created', where: { name: { eq: 'Roto' } } });
    await world.account();
    await world.account({ name: 'Roto' });
    await world.settle();
    await until('2026-11-24T14:29:00.000Z');
    expect((await only()).told).toEqual([seller]);
    await until('2026-11-24T14:31:00.000Z');
    expect((await only()).told).toEqual([seller, boss]);
  });

  it('ends what it has raised once a condition holds, or its record is gone; what is archived can itself be the matter', async () => {
    const { domain } = world;
    const stopWhen = { name: { contains: 'Visto' } };
    await world.makeRule({ kind: 'EVENT', on: 'account.created' }, { stopWhen, ...toOwner });
    await world.makeRule({ kind: 'EVENT', on: 'account.archived' }, { name: 'Archivo', ...toOwner });
    const [seen, gone] = [await world.account(), await world.account({ name: 'Luna' })];
    await world.account({ name: 'Visto' });
    await world.settle();
    expect((await world.alerts()).map(({ status }) => status)).toEqual(['OPEN', 'OPEN']);
    await world.rename(seen, 'Sol: Visto');
    expect(await standing(seen)).toMatchObject({ status: 'RESOLVED', reason: 'STOPPED' });
    domain.clock.set('2026-11-23T15:00:01.000Z');
    await domain.run('archiveAccount', { id: gone.id, version: 1 });
    await world.settle();
    const ofGone = (await world.alerts()).filter(({ key }) => key === gone.id);
    expect(ofGone.map(({ title, status }) => `${title} ${status}`).sort()).toEqual([
      'Archivo: Luna OPEN',
      'Mira: Luna OPEN',
    ]);
    // After a week both would expire; what is archived is asked before and ends.
    const mine = ofGone.find(({ title }) => title.startsWith('Mira'));
    await world.until(new Date(Date.parse(mine?.wakesAt ?? '')).toISOString());
    expect((await world.alerts()).find(({ id }) => id === mine?.id)).toMatchObject({ reason: 'ARCHIVED' });
  });

  it('reaches whoever has the matter by now, substitutes of those who are away, and again by a channel of its own', async () => {
    const { domain, people, change, only, until } = world;
    const { seller, boss, chief } = people;
    const again = { afterMinutes: 60, to: 'OWNER', channel: 'IN_APP' };
    await world.makeRule(broken, { steps: [ladder[0], again] });
    const absence = { user: seller, from: '2026-11-23', until: '2026-11-23', substitute: chief };
    await domain.run('setAbsence', absence);
    const row = await world.account({ name: 'Roto' });
    await world.settle();
    expect((await only()).told).toEqual([seller, chief]);
    await change(row, 'updateAccount', { owner: boss });
    await world.settle();
    await until('2026-11-23T16:00:00.000Z');
    expect(await only()).toMatchObject({ owner: boss, told: [seller, chief, boss] });
    expect((await noticesOf(boss)).map((row) => [row['channel'], row['body']])).toEqual([
      ['IN_APP', 'Responsable: Boss.'],
    ]);
  });

  it('tells by a text message whom a step says so of, once, and by mail whom none reaches', async () => {
    const { domain, people, change, only, until } = world;
    const { seller, boss } = people;
    await domain.run('createChannelAccount', { kind: 'SMS', name: 'Avisos', address: '+593990000001' });
    await change({ id: seller }, 'updateUser', { phone: '+593991234567', locale: 'es' });
    const bySms = (afterMinutes: number) => ({ afterMinutes, to: 'OWNER', channel: 'SMS' });
    await world.makeRule(broken, { steps: [ladder[0], bySms(30), { ...bySms(30), to: 'MANAGER' }] });
    await world.account({ name: 'Roto' });
    await world.settle();
    await until('2026-11-23T15:30:00.000Z');
    const messages = (await world.entityOf('Message').page('all', { first: 10 })).rows;
    expect(messages.map(({ text, status }) => [text, status])).toEqual([['Mira: Roto', 'QUEUED']]);
    const channels = async (of: string) => (await noticesOf(of)).map(({ channel }) => channel).sort();
    expect([await channels(seller), await channels(boss)]).toEqual([['IN_APP', 'MAIL'], ['MAIL']]);
    expect(await only()).toMatchObject({ step: 3, told: [seller, boss] });
  });
});

describe('alerts', () => {
  it('alert to nothing themselves, nor does what tells people of them', async () => {
    const { boss } = world.people;
    const steps = [{ afterMinutes: 0, to: 'USER', user: boss, channel: 'MAIL' }];
    await world.makeRule({ kind: 'EVENT', on: 'mail.*' }, { steps });
    await world.makeRule({ kind: 'EVENT', on: 'account.created' }, { name: 'Cuenta', steps });
    await world.account();
    await world.settle();
    expect((await world.only()).title).toBe('Cuenta: Sol');
    expect((await world.entityOf('Mail').page('all', { first: 10 })).rows).toHaveLength(1);
  });

  it('end by whatever channel they tell people: a text message that one sends is the matter of no other', async () => {
    const { domain, people, change, settle } = world;
    const { seller, boss } = people;
    await domain.run('createChannelAccount', { kind: 'SMS', name: 'Avisos', address: '+593990000001' });
    await change({ id: boss }, 'updateUser', { phone: '+593991234567' });
    const steps = [0, 30].map((afterMinutes) => ({ afterMinutes, to: 'USER', user: boss, channel: 'SMS' }));
    for (const on of ['message.*', 'conversation.*']) await world.makeRule({ kind: 'EVENT', on }, { name: on, steps });
    await world.makeRule({ kind: 'THRESHOLD', of: 'Message', where: { direction: { eq: 'OUTBOUND' } } }, { steps });
    await world.makeRule({ kind: 'EVENT', on: 'account.created' }, { name: 'Cuenta', steps });
    await world.account();
    await settle();
    await world.until('2026-11-23T15:31:00.000Z');
    const messages = async () => (await world.entityOf('Message').page('all', { first: 50 })).rows;
    const [first] = await messages();
    await sendQueuedMessage(domain.runtime, { tenant: tenanted.tenant, message: first?.id ?? '' });
    await settle();
    expect((await world.only()).title).toBe('Cuenta: Sol');
    // What became of it was told by others than alerts.
    expect((await messages()).map(({ status }) => status).sort()).toEqual(['QUEUED', 'SENT']);
    await domain.run(
      'sendMessage',
      { channel: 'SMS', to: '+593997654321', text: 'Hola' },
      domain.actor({ id: seller, userId: seller }),
    );
    await settle();
    expect((await world.alerts()).map(({ title }) => title.split(':')[0]).sort()).toEqual([
      'Cuenta',
      'Mira',
      'conversation.*',
      'message.*',
    ]);
  });
});

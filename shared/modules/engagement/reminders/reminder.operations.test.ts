import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow, Row } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { modules } from '#modules';
import { Mail } from '#modules/platform/mail-out';
import { Notification } from '#modules/platform/notifications';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { Reminder, type ReminderRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let type: string;
let ana: string;
let ben: string;
beforeEach(async () => {
  // A Monday, ten in the morning in Quito.
  domain = startDomain({
    modules: [...modules, peopleForTests],
    table: tenanted.table,
    tenant: tenanted.tenant,
    now: '2026-11-23T15:00:00.000Z',
  });
  type = (await domain.run<AnyRow>('createActivityType', { key: 'CALL', name: { es: 'Llamada', en: 'Call' } })).id;
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});

const me = (id = ana): Actor => domain.actor({ id, userId: id });
const own = (id: string): Actor =>
  domain.actor({
    id,
    userId: id,
    rules: {
      entities: { '*': { read: 'all' }, Reminder: { create: 'own', read: 'own', update: 'own', archive: 'own' } },
      operations: ['reminder.*'],
      hiddenFields: [],
      readOnlyFields: [],
    },
  });
const plan = (startsAt = '2026-11-23T18:00:00.000Z') =>
  domain.run<AnyRow>('createActivity', { subject: 'Visita', type, startsAt }, me());
const remind = (values: object, actor = me(), options = {}) =>
  domain.run<ReminderRow>('createReminder', values as Record<string, unknown>, actor, options);
const read = ({ id }: { readonly id: string }): Promise<Row<typeof Reminder>> => domain.reader().data(Reminder).get(id);
const notices = async (user = ana) =>
  (
    await domain
      .reader()
      .data(Notification)
      .list({ where: { user: { eq: user } } })
  ).rows;
const mails = async () => (await domain.reader().trusted(Mail).list({ first: 100 })).rows.length;
/** What comes due in the two minutes up to a moment. */
const jump = async (moment: string): Promise<void> => {
  domain.clock.set(new Date(Date.parse(moment) - 120_000).toISOString());
  await domain.advanceTo(moment);
};

describe('a reminder', () => {
  it('before an activity rings in time, once, in the product and by mail', async () => {
    const visit = await plan();
    const made = await remind({ about: visit.id, minutesBefore: 30 });
    expect(made).toMatchObject({ remindAt: '2026-11-23T17:30:00.000Z', status: 'WAITING', owner: ana });
    await jump('2026-11-23T17:29:00.000Z');
    expect((await read(made)).status).toBe('WAITING');
    await jump('2026-11-23T17:31:00.000Z');
    await jump('2026-11-23T17:40:00.000Z');
    expect(await read(made)).toMatchObject({ status: 'RUNG', rangAt: '2026-11-23T17:30:00.000Z' });
    expect(await notices()).toMatchObject([
      { title: 'Recordatorio: Visita', about: visit.id, status: 'UNREAD', kind: 'reminder.due' },
    ]);
    expect(await mails()).toBe(1);
  });

  it('goes with its activity: moved, done, dropped, archived, reopened', async () => {
    const visit = await plan();
    const made = await remind({ about: visit.id, minutesBefore: 30 });
    await domain.run('postponeActivity', { id: visit.id, to: '2026-11-24T18:00:00.000Z' }, me());
    const events = await domain.settle();
    expect(await read(made)).toMatchObject({ remindAt: '2026-11-24T17:30:00.000Z', version: 2 });
    await consumeEvents(domain.runtime, events);
    expect((await read(made)).version).toBe(2);
    await domain.run('dropActivity', { id: visit.id }, me());
    await domain.settle();
    expect(await read(made)).toMatchObject({ status: 'CANCELLED', isOvertaken: true });
    await domain.run('reopenActivity', { id: visit.id }, me());
    await domain.settle();
    expect(await read(made)).toMatchObject({ status: 'WAITING', remindAt: '2026-11-24T17:30:00.000Z' });
    await domain.run('archiveActivity', { id: visit.id, version: 4 }, me());
    await domain.settle();
    await jump('2026-11-24T17:31:00.000Z');
    expect((await read(made)).status).toBe('CANCELLED');
    expect(await notices()).toEqual([]);
  });

  it('does not ring after its activity was done, even when nobody has told it', async () => {
    const [done, moved] = [await plan(), await plan()];
    const reminders = [
      await remind({ about: done.id, minutesBefore: 30 }),
      await remind({ about: moved.id, minutesBefore: 30 }),
    ];
    await domain.run('completeActivity', { id: done.id, result: 'ok' }, me());
    await domain.run('postponeActivity', { id: moved.id, to: '2026-11-23T20:00:00.000Z' }, me());
    await jump('2026-11-23T17:31:00.000Z');
    expect(await Promise.all(reminders.map(read))).toMatchObject([
      { status: 'CANCELLED' },
      { status: 'WAITING', remindAt: '2026-11-23T19:30:00.000Z' },
    ]);
    expect(await notices()).toEqual([]);
  });

  it('is snoozed, rings again, and is done: what it told is read then', async () => {
    const account = await domain.run<AnyRow>('createAccount', { name: 'Acme' });
    const made = await remind({ about: account.id, note: 'Oferta', at: '2026-11-23T16:00:00.000Z' });
    await jump('2026-11-23T16:01:00.000Z');
    domain.clock.set('2026-11-23T16:05:00.000Z');
    await domain.run('snoozeReminder', { id: made.id, minutes: 10 }, me());
    expect(await read(made)).toMatchObject({ status: 'WAITING', snoozes: 1, remindAt: '2026-11-23T16:15:00.000Z' });
    expect(await notices()).toMatchObject([{ status: 'READ' }]);
    await jump('2026-11-23T16:16:00.000Z');
    expect((await notices()).map(({ title, status }) => [title, status])).toEqual([
      ['Recordatorio: Oferta', 'UNREAD'],
      ['Recordatorio: Oferta', 'READ'],
    ]);
    await domain.run('completeReminder', { id: made.id }, me());
    expect((await notices()).every(({ status }) => status === 'READ')).toBe(true);
    expect(await failure(domain.run('snoozeReminder', { id: made.id, minutes: 10 }, me()))).toBe('INVALID_STATE');
  });

  it('says whom to call back; one about what was archived lapses', async () => {
    const contact = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', lastName: 'Cruz' });
    const gone = await domain.run<AnyRow>('createAccount', { name: 'Gone' });
    const at = '2026-11-23T16:00:00.000Z';
    await remind({ about: contact.id, kind: 'CALL_BACK', phone: '0991234567', at });
    const lapsing = await remind({ about: gone.id, at });
    await domain.run('archiveAccount', { id: gone.id, version: 1 });
    await jump('2026-11-23T16:01:00.000Z');
    expect((await notices()).map(({ title }) => title)).toEqual(['Devolver la llamada: Rosa Cruz (+593991234567)']);
    expect((await read(lapsing)).status).toBe('CANCELLED');
  });

  it('takes another time, and waits again', async () => {
    const visit = await plan();
    const made = await remind({ about: visit.id, minutesBefore: 30 });
    await jump('2026-11-23T17:31:00.000Z');
    const { version } = await read(made);
    const changes = { id: made.id, version, minutesBefore: 10 };
    expect(await domain.run('updateReminder', changes, me())).toMatchObject({
      status: 'WAITING',
      remindAt: '2026-11-23T17:50:00.000Z',
    });
    expect(await failure(domain.run('updateReminder', changes, me()))).toBe('STALE_VERSION');
  });

  it('is refused without a time, for what is past, and about what one may not see', async () => {
    const account = await domain.run<AnyRow>('createAccount', { name: 'Acme' });
    expect(await failure(remind({ about: account.id }))).toBe('BAD_INPUT');
    expect(await failure(remind({ about: account.id, minutesBefore: 10 }))).toBe('NO_TIME');
    expect(await failure(remind({ about: account.id, at: '2026-11-23T14:00:00Z' }))).toBe('PAST');
    const at = '2026-11-24T15:00:00Z';
    expect(await failure(remind({ about: 'acc_00000000000000000000000000', at }))).toBe('NOT_FOUND');
    const stranger = domain.actor({ tenant: `${tenanted.tenant}x` });
    expect(await failure(remind({ about: account.id, at }, stranger))).toBe('NOT_FOUND');
  });

  it('is its owner’s alone, and made once for one key', async () => {
    const account = await domain.run<AnyRow>('createAccount', { name: 'Acme' });
    const values = { about: account.id, at: '2026-11-24T15:00:00.000Z' };
    const made = await remind(values, own(ana), { idempotencyKey: 'k' });
    expect((await remind(values, own(ana), { idempotencyKey: 'k' })).id).toBe(made.id);
    expect(await failure(domain.run('snoozeReminder', { id: made.id, minutes: 5 }, own(ben)))).toBe('NOT_FOUND');
    expect(await failure(remind({ ...values, owner: ana }, own(ben)))).toBe('FORBIDDEN');
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let manager: Caller;

const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);
const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);

type Told = { id: string; title: string; status: string; about: { id: string } | null };
type Inbox = { unread: number; notifications: { edges: { node: Told }[] } };
const inboxOf = async (caller: Caller): Promise<Inbox> =>
  (
    await ask<{ inbox: Inbox }>(
      '{ inbox { unread kinds { kind unread } notifications { edges { node { id title status about { id } } } } } }',
      {},
      caller,
    )
  ).inbox;
const titles = ({ notifications }: Inbox) => notifications.edges.map(({ node }) => node.title);
/** Whatever the hour of the test run: no quiet time. */
const settle = (more: object, caller: Caller) =>
  act(
    'updateMyNotificationSettings',
    { quietFrom: '00:00', quietTo: '00:00', quietOnFreeDays: false, ...more },
    'quietFrom',
    caller,
  );
let ahead = 0;
const hoursFromNow = (hours: number): string => new Date(Date.now() + ahead * 1000 + hours * 3_600_000).toISOString();
/** Lets time pass; tokens are asked for anew. */
const pass = async (seconds: number): Promise<void> => {
  ahead += seconds;
  await selling.cloud.advance(seconds);
  seller = await selling.tokenOf('seller');
  manager = await selling.tokenOf('manager');
};

beforeAll(async () => {
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
  manager = await selling.tokenOf('manager');
}, 120_000);
afterAll(() => selling.cloud.stop());

describe('reminders and notifications', () => {
  it('ACT-12 ring before an activity, move and end with it, are snoozed and done', async () => {
    await settle({}, seller);
    const visit = await act(
      'createActivity',
      {
        subject: 'Visita a Rosa',
        type: selling.ids.visit,
        account: selling.ids.account,
        startsAt: hoursFromNow(2),
      },
      'activity { id version }',
      seller,
    );
    const reminder = await act(
      'createReminder',
      { about: visit.id, minutesBefore: 60 },
      'reminder { id version }',
      seller,
    );
    const done = await act(
      'createActivity',
      { subject: 'Ya hecha', type: selling.ids.call, startsAt: hoursFromNow(2) },
      'activity { id version }',
      seller,
    );
    await act('createReminder', { about: done.id, minutesBefore: 60 }, 'reminder { id }', seller);
    await act('completeActivity', { id: done.id, result: 'Sí' }, 'activity { id }', seller);
    await act(
      'createReminder',
      { about: selling.ids.contact, kind: 'CALL_BACK', phone: '0991234567', at: hoursFromNow(0.5) },
      'reminder { id }',
      seller,
    );
    await pass(3_700);
    const inbox = await inboxOf(seller);
    expect(titles(inbox)).toEqual(['Recordatorio: Visita a Rosa', 'Devolver la llamada: Rosa Cruz (+593991234567)']);
    expect(inbox.unread).toBe(2);
    expect(inbox.notifications.edges[0]?.node.about?.id).toBe(visit.id);
    const mails = await selling.cloud.mailbox({ to: 'seller@demo.lazo.test' });
    expect(mails.map(({ subject }) => subject)).toContain('Recordatorio: Visita a Rosa');
    await expect(
      act('snoozeReminder', { id: reminder.id, minutes: 5 }, 'reminder { id }', manager),
    ).resolves.toBeTruthy();
    await pass(400);
    expect(titles(await inboxOf(seller)).filter((title) => title.includes('Visita'))).toHaveLength(2);
    await act('completeReminder', { id: reminder.id }, 'reminder { id status }', seller);
    await selling.cloud.idle();
    expect((await inboxOf(seller)).unread).toBe(1);
    const all = await act<{ read: number }>('readAllNotifications', {}, 'read isComplete', seller);
    expect(all).toBe(1);
    await selling.cloud.idle();
    expect((await inboxOf(seller)).unread).toBe(0);
  });

  it('ACT-12 are each reader’s own, as the reader has settled them, and gather in a digest', async () => {
    await settle({ kinds: [{ kind: 'activity.assigned', channel: 'DIGEST' }] }, seller);
    const work = await act(
      'createActivity',
      { subject: 'Llamar a Quito', type: selling.ids.call, startsAt: hoursFromNow(48) },
      'activity { id version }',
      manager,
    );
    await act('reassignActivities', { ids: [work.id], owner: selling.ids.seller }, 'activities { id }', manager);
    await selling.cloud.idle();
    const mine = await inboxOf(seller);
    expect(titles(mine)[0]).toMatch(/le asigna: Llamar a Quito$/);
    expect(titles(await inboxOf(manager))).not.toContain(titles(mine)[0]);
    const ids = mine.notifications.edges.map(({ node }) => node.id).slice(0, 1);
    await expect(act('readNotifications', { ids }, 'notifications { id }', manager)).rejects.toThrow('NOT_FOUND');
    const query = '($id: ID!) { notification(id: $id) { id } }';
    expect(await ask(`query${query}`, { id: ids[0] }, manager)).toEqual({ notification: null });
    await pass(24 * 3_600);
    const mails = await selling.cloud.mailbox({ to: 'seller@demo.lazo.test' });
    const digest = mails.find(({ subject }) => subject === 'Un aviso sin leer');
    expect(digest?.text).toContain('Llamar a Quito');
  });
});

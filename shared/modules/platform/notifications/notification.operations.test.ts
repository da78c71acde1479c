import { beforeEach, describe, expect, it } from '@jest/globals';
import { boolean, list, module, mutation, ref, signedIn, type Actor, type AnyRow } from '#kernel';
import { modules } from '#modules';
import { Mail } from '#modules/platform/mail-out';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { Notification, notificationKinds, notify, type NotificationKind, type NotificationRow } from './index.ts';

const kinds: readonly NotificationKind[] = [
  { key: 'test.mail', label: { es: 'Correo', en: 'Mail' }, usual: 'MAIL' },
  { key: 'test.digest', label: { es: 'Resumen', en: 'Digest' }, usual: 'DIGEST' },
  { key: 'test.quiet', label: { es: 'Pantalla', en: 'Screen' }, usual: 'IN_APP' },
];
const tellAll = mutation('tellAll', {
  describes: 'Tells people of each kind, for tests.',
  needs: signedIn,
  input: { to: list(ref('User')) },
  returns: { done: boolean() },
  run: async ({ to }, context) => {
    for (const { key } of kinds)
      await notify(context, { to, kind: key, title: { es: `Aviso ${key}`, en: `Notice ${key}` } });
    return { done: true };
  },
});
const forTests = module('platform/notification-tests', {
  operations: [tellAll],
  contributes: { [notificationKinds]: kinds },
});

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  domain = startDomain({
    modules: [...modules, peopleForTests, forTests],
    table: tenanted.table,
    tenant: tenanted.tenant,
    now: '2026-11-23T15:00:00.000Z',
  });
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});

/** What comes due in the two minutes up to a moment. */
const jump = async (moment: string): Promise<void> => {
  domain.clock.set(new Date(Date.parse(moment) - 120_000).toISOString());
  await domain.advanceTo(moment);
};

const as = (id: string): Actor =>
  domain.actor({ id, userId: id, rules: { entities: {}, operations: [], hiddenFields: [], readOnlyFields: [] } });
const tell = (...to: string[]) => domain.run('tellAll', { to });
type Inbox = {
  readonly unread: number;
  readonly kinds: readonly { readonly kind: string; readonly unread: number }[];
  readonly notifications: { readonly rows: readonly NotificationRow[]; readonly endCursor?: string };
};
const inbox = (input: object = {}, id = ana) => domain.run<Inbox>('inbox', input as Record<string, unknown>, as(id));
const subjects = async () =>
  (await domain.reader().trusted(Mail).list({ first: 100 })).rows.map(({ subject }) => subject).sort();
const settle = (settings: object, id = ana) =>
  domain.run('updateMyNotificationSettings', settings as Record<string, unknown>, as(id));

describe('notifications', () => {
  it('show in the inbox, counted by kind, in two requests, and are marked as read', async () => {
    await tell(ana, ana, ben);
    await domain.settle();
    const { unread, kinds: counted, notifications } = await inbox();
    expect(domain.meter().requests).toBeLessThanOrEqual(3);
    expect([unread, counted.length, notifications.rows.length]).toEqual([3, 3, 3]);
    const [first, second] = notifications.rows;
    await domain.run('readNotifications', { ids: [first?.id, first?.id] }, as(ana));
    await domain.settle();
    expect(await inbox({ unread: true })).toMatchObject({ unread: 2 });
    expect((await inbox({ unread: true })).notifications.rows.map(({ id }) => id)).not.toContain(first?.id);
    expect((await inbox()).notifications.rows).toHaveLength(3);
    await domain.run('keepNotificationUnread', { id: first?.id }, as(ana));
    await domain.settle();
    expect((await inbox()).unread).toBe(3);
    expect(await domain.run('readAllNotifications', {}, as(ana))).toEqual({ read: 3, isComplete: true });
    await domain.settle();
    expect(await inbox({ unread: true })).toMatchObject({ unread: 0, kinds: [] });
    expect(await failure(domain.run('readNotifications', { ids: [second?.id] }, as(ben)))).toBe('NOT_FOUND');
    expect(await inbox({}, ben)).toMatchObject({ unread: 3 });
    expect(await failure(domain.run('inbox', {}, domain.actor({ kind: 'key' })))).toBe('BAD_INPUT');
  });

  it('go out by mail at once, or gathered in a digest, as each reader chose', async () => {
    await settle(
      {
        kinds: [
          { kind: 'test.mail', channel: 'NONE' },
          { kind: 'test.quiet', channel: 'MAIL' },
        ],
      },
      ben,
    );
    await tell(ana, ben);
    expect(await subjects()).toEqual(['Aviso test.mail', 'Aviso test.quiet']);
    await tell(ana);
    await jump('2026-11-24T13:01:00.000Z');
    const digests = (await subjects()).filter((subject) => subject.includes('sin leer'));
    expect(digests).toEqual(['2 avisos sin leer', 'Un aviso sin leer']);
    domain.clock.set('2026-11-24T15:00:00.000Z');
    await tell(ana);
    await jump('2026-11-25T13:01:00.000Z');
    expect((await subjects()).filter((subject) => subject.includes('sin leer'))).toHaveLength(3);
  });

  it('wait for the end of quiet hours, and are not mailed when they are read before', async () => {
    domain.clock.set('2026-11-24T02:00:00.000Z');
    await tell(ana, ben);
    expect(await subjects()).toEqual([]);
    await domain.run('readAllNotifications', {}, as(ben));
    await jump('2026-11-24T11:59:00.000Z');
    expect(await subjects()).toEqual([]);
    await jump('2026-11-24T12:00:00.000Z');
    await jump('2026-11-24T13:01:00.000Z');
    expect(await subjects()).toEqual(['Aviso test.mail', 'Un aviso sin leer']);
    const rows = (
      await domain
        .reader()
        .trusted(Notification)
        .list({ where: { user: { eq: ana } } })
    ).rows;
    expect(rows.find(({ kind }) => kind === 'test.mail')).toMatchObject({ mailedAt: '2026-11-24T12:00:00.000Z' });
  });

  it('speak the language and keep the time zone of their reader', async () => {
    const { version } = (await domain.reader().records([ana])).get(ana) as AnyRow;
    await domain.run('updateUser', { id: ana, version, locale: 'en', timeZone: 'Asia/Tokyo' });
    await tell(ana);
    await domain.settle();
    expect((await inbox()).notifications.rows[0]?.title).toMatch(/^Notice/);
    expect(await subjects()).toEqual([]);
    await jump('2026-11-23T22:00:30.000Z');
    expect(await subjects()).toEqual(['Notice test.mail']);
  });

  it('are settled kind by kind; nonsense is refused', async () => {
    await settle({ kinds: [{ kind: 'test.mail', channel: 'IN_APP' }], digestAt: '09:30' });
    await settle({ kinds: [{ kind: 'test.quiet', channel: 'NONE' }], quietFrom: '22:00' });
    const settings = await domain.run<{ kinds: readonly { kind: string; channel: string; label: string }[] }>(
      'myNotificationSettings',
      {},
      as(ana),
    );
    expect(settings).toMatchObject({ quietFrom: '22:00', quietTo: '07:00', quietOnFreeDays: true, digestAt: '09:30' });
    expect(settings.kinds.filter(({ kind }) => kind.startsWith('test.'))).toEqual([
      { kind: 'test.mail', label: 'Correo', channel: 'IN_APP' },
      { kind: 'test.digest', label: 'Resumen', channel: 'DIGEST' },
      { kind: 'test.quiet', label: 'Pantalla', channel: 'NONE' },
    ]);
    expect(await failure(settle({ kinds: [{ kind: 'nobody', channel: 'MAIL' }] }))).toBe('BAD_INPUT');
    expect(await failure(settle({ quietFrom: '25:00' }))).toBe('BAD_INPUT');
  });
});

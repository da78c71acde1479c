import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { lineOf, replyTo, unfolded } from '#test/support/invitation-replies';
import { startOtherTenant } from '#test/support/other-tenant';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let manager: Caller;

const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);
const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);

beforeAll(async () => {
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
  manager = await selling.tokenOf('manager');
}, 120_000);
afterAll(() => selling.cloud.stop());

const at = (days: number, hour: number): string =>
  `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const plan = (subject: string, input: object = {}) =>
  act(
    'createActivity',
    { subject, type: selling.ids.visit, startsAt: at(2, 15), minutes: 60, ...input },
    'activity { id version }',
    seller,
  );
type Invitation = {
  id: string;
  version: number;
  status: string;
  sequence: number;
  attendees: { email: string; status: string }[];
};
const invitationFields = 'invitation { id version status sequence attendees { email status user { id } } }';
const invite = (activity: string, people: readonly object[], caller = seller) =>
  act<Invitation>('inviteToActivity', { activity, people }, invitationFields, caller);

/** The calendar object of the newest mail to an address, unfolded. */
const calendarTo = async (to: string): Promise<string> => {
  await selling.cloud.idle();
  const [mail] = await selling.cloud.mailbox({ to, direction: 'sent' });
  const attached = mail?.attachments.find(({ type }) => type.startsWith('application/ics'));
  if (!attached) throw new Error(`No invitation was mailed to ${to}.`);
  const url = new URL(attached.url, selling.cloud.ready().mailbox);
  return unfolded(await (await fetch(url)).text());
};
describe('calendars', () => {
  it('ACT-09 notify people and insert the activity in their calendars, follow it, and take their answers', async () => {
    const visit = await plan('Visita conjunta');
    await invite(visit.id, [{ user: selling.ids.manager }, { email: 'rosa@client.test', name: 'Rosa' }]);
    const request = await calendarTo('rosa@client.test');
    expect(lineOf(request, 'METHOD')).toBe('METHOD:REQUEST');
    expect(lineOf(request, 'UID')).toContain(visit.id);
    expect(request).toContain('mailto:manager@demo.lazo.test');
    const reply = replyTo(request, { email: 'rosa@client.test', partstat: 'ACCEPTED' });
    const accepted = await act<Invitation>('receiveInvitationReply', { message: reply }, invitationFields, seller);
    expect(accepted.attendees.find(({ email }) => email === 'rosa@client.test')?.status).toBe('ACCEPTED');
    const forged = replyTo(request.replaceAll(/t-act[^.]+\./g, 't-actx.'), {
      email: 'rosa@client.test',
      partstat: 'DECLINED',
    });
    await expect(act('receiveInvitationReply', { message: forged }, invitationFields, seller)).rejects.toThrow(
      'REPLY_REFUSED',
    );
    await act('postponeActivity', { id: visit.id, to: at(3, 16) }, 'activity { id version }', seller);
    expect(lineOf(await calendarTo('rosa@client.test'), 'SEQUENCE')).toBe('SEQUENCE:1');
    await act('dropActivity', { id: visit.id }, 'activity { id version }', seller);
    const cancelled = await calendarTo('manager@demo.lazo.test');
    expect([lineOf(cancelled, 'METHOD'), lineOf(cancelled, 'STATUS')]).toEqual(['METHOD:CANCEL', 'STATUS:CANCELLED']);
  });

  it('ACT-09 invite to a series as one, and cancel one occurrence of it', async () => {
    const input = {
      subject: 'Revisión semanal',
      type: selling.ids.visit,
      startsAt: at(1, 15),
      timeZone: 'America/Guayaquil',
      rule: 'FREQ=WEEKLY;COUNT=4',
    };
    const series = await act('createRecurringActivity', input, 'recurringActivity { id version }', seller);
    await selling.cloud.idle();
    const toSeries = (people: readonly object[], caller = seller) =>
      act<Invitation>('inviteToSeries', { series: series.id, people }, invitationFields, caller);
    await expect(toSeries([{ email: 'luis@client.test' }], await selling.tokenOf('support'))).rejects.toThrow(
      'FORBIDDEN',
    );
    await toSeries([{ email: 'luis@client.test' }]);
    const request = await calendarTo('luis@client.test');
    expect(lineOf(request, 'RRULE')).toBe('RRULE:FREQ=WEEKLY;COUNT=4');
    expect(request).toContain('TZID:America/Guayaquil');
    const reply = replyTo(request, { email: 'luis@client.test', partstat: 'ACCEPTED' });
    const accepted = await act<Invitation>('receiveInvitationReply', { message: reply }, invitationFields, seller);
    expect(accepted.attendees).toMatchObject([{ status: 'ACCEPTED' }]);
    const { activities } = await ask<{ activities: { nodes: { id: string; subject: string }[] } }>(
      '{ activities(first: 50, where: { status: { eq: PLANNED } }) { nodes { id subject } } }',
      {},
      seller,
    );
    const occurrence = activities.nodes.find(({ subject }) => subject === input.subject);
    await act('dropActivity', { id: occurrence?.id }, 'activity { id version }', seller);
    const cancelled = await calendarTo('luis@client.test');
    expect(lineOf(cancelled, 'METHOD')).toBe('METHOD:CANCEL');
    expect(lineOf(cancelled, 'RECURRENCE-ID')).toContain('TZID=America/Guayaquil');
    expect(lineOf(cancelled, 'RRULE')).toBe('');
  });

  it('ACT-09 keep rights and tenants apart', async () => {
    const visit = await plan('Visita');
    const support = await selling.tokenOf('support');
    await expect(invite(visit.id, [{ email: 'a@b.test' }], support)).rejects.toThrow(/FORBIDDEN|NOT_FOUND/);
    const stranger = await startOtherTenant(selling.cloud);
    await expect(invite(visit.id, [{ email: 'a@b.test' }], stranger)).rejects.toThrow('NOT_FOUND');
    const task = await act('addActivity', { subject: 'Sin hora' }, 'activity { id version }', seller);
    await expect(invite(task.id, [{ email: 'a@b.test' }])).rejects.toThrow('NO_TIME');
    await expect(invite(visit.id, [{ name: 'Nadie' }])).rejects.toThrow('NO_ADDRESS');
  });

  it('INT-02 calendar programs subscribe to a private feed, with series by their rule, until it is revoked', async () => {
    const visit = await plan('En la agenda');
    const series = await act(
      'createRecurringActivity',
      {
        subject: 'Ronda semanal',
        type: selling.ids.call,
        startsAt: at(1, 14),
        timeZone: 'Europe/Madrid',
        rule: 'FREQ=WEEKLY;COUNT=8',
      },
      'recurringActivity { id version }',
      seller,
    );
    await selling.cloud.idle();
    const query =
      'mutation($input: CreateCalendarFeedInput!) { done: createCalendarFeed(input: $input) { url feed { id version } userErrors { code } } }';
    type Made = { done: { url: string; feed: { id: string; version: number } } };
    const { done } = await ask<Made>(query, { input: { name: 'Teléfono' } }, seller);
    expect(new URL(done.url).pathname).toMatch(/^\/ical\/[^/]+\.ics$/);
    const first = await fetch(done.url);
    expect([first.status, first.headers.get('content-type'), first.headers.get('cache-control')]).toEqual([
      200,
      'text/calendar; charset=utf-8',
      'private, max-age=900',
    ]);
    const text = unfolded(await first.text());
    expect(text).toContain(`UID:${visit.id}@`);
    expect(text).toContain(`UID:${series.id}@`);
    expect(text).toContain('RRULE:FREQ=WEEKLY;COUNT=8');
    expect(text).toContain('BEGIN:VTIMEZONE\r\nTZID:Europe/Madrid');
    const etag = first.headers.get('etag') ?? '';
    expect((await fetch(done.url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    await expect(
      act('revokeCalendarFeed', { id: done.feed.id }, 'calendarFeed { id version }', await selling.tokenOf('support')),
    ).rejects.toThrow(/FORBIDDEN|NOT_FOUND/);
    await act('revokeCalendarFeed', { id: done.feed.id }, 'calendarFeed { id version }', seller);
    expect((await fetch(done.url)).status).toBe(404);
    expect((await fetch(done.url.replace('.ics', 'x.ics'))).status).toBe(404);
  });

  it('INT-02 free and busy times of colleagues lead to a time for all', async () => {
    const visit = await plan('Reunión', { startsAt: at(4, 15) });
    await invite(visit.id, [{ user: selling.ids.manager }]);
    await selling.cloud.idle();
    const day = at(4, 0).slice(0, 10);
    type Found = { freeBusy: { people: { user: { id: string }; busy: { from: string; kind: string }[] }[] } };
    const { freeBusy } = await ask<Found>(
      'query($users: [ID!]!, $day: Date!) { freeBusy(users: $users, from: $day, to: $day, minutes: 60) { people { user { id } busy { from to kind } } common { from to } } }',
      { users: [selling.ids.seller, selling.ids.manager], day },
      manager,
    );
    expect(freeBusy.people.map(({ busy }) => busy.map(({ kind }) => kind))).toEqual([['BUSY'], ['TENTATIVE']]);
  });
});

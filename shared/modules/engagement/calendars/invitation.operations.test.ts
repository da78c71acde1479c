import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { startAgendas, type Agendas } from '#test/support/calendars';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { replyTo, unfolded } from '#test/support/invitation-replies';
import { invitationId, type InvitationRow } from './invitation.entity.ts';
import { answered } from './invitation.rules.ts';

type Work = AnyRow;
const tenanted = withTenantTable();
let agendas: Agendas;
let domain: Domain;
let people: readonly string[];
beforeEach(async () => {
  agendas = await startAgendas(tenanted);
  ({ domain, people } = agendas);
});
const as = (index: number): Actor => agendas.as(index);
const meet = (values?: object) => agendas.meet(values);
const sent = () => agendas.sent();
const read = <R extends AnyRow>(id: string) => agendas.read<R>(id);
const invite = (activity: string, persons: readonly object[], actor = as(0)) =>
  domain.run<InvitationRow>('inviteToActivity', { activity, people: persons, note: 'Bring coffee' }, actor);
const receive = (message: string) => domain.run<InvitationRow>('receiveInvitationReply', { message }, as(0));

describe('invitations', () => {
  it('go out as iTIP requests, follow the activity, and end with it', async () => {
    const meeting = await meet();
    await invite(meeting.id, [{ user: people[1] }, { email: 'Rosa@client.test', name: 'Rosa' }]);
    const first = await sent();
    expect(first.map(({ to, method }) => [to, method]).sort()).toEqual([
      ['ben@example.com', 'REQUEST'],
      ['rosa@client.test', 'REQUEST'],
    ]);
    const calendar = unfolded(first[0]?.calendar ?? '');
    for (const line of [
      `UID:${meeting.id}@mail.test`,
      'METHOD:REQUEST',
      'SEQUENCE:0',
      'DTSTART:20261124T150000Z',
      'DTEND:20261124T160000Z',
      'SUMMARY:Kick-off',
      'STATUS:CONFIRMED',
    ])
      expect(calendar).toContain(`${line}\r\n`);
    expect(calendar).toMatch(
      /ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Rosa:mailto:rosa@client.test/,
    );
    expect(first[0]?.mime).toContain('application/ics');
    expect(calendar).toContain('ORGANIZER;CN=Ana;SENT-BY="mailto:crm@mail.test":mailto:t-act');
    expect((first[0]?.calendar ?? '').split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    await domain.run('postponeActivity', { id: meeting.id, to: '2026-11-25T15:00:00Z' }, as(0));
    const moved = await sent();
    expect(moved).toHaveLength(2);
    expect(unfolded(moved[0]?.calendar ?? '')).toMatch(/SEQUENCE:1\r\nDTSTART:20261125T150000Z/);
    await domain.run('dropActivity', { id: meeting.id }, as(0));
    const ended = await sent();
    expect(ended.map(({ method }) => method)).toEqual(['CANCEL', 'CANCEL']);
    expect(unfolded(ended[0]?.calendar ?? '')).toMatch(/SEQUENCE:2[\s\S]*STATUS:CANCELLED/);
    expect(await sent()).toEqual([]);
  });

  it('take answers of those invited, the newest one, and of nobody else', async () => {
    const meeting = await meet();
    await invite(meeting.id, [{ email: 'rosa@client.test' }]);
    const [request] = await sent();
    const calendar = request?.calendar ?? '';
    const accepted = await receive(replyTo(calendar, { email: 'Rosa@Client.test', partstat: 'ACCEPTED' }));
    expect(accepted.attendees).toMatchObject([
      { status: 'ACCEPTED', repliedAt: '2026-11-22T16:00:00.000Z', comment: 'With pleasure' },
    ]);
    const older = await receive(
      replyTo(calendar, { email: 'rosa@client.test', partstat: 'DECLINED', stamp: '20261122T150000Z' }),
    );
    expect(older.version).toBe(accepted.version);
    expect((await receive(replyTo(calendar, { email: 'stranger@else.test', partstat: 'ACCEPTED' }))).version).toBe(
      accepted.version,
    );
    const counter = await receive(
      replyTo(calendar, {
        email: 'rosa@client.test',
        partstat: 'TENTATIVE',
        stamp: '20261122T170000Z',
        method: 'COUNTER',
      }),
    );
    expect(counter.attendees).toMatchObject([{ status: 'ACCEPTED', counterAt: '2026-11-22T17:00:00.000Z' }]);
    await domain.run('postponeActivity', { id: meeting.id, to: '2026-11-25T15:00:00Z' }, as(0));
    await sent();
    const anew = await read<InvitationRow>(invitationId(meeting.id));
    expect(anew.attendees[0]?.status).toBe('NEEDS_ACTION');
    const late = await receive(
      replyTo(calendar, { email: 'rosa@client.test', partstat: 'ACCEPTED', stamp: '20261123T170000Z' }),
    );
    expect(late.version).toBe(anew.version);
    const forged = replyTo(calendar.replaceAll(/t-act[^.]+\./g, 't-actx.'), {
      email: 'rosa@client.test',
      partstat: 'DECLINED',
    });
    expect(await failure(receive(forged))).toBe('REPLY_REFUSED');
    expect(await failure(receive('From: a@b.c\r\n\r\nHello'))).toBe('NO_REPLY');
    expect(await failure(receive('BEGIN:VCALENDAR\r\nnonsense'))).toBe('NO_REPLY');
  });

  it('reach each person once, and are withdrawn from one or all', async () => {
    const meeting = await meet();
    await invite(meeting.id, [{ email: 'rosa@client.test' }, { email: 'rosa@client.test' }]);
    await sent();
    const more = await invite(meeting.id, [{ email: 'rosa@client.test' }, { user: people[1] }]);
    expect(more.attendees).toHaveLength(2);
    expect((await sent()).map(({ to }) => to)).toEqual(['ben@example.com']);
    const uninvite = (email?: string) =>
      domain.run<InvitationRow>(
        'uninviteFromActivity',
        { activity: meeting.id, ...(email !== undefined && { email }) },
        as(0),
      );
    expect(await failure(uninvite('nobody@else.test'))).toBe('NOT_INVITED');
    expect((await uninvite('rosa@client.test')).attendees).toHaveLength(1);
    expect(unfolded((await sent())[0]?.calendar ?? '')).not.toContain('ben@example.com');
    expect((await uninvite()).status).toBe('CANCELLED');
    expect(await failure(uninvite())).toBe('NOT_INVITED');
    const again = await invite(meeting.id, [{ email: 'rosa@client.test' }]);
    expect(again).toMatchObject({ status: 'SENT', sequence: 2 });
  });

  it('need a time, an address and the right to change the activity', async () => {
    const task = await domain.run<Work>('addActivity', { subject: 'Task' }, as(0));
    expect(await failure(invite(task.id, [{ email: 'rosa@client.test' }]))).toBe('NO_TIME');
    const meeting = await meet();
    expect(await failure(invite(meeting.id, [{ name: 'Rosa' }]))).toBe('NO_ADDRESS');
    expect(await failure(invite(meeting.id, [{ email: 'a@b.test' }], as(1)))).toBe('NOT_FOUND');
    expect(
      await failure(
        invite(meeting.id, [{ email: 'a@b.test' }], domain.actor({ tenant: 'ten_00000000000000000000000002' })),
      ),
    ).toBe('NOT_FOUND');
    const reader = domain.actor({ id: people[1] ?? '', rules: { ...as(1).rules, entities: { '*': { read: 'all' } } } });
    expect(await failure(invite(meeting.id, [{ email: 'a@b.test' }], reader))).toBe('FORBIDDEN');
    await invite(meeting.id, [{ user: people[1] }]);
    await domain.settle();
    const id = invitationId(meeting.id);
    expect(
      (await domain.run<InvitationRow>('answerInvitation', { id, status: 'ACCEPTED' }, as(1))).attendees[0]?.status,
    ).toBe('ACCEPTED');
    expect(await failure(domain.run('answerInvitation', { id, status: 'ACCEPTED' }, as(0)))).toBe('NOT_INVITED');
  });

  it('are judged by rules alone', () => {
    const attendees = [{ email: 'a@b.test', status: 'NEEDS_ACTION' as const }];
    expect(
      answered(attendees, { email: 'a@b.test', status: 'DELEGATED', at: '2026-11-22T15:00:00.000Z' }),
    ).toBeUndefined();
    expect(answered(attendees, { email: 'a@b.test', status: 'ACCEPTED', at: '' })).toBeUndefined();
  });
});

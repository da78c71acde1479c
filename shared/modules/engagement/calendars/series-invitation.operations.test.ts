import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { startAgendas, type Agendas } from '#test/support/calendars';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { lineOf, replyTo, unfolded } from '#test/support/invitation-replies';
import { invitationId, type InvitationRow } from './invitation.entity.ts';
import type { OccurrenceRow } from './recurring-activity.operations.ts';

const tenanted = withTenantTable();
let agendas: Agendas;
let domain: Domain;
let series: AnyRow;
beforeEach(async () => {
  agendas = await startAgendas(tenanted);
  ({ domain } = agendas);
  series = await domain.run<AnyRow>(
    'createRecurringActivity',
    {
      subject: 'Weekly round',
      type: agendas.types.get('MEETING'),
      startsAt: '2026-11-24T15:00:00Z',
      rule: 'FREQ=WEEKLY;BYDAY=TU',
      timeZone: 'America/Guayaquil',
      minutes: 60,
    },
    agendas.as(0),
  );
  await agendas.sent();
});
const rosa = { email: 'rosa@client.test', name: 'Rosa' };
const invite = (people: readonly object[] = [rosa], actor = agendas.as(0)) =>
  domain.run<InvitationRow>('inviteToSeries', { series: series.id, people }, actor);
const occurrences = async (): Promise<readonly OccurrenceRow[]> => {
  const activities = domain.reader().trusted(domain.registry.entity('Activity'));
  const { rows } = await activities.page('byOwner', { of: agendas.people[0] ?? '', first: 50 });
  return rows as unknown as readonly OccurrenceRow[];
};
const calendars = async () => (await agendas.sent()).map(({ to, method, calendar }) => ({ to, method, calendar }));

describe('invitations to a series', () => {
  it('go out once with rule and zone, and follow its changes and its end', async () => {
    await invite([rosa, { user: agendas.people[1] }]);
    const sent = await calendars();
    expect(sent.map(({ to }) => to).sort()).toEqual(['ben@example.com', 'rosa@client.test']);
    const calendar = unfolded(sent[0]?.calendar ?? '');
    for (const line of [
      `UID:${series.id}@mail.test`,
      'METHOD:REQUEST',
      'BEGIN:VTIMEZONE',
      'DTSTART;TZID=America/Guayaquil:20261124T100000',
      'RRULE:FREQ=WEEKLY;BYDAY=TU',
      'SEQUENCE:0',
    ])
      expect(calendar).toContain(`${line}\r\n`);
    expect(calendar).not.toContain('RECURRENCE-ID');
    const { version } = await agendas.read(series.id);
    const weekly = { id: series.id, version, rule: 'FREQ=WEEKLY;BYDAY=WE' };
    await domain.run('updateRecurringActivity', weekly, agendas.as(0));
    const changed = await calendars();
    expect(changed.map(({ method }) => method)).toEqual(['REQUEST', 'REQUEST']);
    expect(lineOf(changed[0]?.calendar ?? '', 'RRULE')).toBe('RRULE:FREQ=WEEKLY;BYDAY=WE');
    expect(lineOf(changed[0]?.calendar ?? '', 'SEQUENCE')).toBe('SEQUENCE:1');
    await domain.run('endRecurringActivity', { id: series.id }, agendas.as(0));
    const ended = await calendars();
    expect(ended.map(({ method }) => method)).toEqual(['CANCEL', 'CANCEL']);
    expect(ended[0]?.calendar).not.toContain('RECURRENCE-ID');
  });

  it('cancel and move one occurrence, and leave the others alone', async () => {
    await invite();
    await calendars();
    const [first, second] = await occurrences();
    await domain.run('dropActivity', { id: first?.id }, agendas.as(0));
    const [dropped, ...rest] = await calendars();
    expect(rest).toEqual([]);
    expect(dropped?.method).toBe('CANCEL');
    expect(lineOf(dropped?.calendar ?? '', 'RECURRENCE-ID')).toBe(
      'RECURRENCE-ID;TZID=America/Guayaquil:20261124T100000',
    );
    expect(dropped?.calendar).not.toContain('RRULE');
    await domain.run('postponeActivity', { id: second?.id, to: '2026-12-02T20:00:00Z' }, agendas.as(0));
    const [moved] = await calendars();
    expect(moved?.method).toBe('REQUEST');
    expect(unfolded(moved?.calendar ?? '')).toContain('DTSTART;TZID=America/Guayaquil:20261202T150000\r\n');
    expect(lineOf(moved?.calendar ?? '', 'RECURRENCE-ID')).toContain('20261201T100000');
    await domain.run('reopenActivity', { id: first?.id }, agendas.as(0));
    expect((await calendars()).map(({ method }) => method)).toEqual(['REQUEST']);
    expect(await agendas.read<InvitationRow>(invitationId(series.id))).toMatchObject({ sequence: 3, status: 'SENT' });
  });

  it('take answers, reach each person once, and are withdrawn', async () => {
    await invite();
    const [request] = await calendars();
    const answer = replyTo(request?.calendar ?? '', { email: 'rosa@client.test', partstat: 'ACCEPTED' });
    const answered = await domain.run<InvitationRow>('receiveInvitationReply', { message: answer }, agendas.as(0));
    expect(answered.attendees).toMatchObject([{ email: 'rosa@client.test', status: 'ACCEPTED' }]);
    await invite([rosa]);
    expect(await calendars()).toEqual([]);
    const withdraw = (email: string) =>
      domain.run<InvitationRow>('uninviteFromSeries', { series: series.id, email }, agendas.as(0));
    expect(await failure(withdraw('nobody@else.test'))).toBe('NOT_INVITED');
    expect(await withdraw('rosa@client.test')).toMatchObject({ status: 'CANCELLED', attendees: [] });
    expect((await calendars()).map(({ method }) => method)).toEqual(['CANCEL']);
    expect(await failure(withdraw('rosa@client.test'))).toBe('NOT_INVITED');
  });

  it('are those of whoever may change the series', async () => {
    expect(await failure(invite([rosa], agendas.as(1)))).toBe('NOT_FOUND');
    expect(await failure(invite([{ name: 'Nobody' }]))).toBe('NO_ADDRESS');
  });
});

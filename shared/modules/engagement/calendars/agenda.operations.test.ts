import { beforeEach, describe, expect, it } from '@jest/globals';
import { runPage } from '#kernel/run-page';
import type { Actor, AnyRow } from '#kernel';
import { startAgendas, type Agendas } from '#test/support/calendars';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { unfolded } from '#test/support/invitation-replies';
import { merged, without } from './free-busy.rules.ts';
import type { InvitationRow } from './invitation.entity.ts';
import { Occurrence, type OccurrenceRow } from './recurring-activity.operations.ts';
import type { RecurringActivityRow } from './recurring-activity.entity.ts';

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
const read = <R extends AnyRow>(id: string) => agendas.read<R>(id);
const invite = (activity: string, persons: readonly object[]) =>
  domain.run<InvitationRow>('inviteToActivity', { activity, people: persons }, as(0));

describe('work that comes again', () => {
  const plan = (values: object = {}) =>
    domain.run<RecurringActivityRow>(
      'createRecurringActivity',
      {
        subject: 'Weekly',
        type: agendas.types.get('CALL'),
        startsAt: '2026-11-23T14:00:00Z',
        timeZone: 'Europe/Madrid',
        rule: 'FREQ=WEEKLY;BYDAY=MO',
        ...values,
      },
      as(0),
    );
  const occurrences = async (): Promise<readonly OccurrenceRow[]> =>
    (
      await domain
        .reader()
        .trusted(Occurrence)
        .page('byOwner', { of: people[0] ?? '', first: 100 })
    ).rows;

  it('stands in the agenda for some weeks, and goes on by itself', async () => {
    const series = await plan();
    expect((await occurrences()).map(({ startsAt }) => startsAt?.slice(0, 10))).toEqual([
      '2026-11-23',
      '2026-11-30',
      '2026-12-07',
      '2026-12-14',
      '2026-12-21',
      '2026-12-28',
      '2027-01-04',
    ]);
    domain.clock.set('2026-12-23T13:59:00.000Z');
    await domain.advanceTo('2026-12-23T14:01:00.000Z');
    expect((await domain.settle()).map(({ type }) => type)).toContain('recurringActivity.continued');
    const now = await occurrences();
    expect(now).toHaveLength(11);
    expect(new Set(now.map(({ startsAt }) => startsAt)).size).toBe(11);
    expect(now.every((each) => each.series === series.id)).toBe(true);
  });

  it('changes ahead of now, leaves what was moved, and ends', async () => {
    const series = await plan();
    const [first, second] = await occurrences();
    await domain.run('postponeActivity', { id: second?.id, to: '2026-12-01T14:00:00Z' }, as(0));
    await domain.settle();
    const changed = await domain.run<RecurringActivityRow>(
      'updateRecurringActivity',
      { id: series.id, version: series.version, rule: 'FREQ=MONTHLY;BYDAY=1FR' },
      as(0),
    );
    await domain.settle();
    const days = (await occurrences()).map(({ startsAt }) => startsAt?.slice(0, 10));
    expect(days).toEqual(['2026-12-01', '2026-12-04', '2027-01-01']);
    expect((await read<AnyRow>(first?.id ?? '')).archivedAt).toBeDefined();
    await domain.run('endRecurringActivity', { id: changed.id }, as(0));
    expect(await occurrences()).toHaveLength(1);
  });

  it('answers bad rules', async () => {
    expect(await failure(plan({ rule: 'FREQ=HOURLY' }))).toBe('BAD_INPUT');
    expect(await failure(plan({ rule: 'FREQ=WEEKLY;BYDAY=XX' }))).toBe('RULE_INVALID');
    expect(await failure(plan({ rule: 'FREQ=DAILY;BYHOUR=8,12' }))).toBe('RULE_TOO_OFTEN');
    expect(await failure(plan({ timeZone: 'Mars/Base' }))).toBe('BAD_INPUT');
    expect(await occurrences()).toEqual([]);
  });
});

describe('a feed', () => {
  const create = (values: object = {}, actor = as(0)) =>
    domain.run<{ feed: AnyRow; url: string }>('createCalendarFeed', { name: 'Phone', ...values }, actor);
  const fetchFeed = (url: string, headers: Readonly<Record<string, string>> = {}) => {
    const token = new URL(url).pathname.replace(/^\/ical\/|\.ics$/g, '');
    return runPage(domain.runtime, 'ical', token, { method: 'GET', path: '', query: {}, headers, body: '', ip: '' });
  };

  it('shows what has a time, series by their rule, and what one is invited to', async () => {
    const meeting = await meet();
    await domain.run(
      'createRecurringActivity',
      {
        subject: 'Weekly',
        type: agendas.types.get('CALL'),
        startsAt: '2026-11-23T14:00:00Z',
        timeZone: 'Europe/Madrid',
        rule: 'FREQ=WEEKLY;BYDAY=MO',
      },
      as(0),
    );
    await domain.settle();
    const { url } = await create();
    const { status, body, contentType } = await fetchFeed(url);
    expect([status, contentType]).toEqual([200, 'text/calendar; charset=utf-8']);
    const text = unfolded(textOf(body));
    for (const line of [
      `UID:${meeting.id}@mail.test`,
      'METHOD:PUBLISH',
      'DTSTART;TZID=Europe/Madrid:20261123T150000',
      'RRULE:FREQ=WEEKLY;BYDAY=MO',
      'TZID:Europe/Madrid',
      'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ])
      expect(text).toContain(`${line}\r\n`);
    expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(2);
    expect(text).not.toContain('ATTENDEE');
    await invite(meeting.id, [{ user: people[1] }]);
    await domain.settle();
    const other = await create({ detail: 'BUSY' }, as(1));
    const seen = unfolded(textOf((await fetchFeed(other.url)).body));
    expect(seen).toContain(`UID:${meeting.id}@mail.test`);
    expect(seen).toContain('STATUS:TENTATIVE');
    expect(seen).not.toContain('Kick-off');
  });

  it('is not sent again unchanged, and gone once revoked', async () => {
    await meet();
    await domain.settle();
    const { feed, url } = await create();
    const etag = (await fetchFeed(url)).headers?.['etag'] ?? '';
    domain.clock.advance(60_000);
    expect(await fetchFeed(url, { 'if-none-match': etag })).toMatchObject({ status: 304, body: '' });
    await meet({ subject: 'Another' });
    expect((await fetchFeed(url, { 'if-none-match': etag })).status).toBe(200);
    expect(await failure(domain.run('revokeCalendarFeed', { id: feed.id }, as(1)))).toBe('NOT_FOUND');
    await domain.run('revokeCalendarFeed', { id: feed.id }, as(0));
    expect((await fetchFeed(url)).status).toBe(404);
    expect((await fetchFeed(url.replace(/\.ics$/, 'x.ics'))).status).toBe(404);
  });
});

describe('busy times', () => {
  it('are known of colleagues, without what they do', async () => {
    const meeting = await meet();
    await meet({ startsAt: '2026-11-24T15:30:00Z', minutes: 60 });
    await invite(meeting.id, [{ user: people[1] }]);
    await domain.settle();
    await domain.run('setAbsence', { user: people[1], from: '2026-11-25', until: '2026-11-25' }, domain.actor());
    const asked = { users: people, from: '2026-11-24', to: '2026-11-25', minutes: 60 };
    type Found = {
      people: readonly { user: string; busy: readonly { from: string; to: string; kind: string }[] }[];
      common: readonly { from: string; to: string }[];
    };
    const { people: found, common } = await domain.run<Found>('freeBusy', asked, as(1));
    expect(found[0]?.busy).toEqual([
      { from: '2026-11-24T15:00:00.000Z', to: '2026-11-24T16:30:00.000Z', kind: 'BUSY' },
    ]);
    expect(found[1]?.busy.map(({ kind }) => kind)).toEqual(['TENTATIVE', 'AWAY']);
    expect(common).toEqual([
      { from: '2026-11-24T13:30:00.000Z', to: '2026-11-24T15:00:00.000Z' },
      { from: '2026-11-24T16:30:00.000Z', to: '2026-11-24T22:30:00.000Z' },
    ]);
    expect(await failure(domain.run('freeBusy', { ...asked, to: '2027-11-25' }, as(1)))).toBe('BAD_INPUT');
  });

  it('are put together', () => {
    const busy = [
      { from: '08', to: '10', kind: 'TENTATIVE' as const },
      { from: '09', to: '11', kind: 'BUSY' as const },
      { from: '11', to: '12', kind: 'BUSY' as const },
    ];
    expect(merged(busy)).toEqual([
      { from: '08', to: '09', kind: 'TENTATIVE' },
      { from: '09', to: '12', kind: 'BUSY' },
    ]);
    expect(without([{ from: '07', to: '13' }], merged(busy))).toEqual([
      { from: '07', to: '08' },
      { from: '12', to: '13' },
    ]);
  });
});

const textOf = (body: string | Uint8Array): string =>
  typeof body === 'string' ? body : Buffer.from(body).toString('utf8');

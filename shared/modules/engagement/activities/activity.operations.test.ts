import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow, Row } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { modules } from '#modules';
import { Notification } from '#modules/platform/notifications';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { defaultActivityTypes, type Activity, type ActivityType } from './index.ts';

type Work = Row<typeof Activity>;
type Agenda = {
  readonly days: readonly {
    readonly day: string;
    readonly entries: readonly { readonly activity: Work; readonly overlaps: boolean }[];
  }[];
};
type Panel = Record<'overdue' | 'today' | 'next' | 'unassigned' | 'delegated', readonly Work[]> & {
  readonly counters: Record<string, number>;
};

const tenanted = withTenantTable();
let domain: Domain;
let types: Map<string, string>;
let people: readonly string[];
beforeEach(async () => {
  domain = startDomain({ modules: [...modules, peopleForTests], table: tenanted.table, tenant: tenanted.tenant });
  const made = await Promise.all(
    defaultActivityTypes.map((type) => domain.run<Row<typeof ActivityType>>('createActivityType', type)),
  );
  types = new Map(made.map(({ key, id }) => [key, id]));
  people = await makePeople(domain, ['Ana', 'Ben']);
});

const rules = (scope: 'own' | 'team' | 'all'): Actor['rules'] => ({
  entities: { '*': { read: 'all' }, Activity: { create: 'all', read: scope, update: scope, archive: scope } },
  operations: ['activity.*'],
  hiddenFields: [],
  readOnlyFields: [],
});
const as = (index: number, scope: 'own' | 'team' | 'all' = 'own', more: Partial<Actor> = {}): Actor =>
  domain.actor({ id: people[index] ?? '', userId: people[index] ?? '', rules: rules(scope), ...more });
const plan = (values: object = {}, actor = as(0)) =>
  domain.run<Work>(
    'createActivity',
    { subject: 'Call', type: types.get('CALL'), startsAt: '2026-11-23T15:00:00Z', ...values },
    actor,
  );

describe('an activity', () => {
  it('takes kind and duration from its type', async () => {
    expect(await plan()).toMatchObject({
      kind: 'CALL',
      minutes: 15,
      endsAt: '2026-11-23T15:15:00.000Z',
      owner: people[0],
      status: 'PLANNED',
    });
  });

  it('is completed with a result and the next action in one call', async () => {
    const call = await plan();
    expect(await failure(domain.run('completeActivity', { id: call.id }, as(0)))).toBe('RESULT_REQUIRED');
    const done = await domain.run<{ activity: Work; next?: Work }>(
      'completeActivity',
      {
        id: call.id,
        result: 'Interested',
        next: { subject: 'Visit', type: types.get('VISIT'), startsAt: '2026-11-25T15:00:00Z' },
      },
      as(0),
    );
    expect(done.activity).toMatchObject({ status: 'DONE', result: 'Interested', spentMinutes: 15 });
    expect(done.next).toMatchObject({ subject: 'Visit', kind: 'VISIT', previous: call.id, owner: people[0] });
    expect((await domain.settle()).map(({ type }) => type)).toContain('activity.completed');
    expect(await failure(domain.run('completeActivity', { id: call.id, result: 'again' }, as(0)))).toBe(
      'INVALID_STATE',
    );
  });

  it('is postponed with its due time, dropped, and reopened', async () => {
    const call = await plan({ dueAt: '2026-11-23T17:00:00Z' });
    const later = await domain.run<Work>('postponeActivity', { id: call.id, to: '2026-11-24T15:00:00Z' }, as(0));
    expect(later).toMatchObject({
      startsAt: '2026-11-24T15:00:00.000Z',
      dueAt: '2026-11-24T17:00:00.000Z',
      postponed: 1,
    });
    expect(await domain.run('dropActivity', { id: call.id, reason: 'No need' }, as(0))).toMatchObject({
      status: 'DROPPED',
    });
    const reopened = await domain.run<Work>('reopenActivity', { id: call.id }, as(0));
    expect(reopened.status).toBe('PLANNED');
    expect(reopened).not.toHaveProperty('droppedReason');
  });

  it('cannot be due before it begins', async () => {
    expect(await failure(plan({ dueAt: '2026-11-22T17:00:00Z' }))).toBe('BAD_INPUT');
  });
});

describe('delegation', () => {
  it('lets the colleague read what it is about until it is declined or done', async () => {
    const account = await domain.run<AnyRow>('createAccount', { name: 'Acme' });
    const call = await plan({ account: account.id });
    expect(await failure(domain.run('delegateActivity', { id: call.id, to: people[1] }, as(1)))).toBe('NOT_FOUND');
    await domain.run('delegateActivity', { id: call.id, to: people[1], note: 'Please' }, as(0));
    await domain.settle();
    const grants = async () =>
      (
        await tenanted.table.query({ pk: `${tenanted.tenant}#${people[1] ?? ''}`, sort: { beginsWith: 'grant#' } })
      ).items.map(({ sk }) => sk);
    expect(await grants()).toEqual([`grant#${account.id}#${call.id}`]);
    expect(await domain.run('acceptDelegation', { id: call.id }, as(1))).toMatchObject({
      delegation: 'ACCEPTED',
      owner: people[1],
    });
    expect(await failure(domain.run('declineDelegation', { id: call.id }, as(1)))).toBe('NOT_ASKED');
    await domain.run('completeActivity', { id: call.id, result: 'ok' }, as(1));
    await domain.settle();
    expect(await grants()).toEqual([]);
  });

  it('goes back when it is declined, and shows the delegator the colleague’s agenda meanwhile', async () => {
    const call = await plan();
    const agendaOfBen = () =>
      domain.run<Agenda>('agenda', { user: people[1], from: '2026-11-22', to: '2026-11-28' }, as(0));
    expect(await failure(agendaOfBen())).toBe('FORBIDDEN');
    await domain.run('delegateActivity', { id: call.id, to: people[1] }, as(0));
    await domain.settle();
    expect((await agendaOfBen()).days).toMatchObject([{ day: '2026-11-23' }]);
    expect(await domain.run('declineDelegation', { id: call.id, reason: 'Ill' }, as(1))).toMatchObject({
      owner: people[0],
      delegation: 'DECLINED',
    });
  });
});

describe('the agenda', () => {
  it('groups by day in the actor’s time zone and marks overlaps', async () => {
    await plan({ startsAt: '2026-11-24T03:00:00Z', minutes: 60 });
    await plan({ startsAt: '2026-11-24T03:30:00Z' });
    await plan({ startsAt: '2026-11-24T15:00:00Z' });
    const { days } = await domain.run<Agenda>('agenda', { from: '2026-11-23', to: '2026-11-24' }, as(0));
    expect(days.map(({ day, entries }) => [day, entries.map(({ overlaps }) => overlaps)])).toEqual([
      ['2026-11-23', [true, true]],
      ['2026-11-24', [false]],
    ]);
    expect(await failure(domain.run('agenda', { from: '2026-11-23', to: '2027-11-24' }, as(0)))).toBe('BAD_INPUT');
  });
});

describe('those concerned', () => {
  const told = async (index: number) =>
    (
      await domain
        .reader()
        .trusted(Notification)
        .list({ where: { user: { eq: people[index] } } })
    ).rows.map(({ title }) => title);

  it('are told, but not of what they do themselves', async () => {
    const [asked, given] = [await plan(), await plan()];
    await domain.run('delegateActivity', { id: asked.id, to: people[1], note: 'Please' }, as(0));
    await domain.settle();
    await domain.run('declineDelegation', { id: asked.id }, as(1));
    await domain.run('reassignActivities', { ids: [given.id], owner: people[1] }, as(0, 'all'));
    await domain.run('reassignActivities', { ids: [given.id], owner: people[0] }, as(0, 'all'));
    const events = await domain.settle();
    await consumeEvents(domain.runtime, events);
    expect((await told(1)).sort()).toEqual(['Ana le pide: Call']);
    expect(await told(0)).toEqual(['Ben no puede: Call']);
    await domain.run('reassignActivities', { ids: [given.id], owner: people[1] }, as(0, 'all'));
    await domain.settle();
    expect((await told(1)).sort()).toEqual(['Ana le asigna: Call', 'Ana le pide: Call']);
  });
});

describe('the panel', () => {
  it('shows what is overdue, of today, next and unassigned', async () => {
    const team = await domain.run<AnyRow>('createTeam', { name: 'Norte', members: people });
    const me = as(0, 'own', { teams: [team.id] });
    const overdue = await plan({ startsAt: '2026-11-21T15:00:00Z' });
    const today = await plan({ startsAt: '2026-11-22T20:00:00Z' });
    const next = await plan({ startsAt: '2026-11-24T15:00:00Z' });
    await plan({ startsAt: '2027-02-24T15:00:00Z' });
    const waiting = await plan({ team: team.id }, domain.actor());
    const shown = await domain.run<Panel>('panel', {}, me);
    expect([shown.overdue, shown.today, shown.next, shown.unassigned].map((rows) => rows.map(({ id }) => id))).toEqual([
      [overdue.id],
      [today.id],
      [next.id],
      [waiting.id],
    ]);
    expect(shown.counters).toEqual({ overdue: 1, today: 1, next: 1, unassigned: 1, isComplete: true });
    expect(await domain.run('claimActivity', { id: waiting.id }, me)).toMatchObject({ owner: people[0] });
    expect(await failure(domain.run('claimActivity', { id: waiting.id }, me))).toBe('ALREADY_TAKEN');
  });

  it('adds a task for today with a subject alone, and gives many to another person at once', async () => {
    const added = await domain.run<Work>('addActivity', { subject: 'Send price list' }, as(0));
    expect(added).toMatchObject({ kind: 'TASK', owner: people[0] });
    const other = await plan();
    const moved = await domain.run<{ activities: readonly Work[] }>(
      'reassignActivities',
      { ids: [added.id, other.id], owner: people[1] },
      as(0, 'all'),
    );
    expect(moved.activities.map(({ owner }) => owner)).toEqual([people[1], people[1]]);
    expect(await failure(domain.run('reassignActivities', { ids: [added.id] }, as(0, 'all')))).toBe('BAD_INPUT');
    expect(await failure(domain.run('reassignActivities', { ids: [added.id], owner: people[0] }, as(0)))).toBe(
      'NOT_FOUND',
    );
  });
});

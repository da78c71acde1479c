import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow, Row } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { modules } from '#modules';
import { defaultPipeline } from '#modules/platform/flows';
import type { JobRow } from '#modules/platform/jobs';
import { Notification } from '#modules/platform/notifications';
import type { Activity } from '#modules/engagement/activities';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { makePeople, peopleForTests } from '#test/support/people';

type Sums = { readonly planned: number; readonly done: number; readonly dropped: number; readonly minutes: number };
type Seen = {
  readonly groups: readonly (Partial<Record<'person' | 'type' | 'day' | 'week' | 'result', string>> & Sums)[];
  readonly total: Sums;
  readonly overdue: readonly { readonly person?: string; readonly count: number }[];
};
type Neglect = {
  readonly owners: readonly { readonly owner: string; readonly count: number }[];
  readonly total: number;
};
type Entries = {
  readonly entries: readonly { readonly record: AnyRow; readonly since: string }[];
  readonly endCursor?: string;
};

const tenanted = withTenantTable();
let domain: Domain;
let call: string;
let visit: string;
let team: string;
let [ana, ben, eva, jefa = '']: readonly string[] = [];
beforeEach(async () => {
  domain = startDomain({
    modules: [...modules, peopleForTests],
    table: tenanted.table,
    tenant: tenanted.tenant,
    now: '2026-11-23T15:00:00.000Z',
  });
  const type = async (key: string, kind: string) =>
    (await domain.run<AnyRow>('createActivityType', { key, kind, name: { es: key, en: key }, minutes: 15 })).id;
  [call, visit] = [await type('CALL', 'CALL'), await type('TASK', 'TASK')];
  [ana, ben, eva, jefa = ''] = await makePeople(domain, ['Ana', 'Ben', 'Eva', 'Jefa']);
  team = (await domain.run<AnyRow>('createTeam', { name: 'Norte', members: [ana, ben] })).id;
});

const boss = (more: Partial<Actor> = {}): Actor =>
  domain.actor({
    id: jefa,
    userId: jefa,
    teamMembers: [ana ?? '', ben ?? ''],
    rules: {
      entities: { '*': { read: 'team', create: 'team', update: 'team', archive: 'team' }, Team: { read: 'all' } },
      operations: ['activity.*', 'job.*'],
      hiddenFields: [],
      readOnlyFields: [],
    },
    ...more,
  });
const plan = (owner: string | undefined, startsAt: string, values: object = {}) =>
  domain.run<Row<typeof Activity>>('createActivity', { subject: 'Call', type: call, startsAt, owner, ...values });
const complete = (id: string, values: object = {}) => domain.run('completeActivity', { id, ...values });
const seen = (input: object = {}, actor = boss()) =>
  domain.run<Seen>('teamWork', { from: '2026-11-23', to: '2026-11-29', ...input }, actor);

describe('the work of a team', () => {
  it('is counted by person, with minutes, overdue and results, as it changes', async () => {
    const [one, two, three] = [
      await plan(ana, '2026-11-23T16:00:00Z'),
      await plan(ana, '2026-11-24T16:00:00Z'),
      await plan(ben, '2026-11-24T16:00:00Z', { type: visit }),
    ];
    await plan(ben, '2026-10-05T16:00:00Z');
    await plan(ben, '2026-11-20T16:00:00Z');
    await plan(eva, '2026-11-24T16:00:00Z');
    await complete(one.id, { minutes: 40, result: 'Interested # 1' });
    await domain.run('dropActivity', { id: three.id });
    const events = await domain.settle();
    await consumeEvents(domain.runtime, events);
    const { groups, total, overdue } = await seen();
    expect(domain.meter().requests).toBeLessThanOrEqual(2);
    expect(new Set(groups)).toEqual(
      new Set([
        { person: ana, planned: 1, done: 1, dropped: 0, minutes: 40 },
        { person: ben, planned: 0, done: 0, dropped: 1, minutes: 0 },
      ]),
    );
    expect(total).toEqual({ planned: 1, done: 1, dropped: 1, minutes: 40 });
    expect(overdue).toEqual([{ person: ben, count: 2 }]);
    const results = await seen({ team, groupBy: ['result', 'type'] });
    expect(domain.meter().requests).toBeLessThanOrEqual(4);
    expect(results.groups).toEqual([
      { result: 'Interested   1', type: call, planned: 0, done: 1, dropped: 0, minutes: 0 },
    ]);
    await domain.run('postponeActivity', { id: two.id, to: '2026-12-01T16:00:00Z' });
    await domain.run('reopenActivity', { id: one.id });
    await domain.settle();
    expect((await seen({ user: ana })).total).toEqual({ planned: 1, done: 0, dropped: 0, minutes: 0 });
  });

  it('counts each on the day of the clock where it was made', async () => {
    await plan(ana, '2026-11-25T03:00:00Z');
    await domain.settle();
    expect((await seen({ groupBy: ['day', 'week'] })).groups).toMatchObject([
      { day: '2026-11-24', week: '2026-11-23' },
    ]);
  });

  it('is shown to those who supervise it, of those whom they may see, for two months at most', async () => {
    await plan(eva, '2026-11-24T16:00:00Z');
    await plan(undefined, '2026-11-24T16:00:00Z', { team });
    await domain.settle();
    expect((await seen({ user: eva })).groups).toEqual([]);
    const everybody = await seen({}, domain.actor());
    expect(everybody.total.planned).toBe(2);
    expect(everybody.groups.map(({ person }) => person)).toContain(undefined);
    expect(await failure(seen({}, boss({ rules: { ...boss().rules, operations: ['activity.complete'] } })))).toBe(
      'FORBIDDEN',
    );
    expect(await failure(seen({ to: '2027-02-01' }))).toBe('BAD_INPUT');
    expect((await seen({}, domain.actor({ tenant: `${tenanted.tenant}x` }))).total.planned).toBe(0);
  });

  it('costs no more the more work there is', async () => {
    await plan(ana, '2026-11-24T16:00:00Z');
    await domain.settle();
    await seen();
    const { readUnits } = domain.meter();
    await Promise.all(Array.from({ length: 60 }, () => plan(ana, '2026-11-24T16:00:00Z')));
    await domain.settle();
    expect((await seen()).total.planned).toBe(61);
    expect(domain.meter().readUnits).toBe(readUnits);
  });
});

describe('what is neglected', () => {
  const ask = (of: string, days: number, input: object = {}, actor = boss()) =>
    domain.run<Neglect>('neglect', { of, days, ...input }, actor);
  const listed = (of: string, days: number, input: object = {}, actor = boss()) =>
    domain.run<Entries>('neglected', { of, days, owner: ana, ...input }, actor);
  const account = (name: string, owner: string | undefined) => domain.run<AnyRow>('createAccount', { name, owner });

  it('is counted by owner and listed, the longest untouched first, until somebody is in touch', async () => {
    const [first, second] = [await account('Primera', ana), await account('Segunda', ana)];
    domain.clock.set('2026-12-03T15:00:00.000Z');
    await account('Tercera', ana);
    await account('De Ben', ben);
    await account('De Eva', eva);
    domain.clock.set('2027-01-02T15:00:00.000Z');
    await domain.settle();
    expect(await ask('Account', 30)).toEqual({
      owners: [
        { owner: ana, count: 3 },
        { owner: ben, count: 1 },
      ],
      total: 4,
    });
    expect(domain.meter().requests).toBeLessThanOrEqual(3);
    expect(await ask('Account', 31)).toMatchObject({ owners: [{ owner: ana, count: 2 }] });
    const page = await listed('Account', 30, { first: 2 });
    expect(domain.meter().requests).toBe(2);
    expect(page.entries.map(({ record }) => record['name'])).toEqual(['Primera', 'Segunda']);
    const rest = await listed('Account', 30, { first: 2, after: page.endCursor });
    expect(rest.entries.map(({ record }) => record['name'])).toEqual(['Tercera']);
    expect(rest.endCursor).toBeUndefined();
    const talk = await plan(ana, '2027-01-02T16:00:00Z', { account: first.id });
    const task = await plan(ana, '2027-01-02T16:00:00Z', { account: second.id, type: visit });
    await complete(talk.id, { result: 'ok' });
    await complete(task.id);
    await domain.settle();
    expect((await listed('Account', 1)).entries.map(({ record }) => record['name'])).toEqual(['Segunda', 'Tercera']);
    expect(await ask('Account', 30, { user: ana })).toMatchObject({ total: 2 });
    await domain.run('updateAccount', { id: second.id, version: 1, owner: ben });
    await domain.settle();
    expect(await ask('Account', 30, { team })).toMatchObject({
      owners: [
        { owner: ben, count: 2 },
        { owner: ana, count: 1 },
      ],
    });
  });

  it('holds for opportunities while they are open', async () => {
    await domain.run('createPipeline', defaultPipeline);
    const deal = await domain.run<AnyRow>('createOpportunity', { name: 'Sillas', owner: ana });
    domain.clock.set('2026-12-23T15:00:00.000Z');
    await domain.settle();
    expect(await ask('Opportunity', 30)).toEqual({ owners: [{ owner: ana, count: 1 }], total: 1 });
    await domain.run('moveOpportunity', { id: deal.id, stage: 'WON' });
    await domain.settle();
    expect(await ask('Opportunity', 30)).toMatchObject({ total: 0 });
  });

  it('is refused for others’ people and for what is not watched', async () => {
    expect(await failure(listed('Account', 30, { owner: eva }))).toBe('FORBIDDEN');
    expect(await failure(ask('Contact', 30))).toBe('BAD_INPUT');
  });
});

describe('reassigning much at once', () => {
  const reassign = (input: object, actor = boss()) =>
    domain.run<JobRow>('reassignWork', input as Record<string, unknown>, actor);
  const owners = async (ids: readonly string[]) => {
    const rows = await domain.reader().records(ids);
    return ids.map((id) => rows.get(id)?.ownerId);
  };
  const after = async () => {
    await domain.settle();
    await workOff(domain, { hasTime: () => false });
  };

  it('takes what a person has planned, tells the new owner once, and can be undone', async () => {
    const works = await Promise.all(Array.from({ length: 130 }, () => plan(ana, '2026-11-24T16:00:00Z')));
    const later = await plan(ana, '2026-12-24T16:00:00Z');
    const done = await plan(ana, '2026-11-24T16:00:00Z');
    await complete(done.id);
    const ids = works.map(({ id }) => id);
    const job = await reassign({ from: ana, owner: ben, since: '2026-11-23', until: '2026-11-30' });
    await after();
    expect(new Set(await owners(ids))).toEqual(new Set([ben]));
    expect(await owners([later.id, done.id])).toEqual([ana, ana]);
    const { rows } = await domain
      .reader()
      .trusted(Notification)
      .list({ where: { user: { eq: ben } } });
    expect(rows.map(({ title }) => title)).toEqual(['Jefa le pasa trabajo: 130 actividades']);
    await domain.run('undoJob', { id: job.id }, boss());
    await after();
    expect(new Set(await owners(ids))).toEqual(new Set([ana]));
  });

  it('takes named ones, leaves what it may not touch, and says so', async () => {
    const [mine, others] = [await plan(ana, '2026-11-24T16:00:00Z'), await plan(eva, '2026-11-24T16:00:00Z')];
    const job = await reassign({ ids: [mine.id, others.id], owner: ben });
    await after();
    expect(await owners([mine.id, others.id])).toEqual([ben, eva]);
    const row = (await domain.reader().records([job.id])).get(job.id);
    expect(row).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', counts: { updated: 1, failed: 1 } });
    expect(await failure(reassign({ owner: ben }))).toBe('BAD_INPUT');
    expect(await failure(reassign({ from: ana }))).toBe('BAD_INPUT');
    expect(await failure(reassign({ from: ana, owner: ana }))).toBe('BAD_INPUT');
    const seller = boss({ rules: { ...boss().rules, operations: ['activity.complete'] } });
    expect(await failure(reassign({ from: ana, owner: ben }, seller))).toBe('FORBIDDEN');
  });
});

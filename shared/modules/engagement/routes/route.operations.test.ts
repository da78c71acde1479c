import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow, Row } from '#kernel';
import { modules } from '#modules';
import { defaultActivityTypes, type Activity, type ActivityType } from '#modules/engagement/activities';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import type { RouteRow } from './route.entity.ts';

type Work = Row<typeof Activity>;
type Plan = {
  readonly routes: readonly RouteRow[];
  readonly unassigned: readonly { readonly account: AnyRow; readonly reason: string }[];
};

const tenanted = withTenantTable();
const start = { latitude: -0.2, longitude: -78.5 };
// A Monday in Quito.
const monday = '2026-11-23';
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

const sellerRules: Actor['rules'] = {
  entities: {
    '*': { read: 'all' },
    Account: { create: 'own', read: 'own', update: 'own' },
    Activity: { create: 'own', read: 'own', update: 'own' },
    Route: { create: 'own', read: 'own', update: 'own' },
    VisitProfile: { create: 'own', read: 'own', update: 'own' },
  },
  operations: ['activity.*', 'route.*'],
  hiddenFields: [],
  readOnlyFields: [],
};
const as = (index: number): Actor =>
  domain.actor({ id: people[index] ?? '', userId: people[index] ?? '', rules: sellerRules });
const account = (name: string, north: number, values: object = {}, index = 0): Promise<AnyRow> =>
  domain.run<AnyRow>(
    'createAccount',
    {
      name,
      addresses: [{ street: name, point: { latitude: start.latitude + north / 100, longitude: start.longitude } }],
      ...values,
    },
    as(index),
  );
const plan = (values: object = {}, actor = as(0)): Promise<Plan> =>
  domain.run<Plan>('planVisits', { from: monday, start, ...values }, actor);
const confirmed = async (): Promise<RouteRow> => {
  const { routes } = await plan();
  const route = await domain.run<RouteRow>('confirmRoute', { id: routes[0]?.id }, as(0));
  await domain.settle();
  return route;
};
const route = (id: string): Promise<RouteRow> =>
  domain.run<RouteRow>('lockStop', { id, account: 'none' }, as(0)).catch(() => read<RouteRow>(id));
const read = async <R extends AnyRow>(id: string): Promise<R> => {
  const found = (await domain.reader().records([id])).get(id);
  if (!found) throw new Error(`There is no ${id}.`);
  return found as R;
};

describe('planning visits', () => {
  it('visits those who are due on the shortest way, in working hours, and says who is left and why', async () => {
    const [far, near, middle] = [await account('Far', 6), await account('Near', 1), await account('Middle', 3)];
    const nowhere = await account('Nowhere', 0, { addresses: [] });
    const { routes, unassigned } = await plan();
    expect(routes).toHaveLength(1);
    const [day] = routes;
    const order = day?.stops.map((stop) => stop.account) ?? [];
    expect([...order].sort()).toEqual([far.id, near.id, middle.id].sort());
    // There and back along one road: nobody is passed twice.
    expect(day?.km).toBeCloseTo(2 * 0.06 * 111.195 * 1.3, 0);
    expect(day).toMatchObject({ status: 'DRAFT', owner: people[0], date: monday, visitMinutes: 135 });
    expect(day?.stops[0]?.startsAt.slice(0, 13)).toBe('2026-11-23T13');
    expect(day?.links?.google[0]).toContain('google.com/maps/dir');
    expect(unassigned).toMatchObject([{ account: { id: nowhere.id }, reason: 'NO_PLACE' }]);
  });

  it('follows segments, profiles, absences and what stands in the agenda', async () => {
    await domain.run('createVisitFrequency', {
      name: 'A',
      everyDays: 7,
      where: { tags: { has: 'A' } },
      minutes: 60,
      position: 1,
    });
    await domain.run('createVisitFrequency', { name: 'B', everyDays: 14, where: { tags: { has: 'B' } }, position: 2 });
    expect(
      await failure(domain.run('createVisitFrequency', { name: 'X', everyDays: 7, where: { nothing: { eq: 1 } } })),
    ).toBe('BAD_INPUT');
    const [often, seldom] = [await account('Often', 1, { tags: ['A'] }), await account('Seldom', 2, { tags: ['B'] })];
    const never = await account('Never', 3);
    await domain.run(
      'setVisitProfile',
      { account: often.id, windows: [{ weekday: 1, from: '11:00', to: '12:00' }] },
      as(0),
    );
    expect(
      await failure(
        domain.run(
          'setVisitProfile',
          { account: often.id, windows: [{ weekday: 1, from: '12:00', to: '11:00' }] },
          as(0),
        ),
      ),
    ).toBe('BAD_INPUT');
    const due = await domain.run<{ visits: readonly { account: AnyRow; everyDays: number; score: number }[] }>(
      'visitsDue',
      { day: monday },
      as(0),
    );
    expect(due.visits.map(({ account: { id }, everyDays }) => [id, everyDays])).toEqual([
      [often.id, 7],
      [seldom.id, 14],
    ]);
    const meeting = { subject: 'Meeting', type: types.get('MEETING'), startsAt: '2026-11-23T13:30:00Z', minutes: 120 };
    await domain.run('createActivity', meeting, as(0));
    const standing = await domain.run<Work>(
      'createActivity',
      { subject: 'Visit', type: types.get('VISIT'), account: never.id, startsAt: '2026-11-23T20:00:00Z' },
      as(0),
    );
    const { routes } = await plan();
    const stops = routes[0]?.stops ?? [];
    expect(stops.find((stop) => stop.account === often.id)?.startsAt).toBe('2026-11-23T16:00:00.000Z');
    expect(stops.find((stop) => stop.account === never.id)).toMatchObject({
      startsAt: '2026-11-23T20:00:00.000Z',
      locked: true,
      activity: standing.id,
    });
    expect(stops.every(({ startsAt }) => startsAt >= '2026-11-23T15:30')).toBe(true);
    expect((await plan({ where: { tags: { has: 'B' } } })).routes[0]?.stops.map((stop) => stop.account)).toContain(
      seldom.id,
    );
    await domain.run('setAbsence', { user: people[0], from: monday, until: monday }, domain.actor());
    expect((await plan()).routes).toEqual([]);
  });

  it('spreads a week over working days and replaces drafts, not what is confirmed', async () => {
    for (let index = 0; index < 14; index += 1) await account(`Account ${String(index)}`, index - 7);
    const first = await plan({ from: '2026-11-21', days: 4 });
    expect(first.routes.map(({ date }) => date)).toEqual(['2026-11-23', '2026-11-24']);
    const [day] = first.routes;
    await domain.run('confirmRoute', { id: day?.id }, as(0));
    const second = await plan({ from: '2026-11-21', days: 4 });
    expect(second.routes.map(({ date }) => date)).toEqual(['2026-11-24']);
    expect((await read<RouteRow>(first.routes[1]?.id ?? '')).status).toBe('CANCELLED');
    const visited = new Set(day?.stops.map((stop) => stop.account));
    expect(second.routes[0]?.stops.some((stop) => visited.has(stop.account))).toBe(false);
  });

  it('answers bad input, and keeps people and rights apart', async () => {
    await account('Mine', 1);
    expect(await failure(domain.run('planVisits', { from: monday }, as(0)))).toBe('START_MISSING');
    expect(await failure(plan({ days: 30 }))).toBe('BAD_INPUT');
    expect(await failure(plan({ where: { nothing: { eq: 1 } } }))).toBe('BAD_INPUT');
    expect((await plan({}, as(1))).routes).toEqual([]);
    const others = await plan({ owner: people[0] }, as(1));
    expect(others).toEqual({ routes: [], unassigned: [] });
    const { routes } = await plan();
    expect(await failure(domain.run('confirmRoute', { id: routes[0]?.id }, as(1)))).toBe('NOT_FOUND');
    const elsewhere = domain.actor({ tenant: 'ten_00000000000000000000000002' });
    expect(await failure(domain.run('confirmRoute', { id: routes[0]?.id }, elsewhere))).toBe('NOT_FOUND');
  });
});

describe('a confirmed route', () => {
  it('stands in the agenda, once, whoever confirms again', async () => {
    await account('One', 1);
    await account('Two', 2);
    const { routes } = await plan();
    const key = { idempotencyKey: 'confirm-1' };
    const day = await domain.run<RouteRow>('confirmRoute', { id: routes[0]?.id }, as(0), key);
    expect((await domain.run<RouteRow>('confirmRoute', { id: routes[0]?.id }, as(0), key)).version).toBe(day.version);
    expect(await failure(domain.run('confirmRoute', { id: day.id }, as(0)))).toBe('INVALID_STATE');
    const work = await read<Work>(day.stops[0]?.activity ?? '');
    expect(work).toMatchObject({
      kind: 'VISIT',
      status: 'PLANNED',
      startsAt: day.stops[0]?.startsAt,
      owner: people[0],
      route: day.id,
    });
    expect(work.subject).toMatch(/^Visita: (One|Two)$/);
  });

  it('closes up when a visit falls out, and keeps what is locked', async () => {
    for (let index = 1; index <= 4; index += 1) await account(`Account ${String(index)}`, index);
    const day = await confirmed();
    const [first, second, , last] = day.stops;
    await domain.run('lockStop', { id: day.id, account: last?.account }, as(0));
    await domain.run('dropActivity', { id: first?.activity, reason: 'Cancelled' }, as(0));
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toContain('route.replanned');
    const now = await route(day.id);
    expect(now.stops).toHaveLength(3);
    expect(now.stops.find((stop) => stop.account === last?.account)?.startsAt).toBe(last?.startsAt);
    const moved = now.stops.find((stop) => stop.account === second?.account);
    expect((moved?.startsAt ?? '') < (second?.startsAt ?? '')).toBe(true);
    expect((await read<Work>(second?.activity ?? '')).startsAt).toBe(moved?.startsAt);
    expect((await domain.settle()).length).toBe(0);
  });

  it('takes a visit that was put to another time of the day as locked, and lets one go that went to another day', async () => {
    for (let index = 1; index <= 3; index += 1) await account(`Account ${String(index)}`, index);
    const day = await confirmed();
    const [first, second] = day.stops;
    await domain.run('postponeActivity', { id: first?.activity, to: '2026-11-23T20:00:00Z' }, as(0));
    await domain.settle();
    const later = await route(day.id);
    expect(later.stops.find((stop) => stop.account === first?.account)).toMatchObject({
      startsAt: '2026-11-23T20:00:00.000Z',
      locked: true,
    });
    await domain.run('postponeActivity', { id: second?.activity, to: '2026-11-25T20:00:00Z' }, as(0));
    await domain.settle();
    expect((await route(day.id)).stops.map((stop) => stop.account)).not.toContain(second?.account);
  });

  it('plans what lies ahead from where one is, fills free time, and is given up whole', async () => {
    for (let index = 1; index <= 3; index += 1) await account(`Account ${String(index)}`, index);
    const day = await confirmed();
    const extra = await account('Extra', 4);
    domain.clock.set(day.stops[0]?.startsAt ?? '');
    await domain.run('completeActivity', { id: day.stops[0]?.activity, result: 'ok' }, as(0));
    await domain.settle();
    expect((await read<AnyRow>(`vpr_${(day.stops[0]?.account ?? '').slice(4)}`))['lastVisitBy']).toBe(people[0]);
    const filled = await domain.run<RouteRow>('replanRoute', { id: day.id, fill: true }, as(0));
    expect(filled.stops[0]).toMatchObject({ account: day.stops[0]?.account, startsAt: day.stops[0]?.startsAt });
    const added = filled.stops.find((stop) => stop.account === extra.id);
    expect(await read<Work>(added?.activity ?? '')).toMatchObject({ status: 'PLANNED', route: day.id });
    await domain.settle();
    expect(
      await failure(domain.run('removeStop', { id: day.id, account: 'acc_00000000000000000000000000' }, as(0))),
    ).toMatch(/STOP_NOT_FOUND|REFERENCE/);
    const shorter = await domain.run<RouteRow>('removeStop', { id: day.id, account: extra.id }, as(0));
    expect(shorter.stops).toHaveLength(3);
    await domain.settle();
    await domain.run('cancelRoute', { id: day.id }, as(0));
    await domain.settle();
    expect((await read<Work>(day.stops[1]?.activity ?? '')).status).toBe('DROPPED');
    expect((await read<Work>(day.stops[0]?.activity ?? '')).status).toBe('DONE');
    expect(await failure(domain.run('replanRoute', { id: day.id }, as(0)))).toBe('INVALID_STATE');
  });
});

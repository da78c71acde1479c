import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { solomonInstances, tspInstances } from '#test/support/route-instances';
import type { Caller } from '#test/support/cloud';
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

type Trip = { order: number[]; km: number; minutes: number; links: { google: string[] } | null };
type Answer = {
  planRoute: { order: number[]; km: number; routes: Trip[]; unassigned: { index: number; reason: string }[] };
};
const planRoute = async (input: object, caller = seller): Promise<Answer['planRoute']> =>
  (
    await ask<Answer>(
      'query($input: PlanRouteInput!) { planRoute(input: $input) { order km unassigned { index reason } routes { order km minutes links { google } } } }',
      { input },
      caller,
    )
  ).planRoute;
type Place = { readonly x: number; readonly y: number };
const between = (from: Place | undefined, to: Place | undefined): number =>
  from && to ? Math.hypot(from.x - to.x, from.y - to.y) : Infinity;

const start = { latitude: -0.2, longitude: -78.5 };
const place = (north: number) => ({ latitude: start.latitude + north / 100, longitude: start.longitude });
const account = (name: string, north: number, input: object = {}, caller = seller) =>
  act(
    'createAccount',
    { name, addresses: [{ street: name, point: place(north) }], ...input },
    'account { id version }',
    caller,
  );
const dayAhead = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

type Stop = {
  account: { id: string };
  activity: { id: string; startsAt: string | null; status: string } | null;
  startsAt: string;
  locked: boolean;
};
type Route = { id: string; version: number; date: string; status: string; km: number; stops: Stop[] };
const routeFields =
  'route { id version date status km stops { account { id } activity { id startsAt status } startsAt locked } }';
type Planned = {
  done: { routes: Route[]; unassigned: { account: { id: string }; reason: string }[]; userErrors: { code: string }[] };
};
const planVisits = async (input: object, caller = seller): Promise<Planned['done']> =>
  (
    await ask<Planned>(
      `mutation($input: PlanVisitsInput!) { done: planVisits(input: $input) { routes { id version date status km stops { account { id } activity { id } startsAt locked } } unassigned { account { id } reason } userErrors { code } } }`,
      { input: { start, from: dayAhead(1), days: 7, ...input } },
      caller,
    )
  ).done;

describe('routes', () => {
  it('RTE-01 order raw points within two hundredths of the shortest tour, and sixty within a second', async () => {
    for (const { points, optimum } of tspInstances) {
      const [first, ...rest] = points;
      const { order } = await planRoute({ start: first, points: rest });
      const tour = [first, ...order.map((index) => rest[index])];
      const length = tour.reduce(
        (sum, point, index) => sum + Math.round(between(point, tour[(index + 1) % tour.length])),
        0,
      );
      expect(new Set(order).size).toBe(rest.length);
      expect(length).toBeLessThanOrEqual(optimum * 1.02);
    }
    const sixty = (tspInstances[2]?.points ?? [])
      .slice(0, 60)
      .map(({ x, y }) => ({ latitude: x / 1000, longitude: y / 1000 }));
    const times = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const began = performance.now();
      const { routes } = await planRoute({ start: sixty[0], points: sixty });
      times.push(performance.now() - began);
      expect(routes[0]?.links?.google[0]).toMatch(/^https:\/\/www\.google\.com\/maps\/dir\//);
    }
    expect(Math.min(...times)).toBeLessThan(1000);
  });

  it('RTE-01 keep windows of time, within a tenth of the best known, and say what cannot be reached', async () => {
    for (const { rows, best, capacity } of solomonInstances) {
      const [[x = 0, y = 0, , , end = 0] = [], ...customers] = rows;
      const points = customers.map(([px = 0, py = 0]) => ({ x: px, y: py }));
      const windows = customers.map(([, , , from = 0, to = 0]) => ({ from, to }));
      const { routes, unassigned, km } = await planRoute({
        start: { x, y },
        points,
        windows,
        loads: customers.map(([, , load = 0]) => load),
        capacity,
        serviceMinutes: customers[0]?.[5] ?? 0,
        mostMinutes: end,
        routes: 25,
      });
      expect(unassigned).toEqual([]);
      expect(km).toBeLessThanOrEqual(best * 1.1);
      expect(routes.flatMap(({ order }) => order).sort((one, other) => one - other)).toEqual([...points.keys()]);
    }
    const late = await planRoute({ start: { x: 0, y: 0 }, points: [{ x: 50, y: 0 }], windows: [{ from: 0, to: 10 }] });
    expect(late.unassigned).toEqual([{ index: 0, reason: 'OUT_OF_REACH' }]);
    await expect(planRoute({ start: { x: 0, y: 0 }, points: [{ latitude: 1, longitude: 1 }] })).rejects.toThrow(
      'BAD_USER_INPUT',
    );
    await expect(planRoute({ start: { x: 0 }, points: [] })).rejects.toThrow('BAD_USER_INPUT');
  });

  it('RTE-01 plan whom a seller visits by segment and last visit, and put it into the agenda', async () => {
    await act(
      'createVisitFrequency',
      { name: 'A', everyDays: 7, where: { tags: { has: 'A' } } },
      'visitFrequency { id version }',
    );
    const mine = [];
    for (const north of [4, 1, 3]) mine.push((await account(`Cliente ${String(north)}`, north, { tags: ['A'] })).id);
    const other = await account('Otro', 2);
    await selling.cloud.idle();
    const { routes } = await planVisits({});
    const [draft] = routes;
    const visited = routes.flatMap(({ stops }) => stops.map(({ account: { id } }) => id));
    expect([...visited].sort()).toEqual([...mine].sort());
    expect(visited).not.toContain(other.id);
    const confirmed = await act<Route>('confirmRoute', { id: draft?.id, version: draft?.version }, routeFields, seller);
    expect(confirmed.status).toBe('CONFIRMED');
    await expect(act('confirmRoute', { id: draft?.id, version: draft?.version }, routeFields, seller)).rejects.toThrow(
      /INVALID_STATE|STALE_VERSION/,
    );
    await selling.cloud.idle();
    type Agenda = { agenda: { days: { entries: { activity: { id: string } }[] }[] } };
    const { agenda } = await ask<Agenda>(
      'query($day: Date!) { agenda(from: $day, to: $day) { days { entries { activity { id } } } } }',
      { day: confirmed.date },
      seller,
    );
    const inAgenda = agenda.days.flatMap(({ entries }) => entries.map(({ activity }) => activity.id));
    expect(inAgenda).toEqual(expect.arrayContaining(confirmed.stops.map(({ activity }) => activity?.id)));
  });

  it('RTE-02 help to organise what lies ahead: what is due, what is locked, what falls out', async () => {
    for (const north of [5, 6, 7]) await account(`Norte ${String(north)}`, north, { tags: ['A'] });
    await selling.cloud.idle();
    type Due = { visitsDue: { visits: { account: { id: string }; score: number; everyDays: number }[] } };
    const { visitsDue } = await ask<Due>('{ visitsDue { visits { account { id } score everyDays } } }', {}, seller);
    expect(visitsDue.visits.length).toBeGreaterThanOrEqual(3);
    expect(visitsDue.visits.every(({ everyDays }) => everyDays === 7)).toBe(true);
    const { routes } = await planVisits({});
    const draft = routes.find(({ stops }) => stops.length >= 3);
    const route = await act<Route>('confirmRoute', { id: draft?.id }, routeFields, seller);
    const [first, , last] = route.stops;
    await act('lockStop', { id: route.id, account: last?.account.id }, routeFields, seller);
    await act('dropActivity', { id: first?.activity?.id, reason: 'Cancelada' }, 'activity { id version }', seller);
    await selling.cloud.idle();
    const { node } = await ask<{ node: Route }>(
      'query($id: ID!) { node(id: $id) { ... on Route { id status stops { account { id } startsAt locked activity { id startsAt status } } } } }',
      { id: route.id },
      seller,
    );
    expect(node.stops.map(({ account: { id } }) => id)).not.toContain(first?.account.id);
    expect(node.stops.find(({ locked }) => locked)).toMatchObject({ account: last?.account, startsAt: last?.startsAt });
    expect(node.stops.every(({ startsAt, activity }) => activity?.startsAt === startsAt)).toBe(true);
  });

  it('RTE-02 belong to their person and tenant', async () => {
    const { routes } = await planVisits({ owner: selling.ids.seller }, manager);
    expect(routes.every(({ status }) => status === 'DRAFT')).toBe(true);
    const stranger = await startOtherTenant(selling.cloud);
    const seen = await ask<{ node: object | null; routes: { edges: object[] } }>(
      'query($id: ID!) { node(id: $id) { id } routes { edges { node { id } } } }',
      { id: routes[0]?.id },
      stranger,
    );
    expect(seen).toEqual({ node: null, routes: { edges: [] } });
    await expect(act('confirmRoute', { id: routes[0]?.id }, routeFields, stranger)).rejects.toThrow('NOT_FOUND');
    const support = await selling.tokenOf('support');
    await expect(planVisits({ owner: selling.ids.seller }, support)).rejects.toThrow('FORBIDDEN');
    expect((await planVisits({ from: 'soon' })).userErrors).toMatchObject([{ code: 'BAD_INPUT' }]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;

const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);
const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);

beforeAll(async () => {
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
}, 120_000);
afterAll(() => selling.cloud.stop());

type Alert = { id: string; status: string; title: string; told: { id: string }[]; reason: string | null };
const makeRule = (name: string, trigger: object, more: object = {}) =>
  act(
    'createAlertRule',
    { name, trigger, steps: [{ afterMinutes: 0, to: 'OWNER' }], ...more },
    'alertRule { id version }',
  );
const alertsOf = async (rule: { readonly id: string }, caller?: Caller): Promise<readonly Alert[]> => {
  await selling.cloud.idle();
  const { rule: found } = await ask<{ rule: { alerts: { edges: { node: Alert }[] } } | null }>(
    'query ($id: ID!) { rule: alertRule(id: $id) { alerts { edges { node { id status title reason told { id } } } } } }',
    { id: rule.id },
    caller,
  );
  return found?.alerts.edges.map(({ node }) => node) ?? [];
};

describe('alerts', () => {
  it('KPI-05 who is behind with a goal is told of it at the time of the day that the rule says, and records by a timetable', async () => {
    const { now } = await nowOf();
    // The demo tenant is in Ecuador, five hours behind.
    const local = new Date(now + 180_000 - 5 * 3_600_000).toISOString();
    const at = local.slice(11, 16);
    const clocks = { of: 'Account', where: { name: { eq: 'Reloj' } } };
    const timed = await makeRule('Relojes', { kind: 'SCHEDULE', ...clocks, at, startsOn: local.slice(0, 10) });
    // Goals are looked at on working days, and the test may run on a Sunday.
    const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    const always = { name: 'Siempre', hours, observesCountry: false };
    const { id: calendar } = await act('createWorkingCalendar', always, 'workingCalendar { id version }');
    const goal = { kind: 'GOAL', source: 'ACTIVITY_QUOTA', below: 80, at };
    const rule = await makeRule('Meta de llamadas', goal, { calendar });
    const dayFrom = (days: number): string => new Date(now + days * 86_400_000).toISOString().slice(0, 10);
    const quota = { user: selling.ids.seller, type: selling.ids.call, from: dayFrom(-20), to: dayFrom(10), count: 5 };
    await act('createActivityQuota', quota, 'activityQuota { id version }');
    await expect(act('createActivityQuota', quota, 'activityQuota { id }', seller)).rejects.toThrow('FORBIDDEN');
    expect(await alertsOf(rule)).toEqual([]);
    await selling.cloud.advance(300);
    const [alert, ...others] = await alertsOf(rule);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ status: 'OPEN', told: [{ id: selling.ids.seller }] });
    expect(alert?.title).toMatch(/^Meta de llamadas: .*\(0 %\)$/);
    expect((await alertsOf(timed)).map(({ status, title }) => [status, title])).toEqual([['OPEN', 'Relojes: Reloj']]);
    const { notifications } = await ask<{ notifications: { edges: { node: { title: string } }[] } }>(
      '{ notifications { edges { node { title } } } }',
      {},
      seller,
    );
    expect(notifications.edges.map(({ node }) => node.title)).toContain(alert?.title);
  });

  it('KPI-06 KPI-07 a promise that is not kept alerts its owner and then the manager, until somebody attends to it', async () => {
    const steps = [
      { afterMinutes: 0, to: 'OWNER' },
      { afterMinutes: 0, to: 'ROLE', role: 'manager' },
    ];
    const rule = await makeRule('Llamada prometida', { kind: 'PROMISE', source: 'ACTIVITY' }, { steps });
    const { now } = await nowOf();
    const dueAt = new Date(now + 120_000).toISOString();
    const plan = (subject: string) =>
      act('createActivity', { type: selling.ids.call, subject, dueAt }, 'activity { id version }', seller);
    const [kept] = [await plan('Cumplida'), await plan('Olvidada')];
    await selling.cloud.idle();
    await act('completeActivity', { id: kept.id, result: 'Hecho' }, 'activity { id version }', seller);
    expect((await alertsOf(rule)).map(({ status }) => status).sort()).toEqual(['RESOLVED', 'WATCHING']);
    await selling.cloud.advance(240);
    const alerts = await alertsOf(rule);
    const open = alerts.find(({ status }) => status === 'OPEN');
    expect(alerts).toHaveLength(2);
    expect(open?.title).toBe('Llamada prometida: Olvidada');
    expect(open?.told.map(({ id }) => id).sort()).toEqual([selling.ids.seller, selling.ids.manager].sort());
    // Who has the role was told, and finds it though the matter is the seller's.
    const { myAlerts } = await ask<{ myAlerts: { alerts: Alert[] } }>(
      '{ myAlerts { alerts { id title status } } }',
      {},
      await selling.tokenOf('manager'),
    );
    expect(myAlerts.alerts).toContainEqual({ id: open?.id, title: open?.title, status: 'OPEN' });
    const acknowledged = await act<Alert>('acknowledgeAlert', { id: open?.id }, 'alert { id status }', seller);
    expect(acknowledged.status).toBe('ACKNOWLEDGED');
    const resolved = await act<Alert>(
      'resolveAlert',
      { id: open?.id, reason: 'Llamado' },
      'alert { status reason }',
      seller,
    );
    expect(resolved).toEqual({ status: 'RESOLVED', reason: 'Llamado' });
    expect(await alertsOf(rule, await startOtherTenant(selling.cloud))).toEqual([]);
    await expect(
      act(
        'createAlertRule',
        { name: 'x', trigger: { kind: 'EVENT', on: 'account.created' }, steps },
        'alertRule { id }',
        seller,
      ),
    ).rejects.toThrow('FORBIDDEN');
  });
});

/** The cloud's own time: what was written last says it. */
const nowOf = async (): Promise<{ readonly now: number }> => {
  const made = await act<{ createdAt: string }>('createAccount', { name: 'Reloj' }, 'account { createdAt }', seller);
  return { now: Date.parse(made.createdAt) };
};

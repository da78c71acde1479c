import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow, Row } from '#kernel';
import { modules } from '#modules';
import { Notification } from '#modules/platform/notifications';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { storeTenantOf, storingTenant, tenantIdOf } from '#test/support/tenant';
import { Activity, defaultActivityTypes } from './index.ts';

type Work = Row<typeof Activity>;
type Queue = {
  readonly queue: string;
  readonly kind: string;
  readonly waiting: number;
  readonly next: readonly Work[];
};

/** A Monday, 10:00 in Quito: people work from 9 to 18. */
const now = '2026-11-23T15:00:00.000Z';

const tenanted = withTenantTable();
let tenant: string;
let domain: Domain;
let call: string;
let [ana, ben, cris, dora]: string[] = [];
let unit: AnyRow;
beforeEach(async () => {
  tenant = tenantIdOf(tenanted.tenant);
  domain = startDomain({ modules: [...modules, peopleForTests, storingTenant], table: tenanted.table, tenant, now });
  const [type] = defaultActivityTypes;
  call = (await domain.run<AnyRow>('createActivityType', type ?? {})).id;
  [ana, ben, cris, dora] = await makePeople(domain, ['Ana', 'Ben', 'Cris', 'Dora']);
  const top = await domain.run<AnyRow>('createOrgUnit', { name: 'Acme', level: 'COMPANY', manager: dora });
  unit = await domain.run('createOrgUnit', { name: 'Billing', level: 'BUSINESS', parent: top.id, manager: cris });
  await domain.run('updateUser', { id: ana, version: 1, orgUnit: unit.id, manager: cris });
  await domain.run('updateUser', { id: cris, version: 1, manager: dora });
});

const own: Actor['rules'] = {
  entities: { '*': { read: 'all' }, Activity: { create: 'all', read: 'own', update: 'own', archive: 'own' } },
  operations: ['activity.*'],
  hiddenFields: [],
  readOnlyFields: [],
};
const as = (id = '', more: Partial<Actor> = {}): Actor => domain.actor({ id, userId: id, rules: own, ...more });
const plan = (values: object, actor = as(ben)) =>
  domain.run<Work>('createActivity', { subject: 'Call', type: call, ...values }, actor);
const claim = (id: string, who?: string) => domain.run<Work>('claimActivity', { id }, as(who));
const read = (id: string): Promise<Work> => domain.reader().data(Activity).get(id);
const waiting = async (who?: string) =>
  (await domain.run<{ unassigned: readonly Work[] }>('panel', {}, as(who))).unassigned.map(({ id }) => id);
const after = (minutes: number): string => new Date(Date.parse(now) + minutes * 60_000).toISOString();
const told = async () =>
  (await domain.reader().trusted(Notification).list({ first: 50 })).rows.map(({ user, title }) => [user, title]);

describe('work that waits', () => {
  it('for a department is in the panel of its people alone, nobody owns it, and one of two takes it', async () => {
    await domain.run('updateUser', { id: dora, version: 1, orgUnit: unit.id });
    const work = await plan({ department: unit.id });
    expect(work).toMatchObject({ queue: unit.id });
    expect(work.owner).toBeUndefined();
    expect([await waiting(ana), await waiting(ben)]).toEqual([[work.id], []]);
    const { queues } = await domain.run<{ queues: readonly Queue[] }>('workQueues', {}, as(ana));
    expect(queues).toMatchObject([
      { queue: unit.id, kind: 'DEPARTMENT', name: 'Billing', waiting: 1, next: [{ id: work.id }] },
      { queue: 'role:seller', kind: 'ROLE', name: 'Seller', waiting: 0, next: [] },
    ]);
    await domain.settle();
    const led = await domain.run<{ queues: readonly Queue[] }>('workQueues', {}, as(cris));
    expect(led.queues[0]).toMatchObject({ queue: unit.id, waiting: 1 });
    expect(await failure(claim(work.id, ben))).toBe('NOT_FOUND');
    const both = await Promise.all([failure(claim(work.id, ana)), failure(claim(work.id, dora))]);
    expect(both.filter((code) => code === 'nothing failed')).toHaveLength(1);
    expect([ana, dora]).toContain((await read(work.id)).owner);
    expect(await failure(claim(work.id, ana))).toBe('ALREADY_TAKEN');
    expect(await waiting(ana)).toEqual([]);
  });

  it('for a role is taken by whoever has it; a role that is not there, or two places, are refused', async () => {
    const work = await plan({ role: 'seller' });
    expect(await waiting(ben)).toEqual([work.id]);
    expect((await claim(work.id, ben)).owner).toBe(ben);
    expect(await failure(plan({ role: 'pilot' }))).toBe('UNKNOWN_ROLE');
    expect(await failure(plan({ role: 'seller', department: unit.id }))).toBe('BAD_INPUT');
    const stranger = domain.actor({ tenant: `${tenant}x`, userId: ben ?? '' });
    expect(await failure(domain.run('claimActivity', { id: work.id }, stranger))).toBe('NOT_FOUND');
  });

  it('may be read with what it is about by those it waits for, and by who took it', async () => {
    const account = await domain.run<AnyRow>('createAccount', { name: 'Acme', owner: ben });
    const work = await plan({ department: unit.id, account: account.id });
    await domain.settle();
    const granted = async (holder = '') => {
      const asked = { pk: `${tenant}#${holder}`, sort: { beginsWith: 'grant#' }, limit: 10 };
      return (await tenanted.table.query(asked)).items.map(({ sk }) => sk.split('#')[1]).sort();
    };
    expect(await granted(unit.id)).toEqual([account.id, work.id]);
    await claim(work.id, ana);
    await domain.settle();
    expect([await granted(unit.id), await granted(ana)]).toEqual([[], [account.id]]);
    await domain.run('dropActivity', { id: work.id }, as(ana));
    await domain.settle();
    expect(await granted(ana)).toEqual([]);
  });

  it('is given to another queue or person by who leads the department, not by others', async () => {
    const work = await plan({ department: unit.id });
    const give = (who: string | undefined, to: object) =>
      domain.run<{ activities: readonly Work[] }>('reassignActivities', { ids: [work.id], ...to }, as(who));
    expect(await failure(give(ben, { owner: ben }))).toBe('NOT_FOUND');
    expect(await failure(give(cris, {}))).toBe('BAD_INPUT');
    expect(await failure(give(cris, { role: 'pilot' }))).toBe('UNKNOWN_ROLE');
    expect((await give(cris, { role: 'seller' })).activities).toMatchObject([{ queue: 'role:seller', role: 'seller' }]);
    expect((await read(work.id)).department).toBeUndefined();
    expect((await give(ben, { owner: ana })).activities).toMatchObject([{ owner: ana, queue: 'role:seller' }]);
  });
});

describe('work that was taken', () => {
  it('goes back to its queue when whoever took it lets it go, and stays with who did it once it is done', async () => {
    const work = await plan({ department: unit.id });
    const { version } = await claim(work.id, ana);
    expect(await waiting(ana)).toEqual([]);
    await domain.run('updateActivity', { id: work.id, version, owner: null }, as(ana));
    expect(await waiting(ana)).toEqual([work.id]);
    await claim(work.id, ana);
    await domain.run('completeActivity', { id: work.id, result: 'Done' }, as(ana));
    expect(await failure(claim(work.id, ana))).toBe('INVALID_STATE');
    expect(await failure(domain.run('reassignActivities', { ids: [work.id], owner: ben }))).toBe('INVALID_STATE');
    expect((await read(work.id)).owner).toBe(ana);
  });

  it('is in the panel of whoever stands in for an absent colleague, who is told too when it is escalated', async () => {
    await domain.run('setAbsence', { user: cris, from: '2026-11-23', until: '2026-11-23', substitute: ben });
    const work = await plan({ owner: cris, dueAt: after(-5) });
    const late = await plan({ owner: ana, escalateAfter: 30 });
    await domain.advanceTo(after(31));
    await domain.settle();
    type Panel = {
      readonly overdue: readonly AnyRow[];
      readonly sections: readonly { readonly records: readonly string[] }[];
    };
    const panel = await domain.run<Panel>('panel', {}, as(ben, { standsFor: [cris ?? ''] }));
    expect(panel.overdue.map(({ id }) => id)).toEqual([work.id]);
    expect(panel.sections.flatMap(({ records }) => records)).toContain(late.id);
    expect((await told()).map(([user]) => user).sort()).toEqual([ben, cris].sort());
  });
});

describe('work that nobody attends to', () => {
  it('is escalated level by level while it waits, and begins anew with whoever takes it', async () => {
    const work = await plan({ department: unit.id, escalateAfter: 30 });
    expect(work.escalatesAt).toBe(after(30));
    await domain.advanceTo(after(29));
    expect((await read(work.id)).escalations).toBe(0);
    await domain.advanceTo(after(31));
    expect(await read(work.id)).toMatchObject({ escalations: 1, escalatedTo: cris, escalatesAt: after(60) });
    await domain.settle();
    const panel = await domain.run<{ sections: readonly object[] }>('panel', {}, as(cris));
    expect(panel.sections).toContainEqual(expect.objectContaining({ name: 'escalated', records: [work.id] }));
    await domain.advanceTo(after(61));
    expect(await read(work.id)).toMatchObject({ escalations: 2, escalatedTo: dora });
    expect((await read(work.id)).escalatesAt).toBeUndefined();
    await claim(work.id, ana);
    expect(await read(work.id)).toMatchObject({ owner: ana, escalations: 0, escalatesAt: after(91) });
    await domain.advanceTo(after(92));
    expect(await read(work.id)).toMatchObject({ escalations: 1, escalatedTo: cris });
    expect((await told()).sort()).toEqual(
      [
        [cris, 'Nadie ha tomado: Call'],
        [dora, 'Nadie ha tomado: Call'],
        [cris, 'Sigue sin hacer: Call'],
      ].sort(),
    );
  });

  it('is escalated no more once it is done, nor where nobody is above', async () => {
    const done = await plan({ escalateAfter: 30, owner: ana }, as(ana));
    await domain.run('updateActivityType', { id: call, version: 1, needsResult: false });
    await domain.run('completeActivity', { id: done.id, result: 'ok' }, as(ana));
    const lonely = await plan({ escalateAfter: 30, owner: ben }, as(ben));
    await domain.advanceTo(after(40));
    expect((await read(done.id)).escalatesAt).toBeUndefined();
    expect((await read(lonely.id)).escalatesAt).toBeUndefined();
    expect(await told()).toEqual([]);
  });

  it('is left over a weekend and a holiday, by the calendar of the team that it waits for', async () => {
    domain.clock.set('2026-11-27T22:30:00.000Z');
    await storeTenantOf(domain);
    const night = await domain.run<AnyRow>('createWorkingCalendar', {
      name: 'Noche',
      timeZone: 'America/Guayaquil',
      hours: [{ weekday: 5, from: '17:00', to: '23:00' }],
    });
    const team = await domain.run<AnyRow>('createTeam', { name: 'Noche', manager: cris, members: [ana] });
    await domain.run('createHoliday', { name: 'Fiestas', date: '2026-11-30' });
    await domain.run('createSettingPolicy', { kind: 'TENANT', key: 'calendar', openTo: 'TEAMS' });
    const own = { kind: 'TENANT', key: 'calendar', team: team.id };
    await domain.run('changeSetting', { ...own, values: { calendar: night.id } });
    const [usual, nightly] = [
      await plan({ role: 'seller', escalateAfter: 60 }),
      await plan({ team: team.id, escalateAfter: 60 }),
    ];
    await domain.advanceTo('2026-11-27T23:31:00.000Z');
    expect(await read(usual.id)).toMatchObject({ escalations: 0, escalatesAt: '2026-12-01T14:30:00.000Z' });
    expect(await read(nightly.id)).toMatchObject({ escalations: 1, escalatedTo: cris });
    await domain.advanceTo('2026-12-01T14:29:00.000Z');
    expect((await read(usual.id)).escalations).toBe(0);
    await domain.advanceTo('2026-12-01T14:31:00.000Z');
    expect((await read(usual.id)).escalations).toBe(1);
  });

  it('of a role goes to whom its people report', async () => {
    const work = await plan({ role: 'seller', escalateAfter: 5 });
    await domain.advanceTo(after(6));
    expect([cris, dora]).toContain((await read(work.id)).escalatedTo);
  });
});

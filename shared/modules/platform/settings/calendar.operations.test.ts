import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';
import { addWorkingTime, workingTimeOf } from './index.ts';

const tenanted = withTenantTable();
const tenant = (): string => tenantIdOf(tenanted.tenant);
let domain: Domain;
beforeEach(async () => {
  domain = startDomain({ modules: tenantModules, table: tenanted.table, tenant: tenant() });
  await storeTenantOf(domain, { country: 'ES', timeZone: 'Europe/Madrid' });
});

const hours = (from: string, to: string) => [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from, to }));
const ask = (input: object) => domain.run('workingTime', { at: '2026-10-12T08:00:00.000Z', ...input });

describe('working time', () => {
  it("is the usual week in the tenant's zone and country without a calendar", async () => {
    expect(await ask({ minutes: 30 })).toEqual({
      isWorking: false,
      resumesAt: '2026-10-13T06:30:00.000Z',
      dueAt: '2026-10-13T07:00:00.000Z',
    });
  });

  it("is the tenant's calendar once it has chosen one, or the one that is named", async () => {
    const chosen = await domain.run<AnyRow>('createWorkingCalendar', {
      name: 'Office',
      hours: hours('10:00', '14:00'),
    });
    const early = await domain.run<AnyRow>('createWorkingCalendar', {
      name: 'Early',
      hours: hours('06:00', '10:00'),
      country: 'EC',
    });
    await domain.run('updateTenant', { id: tenant(), version: 1, calendar: chosen.id });
    expect(await ask({})).toMatchObject({ resumesAt: '2026-10-13T08:00:00.000Z' });
    expect(await ask({ calendar: early.id })).toMatchObject({
      isWorking: false,
      resumesAt: '2026-10-13T04:00:00.000Z',
    });
    const time = await workingTimeOf(domain.reader());
    expect(addWorkingTime(time, '2026-10-13T10:00:00.000Z', 180)).toBe('2026-10-14T09:00:00.000Z');
  });

  it('knows days unlike others: of all calendars, and of one', async () => {
    const office = await domain.run<AnyRow>('createWorkingCalendar', {
      name: 'Office',
      hours: hours('10:00', '14:00'),
    });
    await domain.run('createHoliday', { name: 'Feast of the city', date: '2026-10-14' });
    await domain.run('createHoliday', {
      name: 'Half day',
      date: '2026-10-15',
      calendar: office.id,
      from: '10:00',
      to: '11:00',
    });
    const days = async (input: object) =>
      (await domain.run<{ days: unknown }>('specialDays', { from: '2026-10-10', to: '2026-10-31', ...input })).days;
    const both = [
      { day: '2026-10-12', name: 'Fiesta Nacional', isWorkingDay: false },
      { day: '2026-10-14', name: 'Feast of the city', isWorkingDay: false },
    ];
    expect(await days({})).toEqual(both);
    expect(await days({ calendar: office.id })).toEqual([
      ...both,
      { day: '2026-10-15', name: 'Half day', isWorkingDay: true },
    ]);
  });

  it('refuses a calendar of another tenant, and a span without end', async () => {
    const office = await domain.run<AnyRow>('createWorkingCalendar', {
      name: 'Office',
      hours: hours('10:00', '14:00'),
    });
    const stranger = domain.actor({ tenant: 'other' });
    expect(
      await failure(domain.run('workingTime', { at: '2026-10-12T08:00:00.000Z', calendar: office.id }, stranger)),
    ).toBe('NOT_FOUND');
    expect(await failure(domain.run('specialDays', { from: '2026-01-01', to: '2126-01-01' }))).toBe('BAD_INPUT');
  });
});

describe('calendars', () => {
  it.each([
    ['hours that end before they begin', [{ weekday: 1, from: '17:00', to: '09:00' }]],
    [
      'hours that overlap',
      [
        { weekday: 1, from: '09:00', to: '13:00' },
        { weekday: 1, from: '12:00', to: '18:00' },
      ],
    ],
    ['an eighth weekday', [{ weekday: 8, from: '09:00', to: '13:00' }]],
    ['an hour that is none', [{ weekday: 1, from: '9', to: '25:00' }]],
  ])('refuse %s', async (_what, given) => {
    expect(await failure(domain.run('createWorkingCalendar', { name: 'Office', hours: given }))).toBe('BAD_INPUT');
  });

  it('refuse a zone that does not exist, and half of the hours of a day', async () => {
    expect(
      await failure(domain.run('createWorkingCalendar', { name: 'Office', timeZone: 'Mars/Base', hours: [] })),
    ).toBe('BAD_INPUT');
    expect(await failure(domain.run('createHoliday', { name: 'Half', date: '2026-12-24', from: '08:00' }))).toBe(
      'BAD_INPUT',
    );
  });
});

describe('the tenant', () => {
  it('settles its own names, money and time', async () => {
    const changed = await domain.run('updateTenant', {
      id: tenant(),
      version: 1,
      name: 'Acme S.A.',
      corsOrigins: ['https://app.acme.example'],
      colours: { primary: '#0a7d3c' },
    });
    expect(changed).toMatchObject({
      name: 'Acme S.A.',
      corsOrigins: ['https://app.acme.example'],
      colours: { primary: '#0a7d3c' },
      status: 'ACTIVE',
    });
  });

  it.each([
    [{ timeZone: '+05:00' }],
    [{ currency: 'XXX' }],
    [{ corsOrigins: ['https://app.acme.example/path'] }],
    [{ country: 'ecuador' }],
    [{ colours: { primary: 'red' } }],
    [{ status: 'SUSPENDED' }],
    [{ trialEndsAt: '2030-01-01T00:00:00.000Z' }],
    [{ owners: [] }],
  ])('refuses %j', async (given) => {
    expect(await failure(domain.run('updateTenant', { id: tenant(), version: 1, ...given }))).toBe('BAD_INPUT');
  });

  it('is not changed by another tenant', async () => {
    expect(
      await failure(
        domain.run('updateTenant', { id: tenant(), version: 1, name: 'X' }, domain.actor({ tenant: 'other' })),
      ),
    ).toBe('NOT_FOUND');
  });
});

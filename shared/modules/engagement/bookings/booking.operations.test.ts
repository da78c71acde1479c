import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { modules } from '#modules';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { daysOf, timeProblems } from './booking.rules.ts';
import type { BookableRow } from './bookable.entity.ts';
import type { BookingRow } from './booking.entity.ts';

const tenanted = withTenantTable();
let domain: Domain;
let people: readonly string[];
let account: AnyRow;
let flat: AnyRow;
let room: AnyRow;

beforeEach(async () => {
  domain = startDomain({ modules: [...modules, peopleForTests], table: tenanted.table, tenant: tenanted.tenant });
  people = await makePeople(domain, ['Ana', 'Ben']);
  account = await domain.run<AnyRow>('createAccount', { name: 'Buyer' });
  const tower = await domain.run<AnyRow>('createBookingCalendar', { name: 'Torre', kind: 'UNIT', holdMinutes: 60 });
  const rooms = await domain.run<AnyRow>('createBookingCalendar', { name: 'Rooms', kind: 'TIME', holdMinutes: 30 });
  flat = await domain.run<AnyRow>('createBookable', { calendar: tower.id, name: '4B' });
  room = await domain.run<AnyRow>('createBookable', { calendar: rooms.id, name: 'Cotopaxi' });
});

const rules: Actor['rules'] = {
  entities: { '*': { read: 'all' }, Booking: { create: 'own', read: 'all', update: 'own' } },
  operations: ['bookable.*'],
  hiddenFields: [],
  readOnlyFields: [],
};
const as = (index: number): Actor => domain.actor({ id: people[index] ?? '', userId: people[index] ?? '', rules });
const on = (operation: string, input: object = {}, actor = as(0)) =>
  domain.run<BookableRow>(`${operation}Bookable`, { id: flat.id, ...input }, actor);
const book = (from: string, to: string, input: object = {}, actor = as(0)) =>
  domain.run<BookingRow>(
    'createBooking',
    { bookable: room.id, from: `2026-11-${from}:00Z`, to: `2026-11-${to}:00Z`, account: account.id, ...input },
    actor,
  );
const outcomes = async (works: readonly Promise<unknown>[]): Promise<Record<string, number>> => {
  const codes = await Promise.all(works.map(failure));
  return Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]));
};

describe('a thing for one customer', () => {
  it('is held, booked and sold by who holds it, and by nobody else meanwhile', async () => {
    const held = await on('hold', { account: account.id });
    expect(held).toMatchObject({ status: 'HELD', takenBy: people[0], heldUntil: '2026-11-22T16:00:00.000Z' });
    expect(await failure(on('hold', {}, as(1)))).toBe('NOT_FREE');
    expect(await failure(on('book', {}, as(1)))).toBe('NOT_FREE');
    expect(await failure(on('release', {}, as(1)))).toBe('NOT_FREE');
    expect(await on('hold', { until: '2026-11-22T20:00:00Z' })).toMatchObject({
      heldUntil: '2026-11-22T20:00:00.000Z',
      account: account.id,
    });
    expect(await on('book')).toMatchObject({ status: 'BOOKED', account: account.id });
    const sold = await on('sell');
    expect(sold.status).toBe('SOLD');
    expect(sold).not.toHaveProperty('heldUntil');
    expect(await failure(on('release'))).toBe('NOT_FREE');
    const released = await on('release', {}, domain.actor());
    expect(released.status).toBe('FREE');
    expect(released).not.toHaveProperty('account');
  });

  it('goes to one of twenty who take it at once', async () => {
    const takers = Array.from({ length: 20 }, (_, index) => on('hold', { account: account.id }, as(index % 2)));
    const answered = await Promise.allSettled(takers);
    const holders = new Set(answered.flatMap((each) => (each.status === 'fulfilled' ? [each.value.takenBy] : [])));
    expect(holders.size).toBe(1);
    const strangers = Array.from({ length: 20 }, (_, index) =>
      domain.run(
        'bookBookable',
        { id: flat.id, account: account.id },
        domain.actor({ id: `usr_${String(index)}`, rules }),
      ),
    );
    expect(await outcomes(strangers)).toEqual({ NOT_FREE: 20 });
    await on('release', {}, domain.actor());
    const buyers = Array.from({ length: 20 }, () =>
      domain.run('sellBookable', { id: flat.id, account: account.id }, as(0)),
    );
    expect(await outcomes(buyers)).toEqual({ 'nothing failed': 1, NOT_FREE: 19 });
  });

  it('is free again when its hold is over, also for who comes before the timer', async () => {
    await on('hold', { account: account.id });
    domain.clock.set('2026-11-22T16:00:30.000Z');
    expect(await on('hold', {}, as(1))).toMatchObject({ takenBy: people[1] });
    await domain.advanceTo('2026-11-22T17:05:00.000Z');
    expect((await domain.settle()).map(({ type }) => type)).toContain('bookable.expired');
    expect(await on('hold')).toMatchObject({ takenBy: people[0] });
  });

  it('answers bad input, and another tenant not at all', async () => {
    expect(await failure(on('book'))).toBe('NOBODY');
    expect(await failure(on('hold', { until: '2026-11-22T14:00:00Z' }))).toBe('BAD_INPUT');
    expect(await failure(on('hold', { id: room.id }))).toBe('WRONG_KIND');
    expect(await failure(on('hold', {}, domain.actor({ rules: { ...rules, operations: [] } })))).toBe('FORBIDDEN');
    expect(await failure(on('hold', {}, domain.actor({ tenant: 'ten_00000000000000000000000002' })))).toBe('NOT_FOUND');
    const key = { idempotencyKey: 'once' };
    const first = await domain.run<AnyRow>('holdBookable', { id: flat.id }, as(0), key);
    expect((await domain.run<AnyRow>('holdBookable', { id: flat.id }, as(0), key)).version).toBe(first.version);
  });
});

describe('a thing for a time', () => {
  it('is booked once for each time, also of twenty who come at once', async () => {
    const at = (index: number) => [`23T${String(10 + (index % 2))}:00`, '23T13:00'] as const;
    expect(await outcomes(Array.from({ length: 20 }, (_, index) => book(...at(index))))).toEqual({
      'nothing failed': 1,
      TAKEN: 19,
    });
    expect(await failure(book('23T13:00', '23T14:00'))).toBe('nothing failed');
    expect(await failure(book('22T20:00', '24T08:00'))).toBe('TAKEN');
    const { times } = await domain.run<{ times: readonly unknown[] }>(
      'bookedTimes',
      { bookable: room.id, from: '2026-11-23', to: '2026-11-24' },
      as(0),
    );
    expect(times).toHaveLength(2);
  });

  it('is moved and given up, and its time is free then', async () => {
    const booking = await book('23T10:00', '25T10:00');
    const moved = await domain.run<BookingRow>(
      'rescheduleBooking',
      { id: booking.id, from: '2026-11-24T10:00:00Z', to: '2026-11-26T10:00:00Z' },
      as(0),
    );
    expect(moved.from).toBe('2026-11-24T10:00:00.000Z');
    const early = await book('23T10:00', '24T10:00', {}, as(1));
    expect(await failure(book('26T09:00', '26T11:00'))).toBe('TAKEN');
    expect(await failure(domain.run('cancelBooking', { id: early.id }, as(0)))).toBe('FORBIDDEN');
    await domain.run('cancelBooking', { id: booking.id }, as(0));
    expect(await failure(book('26T09:00', '26T11:00'))).toBe('nothing failed');
    expect(await failure(domain.run('cancelBooking', { id: booking.id }, as(0)))).toBe('INVALID_STATE');
  });

  it('is held for a while, and then booked or free again', async () => {
    const held = await book('23T10:00', '23T11:00', { hold: true });
    expect(held).toMatchObject({ status: 'HELD', heldUntil: '2026-11-22T15:30:00.000Z' });
    expect(await failure(book('23T10:00', '23T11:00', {}, as(1)))).toBe('TAKEN');
    const confirmed = await domain.run<BookingRow>('confirmBooking', { id: held.id }, as(0));
    expect(confirmed).toMatchObject({ status: 'BOOKED' });
    const other = await book('23T12:00', '23T13:00', { hold: true });
    domain.clock.set('2026-11-22T15:30:00.000Z');
    const taker = await book('23T12:00', '23T13:00', {}, as(1));
    expect(taker.status).toBe('BOOKED');
    expect(await failure(domain.run('confirmBooking', { id: other.id }, as(0)))).toBe('TAKEN');
    await domain.advanceTo('2026-11-22T15:32:00.000Z');
    expect((await domain.settle()).map(({ type }) => type)).toContain('booking.expired');
    expect(await failure(book('23T12:00', '23T13:00'))).toBe('TAKEN');
  });

  it('answers bad input', async () => {
    expect(await failure(book('23T10:00', '23T10:00'))).toBe('BAD_INPUT');
    expect(timeProblems({ from: '2026-11-23T10:00:00.000Z', to: '2027-11-23T10:00:00.000Z' })).toHaveLength(1);
    expect(daysOf({ from: '2026-11-23T10:00:00.000Z', to: '2026-11-25T00:00:00.000Z' })).toEqual([
      '2026-11-23',
      '2026-11-24',
    ]);
    expect(await failure(book('23T10:00', '23T11:00', { bookable: flat.id }))).toBe('WRONG_KIND');
    expect(await failure(book('23T10:00', '23T11:00', { hold: true, until: '2026-11-22T15:00:00Z' }))).toBe(
      'BAD_INPUT',
    );
  });
});

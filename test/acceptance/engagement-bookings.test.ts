import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

type Thing = { id: string; version: number; status: string; account: { id: string } | null; heldUntil: string | null };
const thingFields = 'bookable { id version status account { id } heldUntil }';
const calendar = (kind: string) =>
  act('createBookingCalendar', { name: kind, kind, holdMinutes: 60 }, 'bookingCalendar { id version }');
const thing = async (kind: string, input: object = {}) =>
  act<Thing>('createBookable', { calendar: (await calendar(kind)).id, name: 'Uno', ...input }, thingFields);
const codes = async (works: readonly Promise<unknown>[]): Promise<Record<string, number>> => {
  const outcomes = await Promise.allSettled(works);
  const all = outcomes.map((each) => (each.status === 'fulfilled' ? 'done' : (each.reason as Error).message));
  return Object.fromEntries([...Map.groupBy(all, (code) => code)].map(([code, same]) => [code, same.length]));
};

describe('booking calendars', () => {
  it('ACT-15 an apartment with fields of the tenant is held, booked and sold for a customer and an opportunity', async () => {
    await act(
      'createCustomField',
      { recordType: 'Bookable', key: 'bedrooms', kind: 'INTEGER', labels: { es: 'Dormitorios', en: 'Bedrooms' } },
      'customField { id version }',
    );
    const flat = await thing('UNIT', {
      name: '4B',
      custom: { bedrooms: 3 },
      price: { amount: '98000.00', currency: 'USD' },
    });
    const deal = await act(
      'createOpportunity',
      { name: 'Departamento 4B', account: selling.ids.account },
      'opportunity { id version }',
      seller,
    );
    const held = await act<Thing>(
      'holdBookable',
      { id: flat.id, account: selling.ids.account, opportunity: deal.id },
      thingFields,
      seller,
    );
    expect(held).toMatchObject({ status: 'HELD', account: { id: selling.ids.account } });
    await expect(
      act('bookBookable', { id: flat.id, account: selling.ids.account }, thingFields, manager),
    ).rejects.toThrow('NOT_FREE');
    expect((await act<Thing>('bookBookable', { id: flat.id }, thingFields, seller)).status).toBe('BOOKED');
    expect((await act<Thing>('sellBookable', { id: flat.id }, thingFields, seller)).status).toBe('SOLD');
    await selling.cloud.idle();
    type Listed = { account: { bookables: { edges: { node: { id: string; custom: { bedrooms: number } } }[] } } };
    const { account } = await ask<Listed>(
      'query($id: ID!) { account(id: $id) { bookables { edges { node { id custom } } } } }',
      { id: selling.ids.account },
      seller,
    );
    expect(account.bookables.edges.map(({ node }) => node)).toEqual([{ id: flat.id, custom: { bedrooms: 3 } }]);
  });

  it('ACT-15 of twenty who take it at once one gets it, and a hold ends by itself', async () => {
    const flat = await thing('UNIT');
    const takers = Array.from({ length: 20 }, () =>
      act('sellBookable', { id: flat.id, account: selling.ids.account }, thingFields, seller),
    );
    expect(await codes(takers)).toEqual({ done: 1, NOT_FREE: 19 });
    const other = await thing('UNIT');
    await act('holdBookable', { id: other.id, account: selling.ids.account }, thingFields, seller);
    await selling.cloud.idle();
    await selling.cloud.advance(2 * 3600);
    await selling.cloud.idle();
    seller = await selling.tokenOf('seller');
    manager = await selling.tokenOf('manager');
    const { node } = await ask<{ node: Thing }>(
      'query($id: ID!) { node(id: $id) { ... on Bookable { status } } }',
      { id: other.id },
      seller,
    );
    expect(node.status).toBe('FREE');
  });

  it('ACT-15 a room is booked for a time, never twice, and by nobody of another tenant', async () => {
    const room = await thing('TIME');
    const time = { bookable: room.id, from: '2027-03-01T14:00:00Z', to: '2027-03-01T16:00:00Z' };
    const fields = 'booking { id version status owner { id } }';
    const book = (input: object = {}, caller = seller) =>
      act<{ id: string; owner: { id: string } }>('createBooking', { ...time, ...input }, fields, caller);
    expect(await codes(Array.from({ length: 20 }, (_, index) => book({}, index % 2 === 0 ? seller : manager)))).toEqual(
      {
        done: 1,
        TAKEN: 19,
      },
    );
    const next = await book({ from: time.to, to: '2027-03-01T17:00:00Z' });
    expect(next.owner.id).toBe(selling.ids.seller);
    await expect(
      act('rescheduleBooking', { id: next.id, ...{ from: time.from, to: time.to } }, fields, seller),
    ).rejects.toThrow('TAKEN');
    await expect(book({ to: time.from })).rejects.toThrow('BAD_INPUT');
    const stranger = await startOtherTenant(selling.cloud);
    await expect(book({}, stranger)).rejects.toThrow('NOT_FOUND');
    const support = await selling.tokenOf('support');
    await expect(act('holdBookable', { id: room.id }, thingFields, support)).rejects.toThrow('FORBIDDEN');
    await act('cancelBooking', { id: next.id }, fields, seller);
    expect((await book({ from: time.to, to: '2027-03-01T17:00:00Z' }, manager)).owner.id).toBe(selling.ids.manager);
  });
});

import { describe, expect, it } from '@jest/globals';
import { fromDecimal, object, text, type DomainEvent } from '#kernel';
import { Customer } from '#test/support/example';
import { filterHolds, filterPasses, heldBefore, isNews } from './index.ts';

const country = 'EC';
const usd = (amount: string) => ({ amount, currency: 'USD' });
const event = (data: object, changed: object = {}, version = 2): DomainEvent => ({
  ...{ id: 'evt_1', tenant: 't', type: 'customer.updated', schemaVersion: 1, at: '2026-11-22T15:00:00.000Z' },
  ...{ actor: 'usr_1', record: { type: 'Customer', id: 'cus_1', version }, sequence: 1, shard: 0 },
  ...{ correlationId: 'cor_1', data: { ...data }, changed: changed as DomainEvent['changed'] },
});

describe('a filter as it was saved', () => {
  it('compares money as rows hold it and as events tell it', () => {
    const holds = (limit: unknown) => filterHolds(Customer, { limit: { gte: usd('100') } }, { limit }, country);
    expect([holds(usd('250.00')), holds(fromDecimal('250', 'USD'))]).toEqual([true, true]);
    expect([holds(usd('99.99')), holds(fromDecimal('99.99', 'USD')), holds(null)]).toEqual([false, false, false]);
    expect(holds({ amount: '250.00', currency: 'EUR' })).toBe(false);
  });

  it('looks into objects, and holds for nothing where field, kind or values are unknown', () => {
    const where = { site: { city: { eq: 'Quito' } } };
    const values = { site: { city: 'Quito' } };
    const { site: _hidden, ...others } = Customer.fields;
    expect(filterHolds(Customer, where, values, country)).toBe(true);
    expect(filterPasses(others, where, values, country)).toBe(false);
    expect(filterHolds(Customer, { gone: { eq: 'x' } }, { gone: 'x' }, country)).toBe(false);
    expect(filterHolds(undefined, where, values, country)).toBe(false);
    expect(filterHolds(Customer, where, undefined, country)).toBe(false);
  });
});

describe('an event', () => {
  const where = { limit: { gte: usd('100') } };
  const risen = event({ limit: usd('250') }, { limit: { from: usd('50'), to: usd('250') } });
  const renamed = event({ limit: usd('250') }, { name: { from: 'A', to: 'B' } });
  const hears = (on: string, told: DomainEvent, filter?: object) =>
    isNews({ on, ...(filter && { where: filter }) }, told, Customer, country);

  it('tells what its record was before, and nothing of the time before it was made', () => {
    expect(heldBefore(Customer, where, risen, country)).toBe(false);
    expect(heldBefore(Customer, where, renamed, country)).toBe(true);
    expect(heldBefore(Customer, where, event({ limit: usd('250') }, {}, 1), country)).toBe(false);
  });

  it('tells what a field of the tenant was before, whatever else stands beside it', () => {
    const custom = object('CustomerCustom', { tier: text({ describes: 'A.' }), zone: text({ describes: 'B.' }) });
    const of = { ...Customer, fields: { ...Customer.fields, custom } };
    const gold = { custom: { tier: { eq: 'GOLD' }, zone: { eq: 'N' } } };
    const became = event({ custom: { tier: 'GOLD', zone: 'N' } }, { 'custom.tier': { from: 'BASIC', to: 'GOLD' } });
    const left = event({ custom: { tier: 'BASIC', zone: 'N' } }, { 'custom.tier': { from: 'GOLD', to: 'BASIC' } });
    expect([heldBefore(of, gold, became, country), heldBefore(of, gold, left, country)]).toEqual([false, true]);
    expect(isNews({ on: 'customer.*', where: gold }, became, of, country)).toBe(true);
  });

  it('is news by its type and filter; of all events of a kind, as the filter comes to hold', () => {
    expect([hears('customer.updated', risen), hears('customer.created', risen)]).toEqual([true, false]);
    expect([hears('customer.updated', renamed, where), hears('customer.*', renamed)]).toEqual([true, true]);
    expect([hears('customer.*', risen, where), hears('customer.*', renamed, where)]).toEqual([true, false]);
    expect(hears('customer.*', event({ limit: usd('250') }, {}, 1), where)).toBe(true);
    expect(hears('customer.updated', event({ limit: usd('99') }), where)).toBe(false);
    const { data: _omitted, ...bare } = risen;
    expect([hears('customer.updated', bare), isNews({}, risen, Customer, country)]).toEqual([false, false]);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, Bus, DomainEvent } from '#kernel';
import { feedStart, readFeed, readHistory } from '#kernel/feed';
import { recordChanges } from '#kernel/event-log';
import { listTenant } from '#modules/platform/tenants';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { exampleModules } from '#test/support/example';
import { reconcile } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
/** Writes as the product does; its changes never come through the stream. */
let unheard: Domain;
let counted: Record<string, number>;

const open = (): Domain => startDomain({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant });
beforeEach(async () => {
  [domain, unheard] = [open(), open()];
  counted = {};
  await listTenant(tenanted, tenanted.tenant);
});

const compare = (hoursLater = 2): Promise<number> => {
  domain.clock.advance(hoursLater * 3_600_000);
  const log = {
    ...domain.runtime.log,
    count: (name: string, by = 1) => void (counted[name] = (counted[name] ?? 0) + by),
  };
  return reconcile({ ...domain.runtime, log });
};
const makeCustomer = (by: Domain) => by.run<AnyRow>('createCustomer', { name: 'Acme', labels: ['vip'] });
const rename = (by: Domain, { id, version }: AnyRow, name: string) =>
  by.run<AnyRow>('updateCustomer', { id, version, name });
const historyOf = async ({ id }: AnyRow): Promise<readonly DomainEvent[]> =>
  [...(await readHistory(tenanted.table, tenanted.tenant, id, { limit: 20 }))].reverse();

describe('reconciliation', () => {
  it('tells what the stream missed, once', async () => {
    const customer = await makeCustomer(unheard);
    const archived = await makeCustomer(unheard);
    await unheard.run('archiveCustomer', { id: archived.id, version: 1 });
    expect(await compare()).toBe(3);
    expect((await historyOf(customer)).map(({ type }) => type)).toEqual(['customer.created']);
    expect((await historyOf(archived)).map(({ type }) => type)).toEqual(['customer.versionsLost', 'customer.archived']);
    expect(await compare()).toBe(0);
    expect((await readFeed(tenanted.table, tenanted.tenant, feedStart, 100)).events).toHaveLength(3);
  });

  it('says which versions are lost, counts them for the alarm, and tells what differs from the last one that is known', async () => {
    const customer = await makeCustomer(domain);
    await domain.settle();
    const second = await rename(unheard, customer, 'Acme 2');
    const third = await rename(unheard, second, 'Acme 3');
    await rename(unheard, third, 'Acme 4');
    expect(await compare()).toBe(2);
    expect(await historyOf(customer)).toMatchObject([
      { type: 'customer.created' },
      { type: 'customer.versionsLost', record: { version: 3 }, lost: { from: 2, to: 3 }, actor: 'system:reconcile' },
      { type: 'customer.updated', record: { version: 4 }, changed: { name: { from: 'Acme', to: 'Acme 4' } } },
    ]);
    expect(counted).toEqual({ VersionGap: 2, EventsReemitted: 2 });
    expect(await compare()).toBe(0);
  });

  it('finds a hole below a version that was told', async () => {
    const customer = await makeCustomer(domain);
    await domain.settle();
    const second = await rename(unheard, customer, 'Acme 2');
    await rename(domain, second, 'Acme 3');
    await domain.settle();
    expect(await compare()).toBe(1);
    expect((await historyOf(customer)).map(({ type, lost }) => [type, lost])).toEqual([
      ['customer.created', undefined],
      ['customer.versionsLost', { from: 2, to: 2 }],
      ['customer.updated', undefined],
    ]);
    expect(await compare()).toBe(0);
  });

  it('leaves alone what may still be on its way, and what changed long ago', async () => {
    await makeCustomer(unheard);
    expect(await compare(0)).toBe(0);
    expect(await compare(48)).toBe(0);
  });

  it('is not overtaken by a version that comes after it was given up', async () => {
    const customer = await makeCustomer(domain);
    await domain.settle();
    const second = await rename(unheard, customer, 'Acme 2');
    const image = await tenanted.table.get({ pk: `${tenanted.tenant}#${customer.id}`, sk: 'row' });
    await rename(domain, second, 'Acme 3');
    await domain.settle();
    await compare();
    const { ports } = domain.runtime;
    expect((await recordChanges({ ...ports, ...domain.runtime }, image ? [{ after: image }] : [])).size).toBe(0);
    expect((await historyOf(customer)).map(({ type }) => type)[1]).toBe('customer.versionsLost');
  });

  it('tells one tenant what the bus refuses of another, and that one when it takes it', async () => {
    const other = `${tenanted.tenant}-z`;
    await listTenant(tenanted, other);
    await makeCustomer(unheard);
    await makeCustomer(startDomain({ modules: exampleModules, table: tenanted.table, tenant: other }));
    const heard: string[] = [];
    let refused = tenanted.tenant;
    const publish: Bus['publish'] = (entries) => {
      const tenants = entries.map(({ detail }) => (detail as DomainEvent).tenant);
      heard.push(...tenants.filter((tenant) => tenant !== refused));
      return Promise.resolve([...tenants.keys()].filter((index) => tenants[index] === refused));
    };
    const { ports } = domain.runtime;
    const told = () => reconcile({ ...domain.runtime, ports: { ...ports, bus: { ...ports.bus, publish } } });
    domain.clock.advance(2 * 3_600_000);
    await expect(told()).rejects.toThrow('not reconciled: 1');
    expect(heard).toEqual([other]);
    refused = '';
    expect([await told(), await told(), heard]).toEqual([1, 0, [other, tenanted.tenant]]);
  });
});

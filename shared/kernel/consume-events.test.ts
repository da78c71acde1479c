import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnyRow, DomainEvent } from '#kernel';
import { applyProjections } from './apply-projections.ts';
import { consumeEvents } from './consume-events.ts';
import { recordChanges } from './event-log.ts';
import { feedStart, readFeed, readHistory } from './feed.ts';
import { readRollup } from './rollup-cells.ts';
import { readTimeline } from './timeline.ts';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, exampleModules, Offer } from '#test/support/example';

const tenanted = withTenantTable();
let domain: Domain;
let tenant: string;
beforeEach(() => {
  ({ tenant } = tenanted);
  domain = startDomain({ modules: exampleModules, table: tenanted.table, tenant });
});

const line = { product: 'Chair', quantity: '2', price: { minor: 500, currency: 'USD' } };
const makeOffer = async (): Promise<AnyRow> => {
  const customer = await domain.run<AnyRow>('createCustomer', { name: 'Acme', labels: ['vip'] });
  return domain.run<AnyRow>('createOffer', { customer: customer.id, validUntil: '2026-12-31', lines: [line] });
};
const totals = () => readRollup(tenanted.table, tenant, 'offersByStatus', 'all');

describe('recording', () => {
  it('gives every version one event, with what changed as the outside reads it', async () => {
    const offer = await makeOffer();
    await domain.run('sendOffer', { id: offer.id });
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toEqual(['customer.created', 'offer.created', 'offer.sent']);
    expect(events[2]).toMatchObject({
      tenant,
      schemaVersion: 1,
      record: { type: 'Offer', id: offer.id, version: 2 },
      changed: { status: { from: 'DRAFT', to: 'SENT' } },
    });
    expect(events[1]?.data).toMatchObject({ total: { amount: '10.00', currency: 'USD' } });
  });

  it('numbers the feed densely, whatever is sent twice', async () => {
    const offer = await makeOffer();
    const seen = await domain.settle();
    const row = await tenanted.table.get({ pk: `${tenant}#${offer.id}`, sk: 'row' });
    if (!row) throw new Error('The offer is gone.');
    const again = await recordChanges({ ...domain.runtime.ports, ...domain.runtime }, [{ after: row }]);
    expect(again.size).toBe(0);
    const feed = await readFeed(tenanted.table, tenant, feedStart, 100);
    expect(feed.events.map(({ id }) => id).sort()).toEqual(seen.map(({ id }) => id).sort());
    expect((await readFeed(tenanted.table, tenant, feed.position, 100)).events).toEqual([]);
    expect((await readHistory(tenanted.table, tenant, offer.id, { limit: 10 })).map(({ type }) => type)).toEqual([
      'offer.created',
    ]);
  });

  it('reports the changes that the bus did not take', async () => {
    await makeOffer();
    const row = await tenanted.table.get({ pk: `${tenant}#${(await makeOffer()).id}`, sk: 'row' });
    if (!row) throw new Error('The offer is gone.');
    const deaf = { ...domain.runtime.ports, bus: { publish: () => Promise.resolve([0]) } };
    const failed = await recordChanges({ ...domain.runtime, ...deaf }, [{ after: row }]);
    expect(failed.size).toBe(1);
  });
});

describe('what follows an event', () => {
  it('is a timeline of the record and of those around it, newest first', async () => {
    const offer = await makeOffer();
    domain.clock.advance(1000);
    await domain.run('sendOffer', { id: offer.id });
    await domain.settle();
    const ofCustomer = await readTimeline(tenanted.table, tenant, String(offer['customer']), { limit: 10 });
    expect(ofCustomer.entries.map(({ type }) => type)).toEqual(['offer.sent', 'offer.created', 'customer.created']);
  });

  it('is totals that follow the rows', async () => {
    const offer = await makeOffer();
    await domain.settle();
    expect(Object.fromEntries(await totals())).toEqual({ DRAFT: { count: 1, amount: 1000 } });
    await domain.run('sendOffer', { id: offer.id });
    await domain.settle();
    expect((await totals()).get('SENT')).toEqual({ count: 1, amount: 1000 });
    expect((await totals()).get('DRAFT')).toEqual({ count: 0, amount: 0 });
  });

  it('is a reaction, once, however often the event comes', async () => {
    const offer = await makeOffer();
    await domain.run('sendOffer', { id: offer.id });
    await domain.run('acceptOffer', { id: offer.id });
    const events = await domain.settle();
    const accepted = events.filter(({ type }) => type === 'offer.accepted');
    expect(await domain.reader().data(Customer).get(String(offer['customer']))).toMatchObject({
      isKey: true,
      version: 2,
    });
    await domain.run('updateCustomer', { id: offer['customer'], version: 2, isKey: false });
    expect((await consumeEvents(domain.runtime, [...accepted, ...accepted])).size).toBe(0);
    expect(await domain.reader().data(Customer).get(String(offer['customer']))).toMatchObject({ isKey: false });
  });

  it('is a new owner for what inherits it, also where it is frozen', async () => {
    const [ana, ben] = await Promise.all(['Ana', 'Ben'].map((name) => domain.run<AnyRow>('createUser', { name })));
    const customer = await domain.run<AnyRow>('createCustomer', { name: 'Acme', owner: ana?.id });
    const offers = await Promise.all(
      [1, 2].map(() =>
        domain.run<AnyRow>('createOffer', { customer: customer.id, validUntil: '2026-12-31', lines: [] }),
      ),
    );
    await domain.run('sendOffer', { id: offers[0]?.id });
    await domain.run('acceptOffer', { id: offers[0]?.id });
    await domain.settle();
    const { version } = await domain.reader().data(Customer).get(customer.id);
    await domain.run('updateCustomer', { id: customer.id, version, owner: ben?.id });
    await domain.settle();
    const owners = await Promise.all(offers.map(async ({ id }) => (await domain.reader().data(Offer).get(id)).ownerId));
    expect(owners).toEqual([ben?.id, ben?.id]);
  });

  it('removes read-model items that a record no longer yields', async () => {
    const customer = await domain.run<AnyRow>('createCustomer', { name: 'Acme', labels: ['vip', 'old'] });
    await domain.settle();
    await domain.run('updateCustomer', { id: customer.id, version: 1, labels: ['vip'] });
    await domain.settle();
    const labelled = async (label: string) =>
      (await tenanted.table.query({ pk: `${tenant}#label#${label}` })).items.length;
    expect([await labelled('vip'), await labelled('old')]).toEqual([1, 0]);
  });
});

type Step = 'create' | 'send' | 'accept' | 'archive';

/** Does a step on the n-th offer where it can be done. */
const take = async (offers: AnyRow[], step: Step, at: number): Promise<void> => {
  if (step === 'create') {
    offers.push(await makeOffer());
    return;
  }
  const offer = offers[at % Math.max(1, offers.length)];
  if (!offer) return;
  const operation = { send: 'sendOffer', accept: 'acceptOffer', archive: 'archiveOffer' }[step];
  const current = await tenanted.table.get({ pk: `${tenant}#${offer.id}`, sk: 'row' });
  await domain.run(operation, { id: offer.id, version: current?.['version'] }).catch(() => undefined);
};

const expectedTotals = async (offers: readonly AnyRow[]): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const offer of offers) {
    const row = await tenanted.table.get({ pk: `${tenant}#${offer.id}`, sk: 'row' });
    if (row && row['archivedAt'] === undefined)
      counts[String(row['status'])] = (counts[String(row['status'])] ?? 0) + 1;
  }
  return counts;
};

const counted = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    [...(await totals())].flatMap(([cell, amounts]) => (amounts['count'] ? [[cell, amounts['count']]] : [])),
  );

describe('totals under any history', () => {
  it('equal a full count with duplicates, reordering and gaps, and after a rebuild', async () => {
    const steps = fc.array(fc.tuple(fc.constantFrom<Step>('create', 'send', 'accept', 'archive'), fc.nat(5)), {
      minLength: 3,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(fc.nat(99)), async (history, dice) => {
        tenant = `ten_${randomUUID()}`;
        domain = startDomain({ modules: exampleModules, table: tenanted.table, tenant });
        const offers: AnyRow[] = [];
        for (const [step, at] of history) await take(offers, step, at);
        const roll = (below: number): boolean => (dice.next().value ?? 0) < below;
        const ids = offers.map(({ id }) => id);
        const deliveries = ids
          .flatMap((id) => [id, id, id])
          .filter(() => roll(60))
          .sort(() => (roll(50) ? 1 : -1));
        for (const id of deliveries) await applyProjections(tenanted.table, domain.runtime, tenant, [id]);
        await applyProjections(tenanted.table, domain.runtime, tenant, ids);
        const expected = await expectedTotals(offers);
        expect(await counted()).toEqual(expected);
        await applyProjections(tenanted.table, domain.runtime, tenant, ids, { anew: true });
        expect(await counted()).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a timer', () => {
  it('fires once when it is due, and not at all for what moved on', async () => {
    const [first, second] = [await makeOffer(), await makeOffer()];
    await domain.run('sendOffer', { id: first.id });
    await domain.run('sendOffer', { id: second.id });
    await domain.run('acceptOffer', { id: second.id });
    domain.clock.set('2026-12-31T23:50:00.000Z');
    await domain.advanceTo('2027-01-01T00:05:00.000Z');
    const events: readonly DomainEvent[] = await domain.settle();
    expect(
      events
        .filter((event) => event.tenant === tenant && event.type === 'offer.expired')
        .map(({ record }) => record.id),
    ).toEqual([first.id]);
  });

  it('waits while nothing new may begin in its tenant, and fires when it goes on', async () => {
    let paused = true;
    domain = startDomain({
      ...{ modules: exampleModules, table: tenanted.table, tenant },
      isPaused: () => Promise.resolve(paused),
    });
    const { id } = await makeOffer();
    await domain.run('sendOffer', { id });
    await domain.settle();
    domain.clock.set('2026-12-31T23:50:00.000Z');
    await domain.advanceTo('2027-01-01T07:00:00.000Z');
    expect(await domain.settle()).toEqual([]);
    const waiting = await tenanted.table.get({ pk: `${tenant}#${id}`, sk: 'row' });
    expect(waiting).toMatchObject({ status: 'SENT', duesk: expect.stringContaining(`#${tenant}#${id}`) });
    paused = false;
    await domain.advanceTo('2027-01-01T13:00:00.000Z');
    expect((await domain.settle()).map(({ type }) => type)).toEqual(['offer.expired']);
  });
});

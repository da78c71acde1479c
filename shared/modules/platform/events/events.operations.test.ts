import { describe, expect, it } from '@jest/globals';
import type { AnyRow, DomainEvent } from '#kernel';
import { exampleModules } from '#test/support/example';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { fitting, placeAfter } from './feed-place.rules.ts';
import { eventFeed } from './index.ts';

type Feed = {
  readonly events: readonly {
    readonly type: string;
    readonly recordId: string;
    readonly version: number;
    readonly sequence: number;
    readonly data?: Readonly<Record<string, unknown>>;
  }[];
  readonly endCursor: string;
  readonly isUpToDate: boolean;
};

const tenanted = withTenantTable();
const start = (tenant = tenanted.tenant): Domain =>
  startDomain({ modules: [...exampleModules, eventFeed], table: tenanted.table, tenant });

describe('the feed', () => {
  it('answers every event once, in the order of each record, to a reader who goes on from the cursor', async () => {
    const domain = start();
    const customers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => domain.run<AnyRow>('createCustomer', { name: `C${String(index)}` })),
    );
    for (const { id } of customers) await domain.run('updateCustomer', { id, version: 1, name: 'Changed' });
    await domain.settle();
    const seen: Feed['events'][number][] = [];
    let after: string | undefined;
    for (;;) {
      const page: Feed = await domain.run('events', { first: 1, ...(after !== undefined && { after }) });
      if (page.isUpToDate) break;
      seen.push(...page.events);
      after = page.endCursor;
    }
    expect(seen).toHaveLength(24);
    for (const { id } of customers)
      expect(seen.filter(({ recordId }) => recordId === id).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('narrows to types and records, and takes no cursor of another tenant', async () => {
    const domain = start();
    const customer = await domain.run<AnyRow>('createCustomer', { name: 'Acme' });
    await domain.run('createCustomer', { name: 'Other' });
    await domain.run('archiveCustomer', { id: customer.id, version: 1 });
    await domain.settle();
    const types = async (input: object) =>
      (await domain.run<Feed>('events', { ...input })).events.map(({ type }) => type);
    expect(await types({ types: ['customer.archived'] })).toEqual(['customer.archived']);
    expect(await types({ records: [customer.id] })).toEqual(['customer.created', 'customer.archived']);
    const { endCursor } = await domain.run<Feed>('events', {});
    expect(await failure(start('ten_other').run('events', { after: endCursor }))).toBe('BAD_INPUT');
  });

  it('leaves out what the reader did itself, or whoever is named', async () => {
    const domain = start();
    const erp = domain.actor({ id: 'key_erp', kind: 'key' });
    const customer = await domain.run<AnyRow>('createCustomer', { name: 'Pushed' }, erp);
    await domain.run('updateCustomer', { id: customer.id, version: 1, name: 'By hand' });
    await domain.settle();
    const types = async (notBy: readonly string[]) =>
      (await domain.run<Feed>('events', { notBy }, erp)).events.map(({ type }) => type);
    expect(await types([])).toEqual(['customer.created', 'customer.updated']);
    expect(await types(['me'])).toEqual(['customer.updated']);
    expect(await types(['usr_test', 'key_other'])).toEqual(['customer.created']);
  });

  it('tells nobody of records that they may not read all of, nor what fields their role hides', async () => {
    const domain = start();
    await domain.run('createCustomer', { name: 'Acme', taxId: '1790012345001' });
    await domain.settle();
    const rules = { operations: ['event.follow'], hiddenFields: [], readOnlyFields: [] };
    const feedOf = (read: 'own' | 'all', hiddenFields: readonly string[] = []) =>
      domain.run<{ readonly events: readonly object[] }>(
        'events',
        {},
        domain.actor({ rules: { ...rules, hiddenFields, entities: { '*': { read: 'all' }, Customer: { read } } } }),
      );
    expect((await feedOf('own')).events).toEqual([]);
    expect((await feedOf('all')).events).toMatchObject([{ data: { taxId: '1790012345001' } }]);
    expect(JSON.stringify(await feedOf('all', ['Customer.taxId']))).not.toContain('1790012345001');
    const seller = domain.actor({ rules: { ...rules, operations: [], entities: { '*': { read: 'all' } } } });
    expect(await failure(domain.run('events', {}, seller))).toBe('FORBIDDEN');
  });

  it('begins at a moment where no place is known yet, and at now for who wants nothing of before', async () => {
    const domain = start();
    await domain.run('createCustomer', { name: 'Long ago' });
    await domain.settle();
    domain.clock.advance(3_600_000);
    const since = domain.clock.now().toISOString();
    const names = async (input: Readonly<Record<string, unknown>>) => {
      const { events, endCursor } = await domain.run<Feed>('events', input);
      return { endCursor, names: events.map(({ data }) => data?.['name']) };
    };
    expect((await names({ since })).names).toEqual([]);
    await domain.run('createCustomer', { name: 'New' });
    await domain.settle();
    const page = await names({ since });
    expect(page.names).toEqual(['New']);
    expect((await names({ since, after: page.endCursor })).names).toEqual([]);
    expect((await names({})).names).toEqual(['Long ago', 'New']);
  });

  it('answers no more than one answer holds, cuts no shard short of the others, and goes on where it stopped', () => {
    const event = (shard: number, sequence: number) =>
      ({ shard, sequence, text: 'x'.repeat(100) }) as unknown as DomainEvent;
    const events = [event(0, 5), event(0, 6), event(0, 7), event(1, 2), event(1, 3)];
    const from = [4, 1];
    const seen = fitting(events, from, 400);
    expect(seen.map(({ shard, sequence }) => [shard, sequence])).toEqual([
      [0, 5],
      [1, 2],
    ]);
    expect(placeAfter(from, seen)).toEqual([5, 2]);
    expect(fitting(events, from, 1)).toHaveLength(1);
    expect(fitting(events, from, 10_000)).toEqual(events);
  });
});

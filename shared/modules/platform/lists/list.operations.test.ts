import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { modules } from '#modules';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';
import { defaultEntries } from './default-entries.rules.ts';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  const stored = tenantModules.filter(({ name }) => name === 'platform/tenant-for-tests');
  const tenant = tenantIdOf(tenanted.tenant);
  domain = startDomain({ modules: [...modules, ...stored], table: tenanted.table, tenant });
});

const enter = (key: string, more: object = {}) =>
  domain.run<AnyRow>('createListEntry', { list: 'SECTOR', key, labels: { es: key, en: key }, ...more });
const account = (values: object) => domain.run<AnyRow>('createAccount', { name: 'Acme', ...values });
const sectorOf = async (id: string) => (await domain.reader().records([id])).get(id)?.['sector'];

describe('values of lists', () => {
  it('are the key of the entry that a key or a label means, and stay as they are where they mean none', async () => {
    await enter('technology', { labels: { es: 'Tecnología', en: 'Technology' } });
    for (const written of ['technology', 'TECHNOLOGY', 'tecnologia ', 'Technology'])
      expect(await account({ sector: written })).toMatchObject({ sector: 'technology' });
    expect(await account({ sector: 'technolgy' })).toMatchObject({ sector: 'technolgy' });
    expect(await account({ source: 'technology' })).toMatchObject({ source: 'technology' });
  });

  it('of a retired entry are kept and not given', async () => {
    const entry = await enter('mining');
    const old = await account({ sector: 'mining' });
    await domain.run('retireListEntry', { id: entry.id });
    expect(await failure(account({ sector: 'Mining' }))).toBe('LIST_ENTRY_RETIRED');
    const kept = { id: old.id, version: 1, sector: 'mining', name: 'Acme Mining' };
    expect(await domain.run('updateAccount', kept)).toMatchObject({ sector: 'mining' });
    await domain.run('reinstateListEntry', { id: entry.id });
    expect(await account({ sector: 'Mining' })).toMatchObject({ sector: 'mining' });
  });

  it('are entries alone where the list is closed', async () => {
    await enter('retail');
    await storeTenantOf(domain, { closedLists: ['SECTOR'] });
    domain.clock.advance(60_000);
    expect(await failure(account({ sector: 'retial' }))).toBe('NOT_IN_LIST');
    expect(await account({ sector: 'Retail', source: 'anything' })).toMatchObject({ sector: 'retail' });
  });
});

describe('entries', () => {
  it('are told apart without regard to capitals and accents, list by list', async () => {
    await enter('Minería');
    expect(await failure(enter('MINERIA'))).toBe('NOT_UNIQUE');
    expect((await enter('MINERIA', { list: 'SOURCE' }))['list']).toBe('SOURCE');
  });

  it('keep their key', async () => {
    const entry = await enter('retail');
    const renamed = { id: entry.id, version: 1, key: 'shops' };
    expect(await failure(domain.run('updateListEntry', renamed))).toBe('KEY_IS_FIXED');
  });

  it('of a new tenant are right', () => {
    expect(new Set(defaultEntries.map(({ list, key }) => `${list} ${key}`)).size).toBe(defaultEntries.length);
  });
});

describe('a merge', () => {
  it('takes its records along by a job, which can be undone, and redirects its key for good', async () => {
    const wrong = await enter('technolgy');
    const right = await enter('technology');
    // More than a chunk, and no two alike: 4,000 pairs of duplicates would be noted.
    const accounts = await Promise.all(
      Array.from({ length: 95 }, () => account({ name: randomUUID(), sector: 'technolgy' })),
    );
    const other = await account({ sector: 'retail' });
    await domain.settle();
    const { job } = await domain.run<{ job: AnyRow }>('mergeListEntry', { id: wrong.id, into: right.id });
    await domain.settle();
    await workOff(domain);
    for (const { id } of [accounts[0], accounts[94]] as AnyRow[]) expect(await sectorOf(id)).toBe('technology');
    expect(await sectorOf(other.id)).toBe('retail');
    expect(await account({ sector: 'Technolgy' })).toMatchObject({ sector: 'technology' });
    const done = await domain.reader().records([job.id]);
    expect(done.get(job.id)).toMatchObject({ status: 'COMPLETED', counts: { updated: 95 } });
    const last = await enter('it');
    await domain.run('mergeListEntry', { id: right.id, into: last.id });
    expect(await account({ sector: 'technolgy' })).toMatchObject({ sector: 'it' });
  });

  it('follows once more what others wrote before they knew of it', async () => {
    const wrong = await enter('technolgy');
    const right = await enter('technology');
    const late = await account({ sector: 'technolgy' });
    await domain.run('mergeListEntry', { id: wrong.id, into: right.id });
    domain.sent.splice(0);
    await domain.settle();
    domain.sent.splice(0);
    await domain.advanceTo('2026-11-22T15:03:00.000Z');
    await domain.settle();
    await workOff(domain);
    expect(await sectorOf(late.id)).toBe('technology');
  });

  it('is refused into another list, itself, or what is not in use', async () => {
    const [one, two] = [await enter('one'), await enter('two')];
    const source = await enter('web', { list: 'SOURCE' });
    const merge = (into: string) => failure(domain.run('mergeListEntry', { id: one.id, into }));
    expect(await merge(source.id)).toBe('OTHER_LIST');
    expect(await merge(one.id)).toBe('NOT_IN_USE');
    await domain.run('retireListEntry', { id: two.id });
    expect(await merge(two.id)).toBe('NOT_IN_USE');
    const merged = await enter('three');
    await domain.run('mergeListEntry', { id: merged.id, into: one.id });
    expect(await failure(domain.run('updateListEntry', { id: merged.id, version: 2, position: 3 }))).toBe('FROZEN');
    expect(await failure(domain.run('retireListEntry', { id: merged.id }))).toBe('INVALID_STATE');
  });

  it('once per idempotency key, however often it is sent', async () => {
    const [one, two] = [await enter('one'), await enter('two')];
    const merge = () =>
      domain.run<{ job: AnyRow }>('mergeListEntry', { id: one.id, into: two.id }, undefined, { idempotencyKey: 'm' });
    expect((await merge()).job.id).toBe((await merge()).job.id);
  });
});

describe('listValues', () => {
  it('counts what records hold, misspellings too, with the entry that is meant', async () => {
    const entry = await enter('technology');
    for (const sector of ['technology', 'technolgy', 'technolgy']) await account({ sector });
    const archived = await account({ sector: 'technolgy' });
    await domain.run('archiveAccount', { id: archived.id, version: 1 });
    await domain.settle();
    const { values } = await domain.run<{ values: { value: string; count: number; entry?: AnyRow }[] }>('listValues', {
      list: 'SECTOR',
    });
    expect(values.map(({ value, count, entry: of }) => [value, count, of?.id])).toEqual([
      ['technolgy', 2, undefined],
      ['technology', 1, entry.id],
    ]);
  });
});

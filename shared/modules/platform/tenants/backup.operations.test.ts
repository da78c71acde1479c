import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { feedEnd, feedStart, readFeed, readHistory } from '#kernel/feed';
import { readTimeline } from '#kernel/timeline';
import { runJob } from '#modules/platform/jobs';
import { comparable, everythingOf, openBackups } from '#test/support/backups';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, Offer } from '#test/support/example';
import { nextJobMessage } from '#test/support/jobs';

const tenanted = withTenantTable();
const { found, source, customer, live, backUp, restore, within } = openBackups(tenanted);
let domain: Domain;
let operator: Actor;
let olga: Actor;
beforeEach(async () => {
  ({ domain, operator, olga } = await found());
});

const totals = (tenant: string) => readRollup(tenanted.table, tenant, 'offersByStatus', 'all');
const everything = (tenant: string) => everythingOf(tenanted.table, tenant);

describe('a backup', () => {
  it('brings back a tenant as it was: rows, lines, log, read models, guards, numbers, files', async () => {
    const { acme, beta, draft } = await live();
    const tenant = await restore(await backUp());
    expect(comparable(await everything(tenant), tenant)).toEqual(comparable(await everything(source()), source()));
    const reader = domain.reader(within(tenant));
    expect((await reader.data(Offer).get(draft.id)).lines).toHaveLength(150);
    expect((await reader.data(Offer).page('byReferrer', { of: beta.id })).rows).toHaveLength(1);
    expect((await reader.data(Customer).page('byParent', { of: acme.id })).rows.map(({ name }) => name)).toEqual([
      'Gamma',
    ]);
    expect((await reader.data(Customer).findUnique('taxId', '1790012345001'))?.id).toBe(acme.id);
    expect(await totals(tenant)).toEqual(await totals(source()));
    expect((await readTimeline(tenanted.table, tenant, acme.id, { limit: 50 })).entries).toHaveLength(
      (await readTimeline(tenanted.table, source(), acme.id, { limit: 50 })).entries.length,
    );
    expect(await domain.run('takeNumber', {}, within(tenant))).toEqual({ number: '2' });
    expect(await domain.runtime.ports.files.get(`${tenant}/documents/one.pdf`)).toEqual(Buffer.from('PDF'));
  });

  it('says which moment it holds, also of a tenant that is never quiet', async () => {
    const { acme } = await live();
    const behind = async (backup: string): Promise<unknown> => {
      const manifest = await domain.runtime.ports.files.get(`${source()}/backups/${backup}/manifest.json`);
      return (JSON.parse(Buffer.from(manifest ?? []).toString()) as { readonly behind: number }).behind;
    };
    expect(await behind(await backUp())).toBe(0);
    const { id } = await domain.run<AnyRow>('backupTenant', {}, olga);
    let version = 1;
    await domain.settle();
    for (let message = nextJobMessage(domain); message; message = nextJobMessage(domain)) {
      const delivery = { ...message, message: `m${String(version)}`, turn: 1, isLastTry: false, hasTime: () => false };
      await runJob(domain.runtime, delivery);
      await domain.run('updateCustomer', { id: acme.id, version, name: `Acme ${String(version)}` }, olga);
      version += 1;
      await domain.settle();
    }
    expect(await behind(id)).toBeGreaterThan(0);
    const tenant = await restore(id);
    const restored = await domain.reader(within(tenant)).data(Customer).get(acme.id);
    expect(restored.name).toBe(`Acme ${String(restored.version - 1)}`);
    expect(restored.version).toBeGreaterThan(3);
  });

  it('lets the new tenant live on: versions, events and guards go on where they were', async () => {
    const { acme, sent } = await live();
    const tenant = await restore(await backUp());
    const inside = within(tenant);
    expect(await failure(domain.run('createCustomer', { name: 'Copy', taxId: '1790012345001' }, inside))).toBe(
      'NOT_UNIQUE',
    );
    await domain.run('updateCustomer', { id: acme.id, version: 1, name: 'Acme II' }, inside);
    await domain.run('acceptOffer', { id: sent.id, version: 2 }, inside);
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['customer.updated', 'offer.accepted']));
    expect((await readHistory(tenanted.table, tenant, sent.id, { limit: 10 })).map(({ type }) => type)).toEqual([
      'offer.accepted',
      'offer.sent',
      'offer.created',
    ]);
    const { position } = await readFeed(tenanted.table, tenant, feedStart, 1000);
    expect(position).toEqual(await feedEnd(tenanted.table, tenant));
    // And the old one is as it was.
    expect((await domain.reader(olga).data(Customer).get(acme.id)).name).toBe('Acme');
  });

  it('has no effects: nothing that happened happens again', async () => {
    const { sent } = await live();
    await domain.run('acceptOffer', { id: sent.id, version: 2 }, olga);
    await domain.settle();
    const backup = await backUp();
    const { tenant } = await domain.run<{ tenant: string }>('restoreTenant', { tenant: source(), backup }, operator);
    await domain.settle();
    const seen: string[] = [];
    for (let message = nextJobMessage(domain); message; message = nextJobMessage(domain)) {
      await runJob(domain.runtime, { ...message, message: 'one', turn: 1, isLastTry: false, hasTime: () => true });
      seen.push(...(await domain.settle()).filter((event) => event.tenant === tenant).map(({ type }) => type));
    }
    expect(seen).toEqual(['tenant.restoredFromBackup']);
  });

  it('holds what changes while it is made, chunk by chunk, and nothing twice', async () => {
    const { acme } = await live();
    const job = await domain.run<AnyRow>('backupTenant', {}, olga);
    await domain.settle();
    let step = 0;
    for (let message = nextJobMessage(domain); message; message = nextJobMessage(domain)) {
      step += 1;
      if (step <= 3) {
        const current = await domain.reader(olga).data(Customer).get(acme.id);
        await domain.run(
          'updateCustomer',
          { id: acme.id, version: current.version, taxId: `17900123450${String(10 + step)}` },
          olga,
        );
        await customer(`Late ${String(step)}`);
        await domain.settle();
      }
      await runJob(domain.runtime, {
        ...message,
        message: `m${String(step)}`,
        turn: 1,
        isLastTry: false,
        hasTime: () => false,
      });
    }
    const tenant = await restore(job.id);
    expect(comparable(await everything(tenant), tenant)).toEqual(comparable(await everything(source()), source()));
    const names = (await domain.reader(within(tenant)).data(Customer).page('all', { first: 50 })).rows.map(
      ({ name }) => name,
    );
    expect(names).toEqual(['Acme', 'Gamma', 'Late 1', 'Late 2', 'Late 3']);
    const byTaxId = (taxId: string) => domain.reader(within(tenant)).data(Customer).findUnique('taxId', taxId);
    expect([
      await byTaxId('1790012345001'),
      await byTaxId('1790012345011'),
      (await byTaxId('1790012345013'))?.id,
    ]).toEqual([undefined, undefined, acme.id]);
  });

  it('records anew what its log does not reach', async () => {
    const { acme } = await live();
    // A version that the stream has not brought yet.
    await domain.run('updateCustomer', { id: acme.id, version: 1, name: 'Acme III' }, olga);
    const job = await domain.run<AnyRow>('backupTenant', {}, olga);
    const message = nextJobMessage(domain);
    if (!message) throw new Error('No message.');
    await runJob(domain.runtime, { ...message, message: 'one', turn: 1, isLastTry: false, hasTime: () => true });
    const tenant = await restore(job.id);
    const history = await readHistory(tenanted.table, tenant, acme.id, { limit: 10 });
    expect(history.map(({ type, silent }) => [type, silent])).toEqual([
      ['customer.updated', true],
      ['customer.created', undefined],
    ]);
  });

  it('survives a worker that dies in the middle of restoring', async () => {
    await live();
    const backup = await backUp();
    const { tenant } = await domain.run<{ tenant: string }>('restoreTenant', { tenant: source(), backup }, operator);
    await domain.settle();
    const message = nextJobMessage(domain);
    if (!message) throw new Error('No message.');
    let writes = 0;
    const { ports } = domain.runtime;
    const dying = {
      ...ports.table,
      batchWrite: (items: Parameters<typeof ports.table.batchWrite>[0]) =>
        ++writes > 2 ? Promise.reject(new Error('killed')) : ports.table.batchWrite(items),
    };
    const broken = { ...domain.runtime, ports: { ...ports, table: { ...dying, metered: () => dying } } };
    await expect(
      runJob(broken as never, { ...message, message: 'one', turn: 1, isLastTry: false, hasTime: () => true }),
    ).rejects.toThrow('killed');
    await runJob(domain.runtime, { ...message, message: 'one', turn: 2, isLastTry: false, hasTime: () => true });
    await domain.settle();
    expect(comparable(await everything(tenant), tenant)).toEqual(comparable(await everything(source()), source()));
    expect(await totals(tenant)).toEqual(await totals(source()));
  });
});

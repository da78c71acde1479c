import { beforeEach, describe, expect, it } from '@jest/globals';
import { module, mutation, text, type Actor, type AnyRow } from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { feedEnd, feedStart, readFeed, readHistory } from '#kernel/feed';
import { rowKey } from '#kernel/rows';
import { readTimeline } from '#kernel/timeline';
import { authenticate, operatorKey } from '#modules/platform/identity';
import { runJob } from '#modules/platform/jobs';
import { Tenant } from '#modules/platform/settings';
import { comparable, everythingOf } from '#test/support/backups';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, Offer } from '#test/support/example';
import { nextJobMessage, workOff } from '#test/support/jobs';
import { refusal, signInModules } from '#test/support/sign-in';
import { foundTenant } from './index.ts';

const takeNumber = mutation('takeNumber', {
  describes: 'Takes a number, for tests.',
  needs: 'number.take',
  input: {},
  returns: { number: text() },
  run: async (_input, { nextNumber }) => ({ number: String(await nextNumber('invoice')) }),
});

const tenanted = withTenantTable();
const mail = (name: string): string => `${name}@${tenanted.tenant}.test`;
const source = (): string => `ten_${tenanted.tenant.slice(1).padStart(26, '5')}`;

let domain: Domain;
let operator: Actor;
let olga: Actor;
beforeEach(async () => {
  domain = startDomain({
    modules: [...signInModules, module('sales/for-tests', { operations: [takeNumber] })],
    table: tenanted.table,
    tenant: 'nobody',
  });
  operator = await signIn(await operatorKey(domain.runtime));
  await foundTenant(domain.runtime, {
    id: source(),
    values: { name: 'Acme', country: 'EC', currency: 'USD', locale: 'es', timeZone: 'America/Guayaquil' },
    owner: { name: 'Olga', email: mail('olga') },
  });
  olga = await signIn(mail('olga'));
});

const signIn = async (token: string, headers: Record<string, string> = {}): Promise<Actor> => {
  const actor = await authenticate(domain.runtime, { authorization: `Bearer ${token}`, ...headers });
  if (!actor) throw new Error('Nobody.');
  return actor;
};

const line = { product: 'Chair', quantity: '2.125', price: { amount: '5.00', currency: 'USD' } };
const customer = (name: string, given: Readonly<Record<string, unknown>> = {}) =>
  domain.run<AnyRow>('createCustomer', { name, ...given }, olga);
const offer = (of: AnyRow, given: Readonly<Record<string, unknown>> = {}) =>
  domain.run<AnyRow>('createOffer', { customer: of.id, validUntil: '2026-12-31', lines: [line], ...given }, olga);
const totals = (tenant: string) => readRollup(tenanted.table, tenant, 'offersByStatus', 'all');

/** A tenant with a past: states, lines, links, guards, numbers, a key, a stored file, somebody who left. */
const live = async () => {
  const [acme, beta] = [
    await customer('Acme', { taxId: '1790012345001', labels: ['vip'] }),
    await customer('Beta', { parent: undefined }),
  ];
  await customer('Gamma', { parent: acme.id });
  const [sent, draft] = [
    await offer(acme, { referrer: beta.id }),
    await offer(acme, { lines: Array.from({ length: 150 }, () => line) }),
  ];
  await domain.run('sendOffer', { id: sent.id, version: 1 }, olga);
  await domain.run('updateCustomer', { id: beta.id, version: 1, name: 'Beta & Co' }, olga);
  await domain.run('archiveCustomer', { id: beta.id, version: 2 }, olga);
  const { key } = await domain.run<{ key: string }>('createApiKey', { name: 'Shop' }, olga);
  await domain.run('takeNumber', {}, olga);
  await domain.run('inviteUser', { name: 'Ana', email: mail('ana'), roles: ['seller'] }, olga);
  await domain.runtime.ports.files.put(`${source()}/documents/one.pdf`, 'PDF', 'application/pdf');
  await domain.settle();
  return { acme, beta, sent, draft, key };
};

const backUp = async (as = olga, input: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const job = await domain.run<AnyRow>('backupTenant', input, as);
  await domain.settle();
  await workOff(domain);
  return job.id;
};
const restore = async (backup: string, given: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const { tenant } = await domain.run<{ tenant: string }>(
    'restoreTenant',
    { tenant: source(), backup, ...given },
    operator,
  );
  await domain.settle();
  await workOff(domain);
  return tenant;
};
const within = (tenant: string): Actor => ({ ...olga, tenant });

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

describe('a restored copy', () => {
  it('lets nobody in and fires no timer, but the operator may let an owner in', async () => {
    const { sent, key } = await live();
    const tenant = await restore(await backUp(), { name: 'Copy of Acme' });
    expect(await refusal(signIn(mail('ana'), { 'x-lazo-tenant': tenant }))).toBe(
      'You do not belong to the tenant that x-lazo-tenant names.',
    );
    expect(await refusal(signIn(key))).toBe('accepted');
    await domain.advanceTo('2026-11-22T15:10:00.000Z');
    expect(await tenanted.table.get(rowKey(tenant, sent.id))).not.toHaveProperty('duepk');
    await domain.run('inviteOwner', { tenant, name: 'Otto', email: mail('otto') }, operator);
    const otto = await signIn(mail('otto'));
    expect(await domain.reader(otto).data(Tenant).get(tenant)).toMatchObject({
      name: 'Copy of Acme',
      restoredFrom: `${source()}/backups/${otto.tenant === tenant ? (await backupsOf())[0] : ''}`,
    });
  });

  it('takes the place of the old one when it admits', async () => {
    const { sent } = await live();
    const tenant = await restore(await backUp(), { admits: true });
    expect(await signIn(mail('ana'), { 'x-lazo-tenant': tenant })).toMatchObject({ tenant });
    expect(await tenanted.table.get(rowKey(tenant, sent.id))).toHaveProperty('duepk');
  });

  const backupsOf = async (as = olga): Promise<readonly string[]> =>
    (await domain.run<{ backups: readonly { readonly backup: string }[] }>('backups', {}, as)).backups.map(
      ({ backup }) => backup,
    );
});

describe('backups', () => {
  it('are made by owners and the operator, and listed with their size', async () => {
    await live();
    const backup = await backUp(operator, { tenant: source() });
    const { backups } = await domain.run<{ backups: readonly Record<string, unknown>[] }>('backups', {}, olga);
    expect(backups).toMatchObject([{ backup, name: 'Acme', files: 1, bytes: 3 }]);
    expect(Number(backups[0]?.['items'])).toBeGreaterThan(20);
    const job = await domain.reader(operator).data(domain.registry.entity('Job')).get(backup);
    expect(job).toMatchObject({
      status: 'COMPLETED',
      result: { tenant: source(), backup },
    });
  });

  it('are nobody else’s', async () => {
    const ana = await domain.run<AnyRow>(
      'inviteUser',
      { name: 'Ana', email: mail('ana'), roles: ['administrator'] },
      olga,
    );
    expect(ana.id).toBeDefined();
    expect(await failure(domain.run('backupTenant', {}, await signIn(mail('ana'))))).toBe('FORBIDDEN');
    expect(await failure(domain.run('backupTenant', { tenant: 'ten_0000000000000000000000000Z' }, olga))).toBe(
      'FORBIDDEN',
    );
    expect(await failure(domain.run('backups', { tenant: 'ten_0000000000000000000000000Z' }, olga))).toBe('FORBIDDEN');
    expect(
      await failure(domain.run('restoreTenant', { tenant: source(), backup: 'job_00000000000000000000000000' }, olga)),
    ).toBe('FORBIDDEN');
    expect(await failure(domain.run('backupTenant', {}, operator))).toBe('BAD_INPUT');
  });

  it.each([
    ['job_00000000000000000000000000', undefined],
    ['../../other/backups/x', undefined],
    ['job_00000000000000000000000000', '../ten'],
  ])('that are not there cannot be restored: %s', async (backup, tenant) => {
    expect(await failure(domain.run('restoreTenant', { tenant: tenant ?? source(), backup }, operator))).toBe(
      'BACKUP_NOT_FOUND',
    );
  });
});

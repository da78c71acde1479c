import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { feedEnd, feedStart, readFeed } from '#kernel/feed';
import { rowKey } from '#kernel/rows';
import { runJob } from '#modules/platform/jobs';
import { comparable, everythingOf } from '#test/support/backups';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer } from '#test/support/example';
import { openFounded } from '#test/support/founded-tenant';
import { nextJobMessage, workOff } from '#test/support/jobs';

const tenanted = withTenantTable();
const { found, source, mail, signIn } = openFounded(tenanted);
let domain: Domain;
let operator: Actor;
let olga: Actor;
beforeEach(async () => {
  ({ domain, operator, olga } = await found());
});

const customer = (name: string, given: Readonly<Record<string, unknown>> = {}) =>
  domain.run<AnyRow>('createCustomer', { name, ...given }, olga);
const work = async () => {
  await domain.settle();
  await workOff(domain);
};
const backUp = async (): Promise<string> => {
  const { id } = await domain.run<AnyRow>('backupTenant', {}, olga);
  await work();
  return id;
};
const begin = async (backup: string, given: object = {}): Promise<string> => {
  const asked = { tenant: source(), backup, catchesUp: true, admits: true, ...given };
  const { tenant } = await domain.run<{ tenant: string }>('restoreTenant', asked, operator);
  await domain.settle();
  return tenant;
};
const namesIn = async (tenant: string) =>
  (
    await domain
      .reader({ ...olga, tenant })
      .data(Customer)
      .page('all', { first: 50 })
  ).rows.map(({ name }) => name);

/** A tenant that went on after its backup: changes, new records, people, numbers, files. */
const wentOn = async (): Promise<string> => {
  const [acme, beta] = [await customer('Acme', { taxId: '1790012345001' }), await customer('Beta')];
  await domain.run('takeNumber', {}, olga);
  await domain.settle();
  const backup = await backUp();
  await domain.run('updateCustomer', { id: acme.id, version: 1, name: 'Acme II', taxId: '1790012345999' }, olga);
  await domain.run('archiveCustomer', { id: beta.id, version: 1 }, olga);
  await customer('Gamma');
  await domain.run('takeNumber', {}, olga);
  await domain.run('inviteUser', { name: 'Ana', email: mail('ana'), roles: ['seller'] }, olga);
  await domain.runtime.ports.files.put(`${source()}/documents/new.pdf`, 'PDF', 'application/pdf');
  await domain.settle();
  return backup;
};

describe('a restoration that catches up', () => {
  it('has what was acknowledged after the backup: records, log, numbers, files, people', async () => {
    const tenant = await begin(await wentOn());
    await work();
    const [there, here] = await Promise.all(
      [tenant, source()].map(async (id) => comparable(await everythingOf(tenanted.table, id), id)),
    );
    expect(there).toEqual(here);
    expect(await namesIn(tenant)).toEqual(['Acme II', 'Gamma']);
    const reader = domain.reader({ ...olga, tenant });
    expect(await reader.data(Customer).findUnique('taxId', '1790012345001')).toBeUndefined();
    expect(await reader.data(Customer).findUnique('taxId', '1790012345999')).toBeDefined();
    expect(await domain.run('takeNumber', {}, { ...olga, tenant })).toEqual({ number: '3' });
    expect(await domain.runtime.ports.files.get(`${tenant}/documents/new.pdf`)).toEqual(Buffer.from('PDF'));
    expect(await signIn(mail('ana'), { 'x-lazo-tenant': tenant })).toMatchObject({ tenant });
    await domain.settle();
    const { position } = await readFeed(tenanted.table, tenant, feedStart, 1000);
    expect(position).toEqual(await feedEnd(tenanted.table, tenant));
  });

  it('is whole also when its worker dies, chunk by chunk, while the old tenant lives on', async () => {
    const tenant = await begin(await wentOn());
    const { ports } = domain.runtime;
    let turn = 0;
    for (let message = nextJobMessage(domain); message; message = nextJobMessage(domain)) {
      const delivery = { ...message, message: `m${String((turn += 1))}`, isLastTry: false, hasTime: () => false };
      let writes = 0;
      const table = {
        ...ports.table,
        batchWrite: (items: Parameters<typeof ports.table.batchWrite>[0]) =>
          ++writes > 1 ? Promise.reject(new Error('killed')) : ports.table.batchWrite(items),
      };
      const dying = { ...domain.runtime, ports: { ...ports, table: { ...table, metered: () => table } } };
      await runJob(dying as never, { ...delivery, turn: 1 }).catch(() => undefined);
      await runJob(domain.runtime, { ...delivery, turn: 2 });
      await customer(`Late ${String(turn)}`);
      await domain.settle();
    }
    expect(await namesIn(tenant)).toEqual(expect.arrayContaining(['Acme II', 'Gamma']));
    await domain.run('createCustomer', { name: 'After' }, { ...olga, tenant });
    await domain.settle();
    const { position } = await readFeed(tenanted.table, tenant, feedStart, 1000);
    expect(position).toEqual(await feedEnd(tenanted.table, tenant));
  });

  it('is refused when the old tenant is gone; without it the backup is what comes', async () => {
    const backup = await wentOn();
    const tenant = await begin(backup, { catchesUp: false });
    await work();
    expect(await namesIn(tenant)).toEqual(['Acme', 'Beta']);
    await tenanted.table.write({ kind: 'delete', key: rowKey(source(), source()) });
    expect(await failure(begin(backup))).toBe('TENANT_GONE');
  });
});

import { beforeEach, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { builtInRoles, rulesOfKeys } from '#modules/platform/roles';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';

const tenanted = withTenantTable();
let domain: Domain;
let role: AnyRow;
let ana: AnyRow;
let beto: AnyRow;
beforeEach(async () => {
  domain = startDomain({ modules: tenantModules, table: tenanted.table, tenant: tenantIdOf(tenanted.tenant) });
  await storeTenantOf(domain);
  const entities = [{ entity: 'File', create: 'own', read: 'team', update: 'own' }];
  role = await domain.run<AnyRow>('createRole', {
    key: 'junior',
    name: 'Junior',
    entities,
    operations: ['user.deactivate'],
  });
  ana = await invite('Ana', 'junior');
  beto = await invite('Beto', 'junior', 'administrator');
});

const invite = (name: string, ...roles: string[]): Promise<AnyRow> =>
  domain.run<AnyRow>('inviteUser', { name, email: `${name.toLowerCase()}@acme.test`, roles });
type Preview = {
  readonly differences: readonly { readonly permission: string; readonly says: string }[];
  readonly people: readonly { readonly user: AnyRow; readonly gains: string[]; readonly loses: string[] }[];
  readonly unaffected: number;
};

it('a change of a role says who gains and loses what, but for what other roles grant, and writes nothing', async () => {
  const changes = {
    entities: [{ entity: 'File', create: 'own', read: 'all' }],
    operations: ['user.handOver'],
    hiddenFields: ['File.name'],
  };
  const preview = await domain.run<Preview>('previewRoleChange', { id: role.id, ...changes });
  expect(preview.people).toEqual([
    {
      user: expect.objectContaining({ id: ana.id }),
      gains: ['file.read (team -> all)', 'user.handOver'],
      loses: ['file.update (own -> none)', 'user.deactivate', 'File.name (open -> hidden)'],
    },
  ]);
  expect(preview.unaffected).toBe(1);
  expect(preview.differences[0]).toMatchObject({
    permission: 'file.read',
    people: 1,
  });
  expect(preview.differences[0]?.says).toContain('reaches all records of the tenant');
  expect((await domain.reader().records([role.id])).get(role.id)?.version).toBe(1);
  await domain.run('updateRole', { id: role.id, version: 1, ...changes });
  const again = await domain.run<Preview>('previewRoleChange', { id: role.id, ...changes });
  expect(again).toEqual({ differences: [], people: [], unaffected: 2 });
});

it('other roles for a person say what the person gains and loses', async () => {
  const { people } = await domain.run<Preview>('previewRoleAssignment', { user: beto.id, roles: ['junior'] });
  expect(people[0]?.gains).toEqual([]);
  expect(people[0]?.loses).toContain('file.archive (all -> none)');
  expect(await failure(domain.run('previewRoleAssignment', { user: beto.id, roles: ['pirate'] }))).toBe('UNKNOWN_ROLE');
});

it('is refused where the change would be', async () => {
  const seller = domain.actor({ rules: rulesOfKeys(builtInRoles(domain.registry), ['seller']) });
  expect(await failure(domain.run('previewRoleChange', { id: role.id }, seller))).toBe('FORBIDDEN');
  expect(await failure(domain.run('previewRoleChange', { id: role.id, operations: ['no.such'] }))).toBe(
    'UNKNOWN_PERMISSION',
  );
  const stranger = domain.actor({ tenant: 'other' });
  expect(await failure(domain.run('previewRoleChange', { id: role.id }, stranger))).toBe('NOT_FOUND');
});

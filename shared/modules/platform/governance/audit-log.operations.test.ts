import { beforeEach, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { modules } from '#modules';
import { builtInRoles, rulesOfKeys } from '#modules/platform/roles';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { storeTenantOf, storingTenant, tenantIdOf } from '#test/support/tenant';

const tenanted = withTenantTable();
let domain: Domain;
let ana: AnyRow;
let boss: AnyRow;
beforeEach(async () => {
  const tenant = tenantIdOf(tenanted.tenant);
  domain = startDomain({ modules: [...modules, storingTenant], table: tenanted.table, tenant });
  await storeTenantOf(domain);
  [ana, boss] = [await invite('Ana', 'seller'), await invite('Boss', 'administrator')];
});

const invite = (name: string, ...roles: string[]): Promise<AnyRow> =>
  domain.run<AnyRow>('inviteUser', { name, email: `${name.toLowerCase()}@acme.test`, roles });
const by = (person: AnyRow, role = 'administrator'): Actor =>
  domain.actor({ id: person.id, userId: person.id, rules: rulesOfKeys(builtInRoles(domain.registry), [role]) });

it('the audit log says who was given what, newest first, by kind, person and period', async () => {
  domain.clock.advance(1000);
  const from = domain.clock.now().toISOString();
  await domain.run('assignRoles', { id: ana.id, roles: ['manager'] }, domain.actor());
  domain.clock.advance(1000);
  await domain.run('createRole', { key: 'junior', name: 'Junior' }, by(boss));
  await domain.run('createAccount', { name: 'No matter of audit' }, by(boss));
  await domain.settle();
  type Log = { entries: { type: string; kind: string; by: string }[]; hasNextPage: boolean; endCursor?: string };
  const log = (input: object) => domain.run<Log>('auditLog', input as Record<string, unknown>);
  const types = async (input: object) => (await log(input)).entries.map(({ type }) => type);
  expect(await types({ from })).toEqual(['role.created', 'user.rolesAssigned']);
  expect(await types({ from, kinds: ['ROLES'] })).toEqual(['role.created']);
  expect(await types({ from, user: boss.id })).toEqual(['role.created']);
  expect(await types({ to: from, kinds: ['ROLES'] })).toEqual([]);
  const first = await log({ first: 1 });
  expect(await types({ first: 1, after: first.endCursor })).toEqual(['user.rolesAssigned']);
  expect(await failure(domain.run('auditLog', {}, by(ana, 'seller')))).toBe('FORBIDDEN');
});

it('a person who is forgotten stands in the audit log no more', async () => {
  const actor = by(boss);
  const { id } = await domain.run<AnyRow>('createContact', { firstName: 'Rosaura', email: 'rosaura.z@lago.ec' }, actor);
  const selection = { where: { email: { eq: 'rosaura.z@lago.ec' } } };
  await domain.run('startExport', { recordType: 'Contact', selection }, actor);
  await domain.settle();
  await workOff(domain);
  const logged = async () => JSON.stringify(await domain.run('auditLog', { kinds: ['EXPORTS'] }));
  expect(await logged()).toContain('rosaura.z@lago.ec');
  const request = await domain.run<AnyRow>('openPrivacyRequest', { subject: id, kind: 'ERASE' }, actor);
  await domain.run('verifyPrivacyRequest', { id: request.id, identityCheck: 'Cédula vista' }, actor);
  await domain.run('erasePersonalData', { id: request.id }, actor);
  await domain.settle();
  await workOff(domain);
  expect(await logged()).toContain('export.created');
  expect(await logged()).not.toContain('rosaura.z@lago.ec');
});

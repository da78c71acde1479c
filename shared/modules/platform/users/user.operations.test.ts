import { beforeEach, describe, expect, it } from '@jest/globals';
import { entity, fullAccess, module, mutation, ownedBy, optional, ref, text, type Actor, type AnyRow } from '#kernel';
import { builtInRoles, rulesOfKeys } from '#modules/platform/roles';
import { Tenant } from '#modules/platform/settings';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';
import { isAbsent, levelsAbove, User } from './index.ts';

/** Work that somebody owns, as later modules declare it. */
const Deal = entity('Deal', {
  idPrefix: 'dea',
  describes: 'A deal.',
  fields: { name: text({ describes: 'Name.' }), owner: optional(ref('User', { describes: 'Whose.' })) },
  states: { field: 'status', initial: 'OPEN', moves: { OPEN: ['WON'], WON: [] }, closedIn: ['WON'] },
  owner: ownedBy('owner'),
  keys: { byOwner: { gsi: 2, sort: 'name' }, all: { gsi: 3, sort: 'name' } },
  defaults: ['create'],
  title: ({ name }) => name,
});

/** As an import or an old backup may leave it: nobody asks whether it closes a circle. */
const reportTo = mutation('reportTo', {
  describes: 'Puts a person below another.',
  needs: 'user.test',
  input: { id: ref('User'), manager: ref('User') },
  returns: User,
  run: async ({ id, manager }, { trusted }) => trusted(User).update(await trusted(User).get(id), { manager }),
});

const tenanted = withTenantTable();
const tenant = (): string => tenantIdOf(tenanted.tenant);
let domain: Domain;
let owner: AnyRow;
beforeEach(async () => {
  domain = startDomain({
    modules: [...tenantModules, module('sales/deals', { entities: [Deal], operations: [reportTo] })],
    table: tenanted.table,
    tenant: tenant(),
  });
  await storeTenantOf(domain);
  owner = await invite('Olga', 'owner');
});

const invite = (name: string, ...roles: string[]): Promise<AnyRow> =>
  domain.run<AnyRow>('inviteUser', { name, email: `${name.toLowerCase()}@acme.test`, roles });
const as = (key: string, given: Partial<Actor> = {}): Actor =>
  domain.actor({ rules: rulesOfKeys(builtInRoles(domain.registry), [key]), ...given });
const owners = async () => (await domain.reader().data(Tenant).get(tenant())).owners;

describe('roles of a person', () => {
  it('are given by who holds as much', async () => {
    const ana = await invite('Ana', 'seller');
    const changed = await domain.run('assignRoles', { id: ana.id, roles: ['manager', 'support', 'manager'] });
    expect(changed).toMatchObject({ roles: ['manager', 'support'] });
    expect(await failure(domain.run('assignRoles', { id: ana.id, roles: ['owner'] }, as('administrator')))).toBe(
      'FORBIDDEN',
    );
    expect(await failure(domain.run('assignRoles', { id: ana.id, roles: ['pirate'] }))).toBe('UNKNOWN_ROLE');
    expect(await failure(domain.run('assignRoles', { id: ana.id, roles: ['seller'] }, as('seller')))).toBe('FORBIDDEN');
  });

  it('of an owner are not for administrators to take', async () => {
    await invite('Otto', 'owner');
    expect(await failure(domain.run('assignRoles', { id: owner.id, roles: ['seller'] }, as('administrator')))).toBe(
      'FORBIDDEN',
    );
    expect(await failure(domain.run('deactivateUser', { id: owner.id, version: 1 }, as('administrator')))).toBe(
      'FORBIDDEN',
    );
  });

  it('leave the tenant an owner, also when two owners take each other’s role at once', async () => {
    expect(await failure(domain.run('assignRoles', { id: owner.id, roles: ['seller'] }))).toBe('LAST_OWNER');
    const otto = await invite('Otto', 'owner');
    expect(await owners()).toEqual([owner.id, otto.id]);
    const both = await Promise.all(
      [owner, otto].map(({ id }) => failure(domain.run('assignRoles', { id, roles: ['seller'] }))),
    );
    expect(both.sort()).toEqual(['LAST_OWNER', 'nothing failed']);
    expect(await owners()).toHaveLength(1);
  });
});

describe('people', () => {
  it('change what is theirs, and nothing else', async () => {
    const ana = await invite('Ana', 'seller');
    const me = as('seller', { userId: ana.id });
    expect(await domain.run('updateMyProfile', { name: 'Ana María', timeZone: 'Europe/Madrid' }, me)).toMatchObject({
      name: 'Ana María',
      email: 'ana@acme.test',
    });
    expect(await failure(domain.run('updateMyProfile', { timeZone: 'Mars' }, me))).toBe('BAD_INPUT');
    expect(await failure(domain.run('updateMyProfile', { roles: ['owner'] }, me))).toBe('BAD_INPUT');
    expect(await failure(domain.run('updateUser', { id: ana.id, version: 2, name: 'X' }, me))).toBe('FORBIDDEN');
    expect(await failure(domain.run('updateUser', { id: ana.id, version: 2, status: 'ACTIVE' }))).toBe('BAD_INPUT');
    expect(await failure(domain.run('updateUser', { id: ana.id, version: 9, name: 'X' }))).toBe('STALE_VERSION');
  });

  it('share no address', async () => {
    await invite('Ana', 'seller');
    expect(await failure(domain.run('inviteUser', { name: 'Other', email: 'ANA@acme.test', roles: ['seller'] }))).toBe(
      'NOT_UNIQUE',
    );
  });

  it('report to nobody who reports to them', async () => {
    const [ana, beto] = [await invite('Ana', 'seller'), await invite('Beto', 'seller')];
    await domain.run('updateUser', { id: ana.id, version: 1, manager: beto.id });
    expect(await failure(domain.run('updateUser', { id: beto.id, version: 1, manager: ana.id }))).toBe('CYCLE');
    expect(await failure(domain.run('updateUser', { id: ana.id, version: 2, manager: ana.id }))).toBe('BAD_INPUT');
  });

  it('are followed upwards level by level, each read once, for a while, and never round a circle', async () => {
    const ids = ['Ana', 'Beto', 'Carla', 'Dora', 'Eva'].map(async (name) => (await invite(name, 'seller')).id);
    const [ana = '', beto = '', carla = '', dora = '', eva = ''] = await Promise.all(ids);
    const report = (id: string, manager: string) => domain.run('reportTo', { id, manager });
    await report(ana, carla);
    await report(beto, carla);
    await report(carla, dora);
    const above = (people: readonly string[], most?: number) => levelsAbove(domain.reader(), people, most);
    expect(await above([ana, beto, eva])).toEqual([[carla], [dora]]);
    expect(domain.meter().requests).toBe(3);
    expect(await above([ana], 1)).toEqual([[carla]]);
    expect(await above([eva])).toEqual([]);
    await report(dora, ana);
    expect(await above([ana])).toEqual([[carla], [dora]]);
    expect(await above([beto])).toEqual([[carla], [dora], [ana]]);
  });

  it('are away for some days, with somebody in their place', async () => {
    const [ana, beto] = [await invite('Ana', 'seller'), await invite('Beto', 'seller')];
    const me = as('seller', { userId: ana.id });
    const away = await domain.run<AnyRow>(
      'setAbsence',
      { from: '2026-12-01', until: '2026-12-15', substitute: beto.id },
      me,
    );
    expect(away).toMatchObject({ substitute: beto.id });
    expect(['2026-11-30', '2026-12-01', '2026-12-15', '2026-12-16'].map((day) => isAbsent(away, day))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(await failure(domain.run('setAbsence', { from: '2026-12-01', until: '2026-11-01' }, me))).toBe('BAD_INPUT');
    expect(await failure(domain.run('setAbsence', { from: '2026-12-01', substitute: ana.id }, me))).toBe('BAD_INPUT');
    expect(await failure(domain.run('setAbsence', { user: beto.id, from: '2026-12-01' }, me))).toBe('FORBIDDEN');
    expect(await domain.run('setAbsence', {}, me)).not.toHaveProperty('absentFrom');
  });

  it('are of one tenant', async () => {
    const stranger = domain.actor({ tenant: 'other' });
    expect(await failure(domain.run('updateUser', { id: owner.id, version: 1, name: 'X' }, stranger))).toBe(
      'NOT_FOUND',
    );
    expect(await failure(domain.run('deactivateUser', { id: owner.id, version: 1 }, stranger))).toBe('NOT_FOUND');
    expect(await failure(domain.run('assignRoles', { id: owner.id, roles: [] }, stranger))).toBe('NOT_FOUND');
  });
});

describe('leaving', () => {
  const deal = async (name: string, of: AnyRow): Promise<AnyRow> =>
    domain.run<AnyRow>('createDeal', { name, owner: of.id });

  it('is not done by oneself, nor by the last owner', async () => {
    expect(await failure(domain.run('deactivateUser', { id: owner.id }, domain.actor({ userId: owner.id })))).toBe(
      'NOT_YOURSELF',
    );
    expect(await failure(domain.run('deactivateUser', { id: owner.id }))).toBe('LAST_OWNER');
  });

  it('asks who takes over the open work', async () => {
    const [ana, beto] = [await invite('Ana', 'seller'), await invite('Beto', 'seller')];
    for (let count = 0; count < 3; count += 1) await deal(`Deal ${String(count)}`, ana);
    expect(await failure(domain.run('deactivateUser', { id: ana.id }))).toBe('OPEN_WORK');
    expect(await failure(domain.run('deactivateUser', { id: ana.id, handOverTo: ana.id }))).toBe('NOT_AVAILABLE');
    const { user: gone } = await domain.run<{ user: AnyRow }>('deactivateUser', { id: ana.id, handOverTo: beto.id });
    expect(gone).toMatchObject({ status: 'DEACTIVATED' });
    await domain.settle();
    await workOff(domain);
    const { rows } = await domain.reader().data(Deal).page('all', { first: 10 });
    expect(rows.map(({ owner: holder }) => holder)).toEqual([beto.id, beto.id, beto.id]);
    expect(await failure(domain.run('deactivateUser', { id: beto.id, handOverTo: ana.id }))).toBe('NOT_AVAILABLE');
  });

  it('hands over more than a page of work, once, and leaves alone what has ended', async () => {
    const [ana, beto] = [await invite('Ana', 'seller'), await invite('Beto', 'seller')];
    await Promise.all(Array.from({ length: 130 }, (_, index) => deal(`Deal ${String(index)}`, ana)));
    await domain.settle();
    await domain.run('handOverWork', { from: ana.id, to: beto.id });
    await workOff(domain);
    const { rows } = await domain.reader().data(Deal).page('byOwner', { of: beto.id, first: 100 });
    expect(rows).toHaveLength(100);
    expect((await domain.reader().data(Deal).page('byOwner', { of: ana.id, first: 100 })).rows).toEqual([]);
    expect(rows.every(({ version }) => version === 2)).toBe(true);
  });

  it('can be taken back by who stands above', async () => {
    const ana = await invite('Ana', 'administrator');
    await domain.run('deactivateUser', { id: ana.id });
    expect(
      await failure(
        domain.run(
          'reactivateUser',
          { id: ana.id },
          as('manager', { rules: { ...as('seller').rules, operations: ['user.deactivate'] } }),
        ),
      ),
    ).toBe('FORBIDDEN');
    expect(await domain.run('reactivateUser', { id: ana.id })).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('a role that somebody has', () => {
  it('is kept', async () => {
    const role = await domain.run<AnyRow>('copyRole', { from: 'seller', key: 'junior', name: 'Junior' });
    const ana = await invite('Ana', 'junior');
    expect(await failure(domain.run('archiveRole', { id: role.id, version: 1 }))).toBe('IN_USE');
    await domain.run('assignRoles', { id: ana.id, roles: ['seller'] });
    expect(await failure(domain.run('archiveRole', { id: role.id, version: 1 }))).toBe('nothing failed');
    expect(await failure(domain.run('assignRoles', { id: ana.id, roles: ['junior'] }))).toBe('UNKNOWN_ROLE');
  });
});

describe('a trial', () => {
  it('has as many people as it may', async () => {
    const other = startDomain({
      modules: tenantModules,
      table: tenanted.table,
      tenant: `${tenant().slice(0, -4)}9999`,
    });
    await storeTenantOf(other, { limits: { users: 2, apiKeys: 1, changes: 1000 } });
    const let1 = (name: string) =>
      failure(
        other.run(
          'inviteUser',
          { name, email: `${name}@acme.test`, roles: ['seller'] },
          other.actor({ rules: fullAccess }),
        ),
      );
    expect([await let1('one'), await let1('two'), await let1('three')]).toEqual([
      'nothing failed',
      'nothing failed',
      'LIMIT_REACHED',
    ]);
  });
});

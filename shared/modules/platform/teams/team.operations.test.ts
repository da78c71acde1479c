import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { User } from '#modules/platform/users';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { tenantModules } from '#test/support/tenant';

const tenanted = withTenantTable();
let domain: Domain;
let people: readonly string[];
beforeEach(async () => {
  domain = startDomain({ modules: [...tenantModules, peopleForTests], table: tenanted.table, tenant: tenanted.tenant });
  people = await makePeople(domain, ['Ana', 'Beto', 'Caro']);
});

const teamsOf = async (): Promise<readonly (readonly string[])[]> => {
  const found = await domain.reader().data(User).getMany(people);
  return people.map((id) => found.get(id)?.teams ?? []);
};
const make = (name: string, values: object): Promise<AnyRow> => domain.run<AnyRow>('createTeam', { name, ...values });

describe('a team', () => {
  it('and its people know each other, the manager too', async () => {
    const [ana = '', beto = '', caro = ''] = people;
    const team = await make('North', { manager: ana, members: [beto] });
    expect(await teamsOf()).toEqual([[team.id], [team.id], []]);
    await domain.run('updateTeam', { id: team.id, version: 1, members: [caro] });
    expect(await teamsOf()).toEqual([[team.id], [], [team.id]]);
    await domain.run('updateTeam', { id: team.id, version: 2, manager: null });
    expect(await teamsOf()).toEqual([[], [], [team.id]]);
  });

  it('is left by its people when it is archived, and found again when it is restored', async () => {
    const [ana = '', beto = ''] = people;
    const team = await make('North', { members: [ana, beto] });
    await domain.run('archiveTeam', { id: team.id, version: 1 });
    expect(await teamsOf()).toEqual([[], [], []]);
    await domain.run('restoreTeam', { id: team.id, version: 2 });
    expect(await teamsOf()).toEqual([[team.id], [team.id], []]);
  });

  it('takes people from either side', async () => {
    const [ana = '', beto = ''] = people;
    const [north, south] = [await make('North', { members: [ana] }), await make('South', { manager: ana })];
    await domain.run('assignTeams', { id: ana, teams: [south.id] });
    await domain.run('assignTeams', { id: beto, teams: [south.id] });
    expect(await teamsOf()).toEqual([[south.id], [south.id], []]);
    // The manager stays, though nobody said so.
    await domain.run('assignTeams', { id: ana, teams: [north.id] });
    expect((await teamsOf())[0]).toEqual([south.id, north.id]);
  });

  it('has a name of its own, people who exist, and fifty of them at most', async () => {
    await make('North', {});
    expect(await failure(make('north', {}))).toBe('NOT_UNIQUE');
    expect(await failure(make('South', { members: ['usr_00000000000000000000000000'] }))).toBe('REFERENCE_NOT_FOUND');
    expect(
      await failure(domain.run('assignTeams', { id: people[0] ?? '', teams: ['tea_00000000000000000000000000'] })),
    ).toBe('REFERENCE_NOT_FOUND');
    expect(await failure(make('South', { members: Array.from({ length: 51 }, () => people[0]) }))).toBe('BAD_INPUT');
  });

  it('is one of at most twenty', async () => {
    const [ana = ''] = people;
    for (let count = 0; count < 20; count += 1) await make(`Team ${String(count)}`, { members: [ana] });
    expect(await failure(make('One more', { members: [ana] }))).toBe('TOO_MANY_TEAMS');
  });

  it('is made by who may, in the own tenant', async () => {
    const reader = domain.actor({ rules: { ...domain.actor().rules, entities: { '*': { read: 'all' } } } });
    expect(await failure(domain.run('createTeam', { name: 'X' }, reader))).toBe('FORBIDDEN');
    const team = await make('North', {});
    expect(
      await failure(
        domain.run('updateTeam', { id: team.id, version: 1, name: 'X' }, domain.actor({ tenant: 'other' })),
      ),
    ).toBe('NOT_FOUND');
    expect(
      await failure(domain.run('createTeam', { name: 'X', members: people }, domain.actor({ tenant: 'other' }))),
    ).toBe('REFERENCE_NOT_FOUND');
    expect(await failure(domain.run('updateTeam', { id: team.id, version: 5, name: 'X' }))).toBe('STALE_VERSION');
  });
});

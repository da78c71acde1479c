import { beforeEach, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openSignIn, type SignIn } from '#test/support/sign-in';

const tenanted = withTenantTable();
let on: SignIn;
let people: { readonly [name in 'boss' | 'lead' | 'ana' | 'staff']: AnyRow };
beforeEach(async () => {
  on = await openSignIn(tenanted);
  people = {
    boss: await on.invite('boss', ['manager']),
    lead: await on.invite('lead', ['manager']),
    ana: await on.invite('ana'),
    staff: await on.invite('staff'),
  };
});

const reachOf = async (name: string) => {
  await on.domain.settle();
  on.later(61);
  const { teamMembers, teams, ownTeams } = await on.signIn(on.mail(name));
  return { members: [...teamMembers].sort(), teams, ownTeams };
};
const ids = (...rows: readonly AnyRow[]): readonly string[] => rows.map(({ id }) => id).sort();
const team = (values: object) => on.domain.run<AnyRow>('createTeam', values as Record<string, unknown>);

it('who leads a team sees the teams below it; who is merely in it does not', async () => {
  const { boss, lead, ana, staff } = people;
  const north = await team({ name: 'North', manager: boss.id, members: [staff.id] });
  const quito = await team({ name: 'Quito', manager: lead.id, members: [], parent: north.id });
  const centre = await team({ name: 'Centre', members: [ana.id], parent: quito.id });
  expect(await reachOf('boss')).toEqual({
    members: ids(boss, lead, ana, staff),
    teams: [north.id, quito.id, centre.id],
    ownTeams: [north.id],
  });
  expect((await reachOf('lead')).members).toEqual(ids(lead, ana));
  expect(await reachOf('staff')).toEqual({ members: ids(boss, staff), teams: [north.id] });
  expect((await reachOf('ana')).members).toEqual(ids(ana));
});

it('who leads a part of the organisation sees its people and teams, and those of the parts below', async () => {
  const { boss, lead, ana, staff } = people;
  const unit = (values: object) => on.domain.run<AnyRow>('createOrgUnit', values as Record<string, unknown>);
  const company = await unit({ name: 'Company', level: 'COMPANY', manager: boss.id });
  const branch = await unit({ name: 'Branch', level: 'BRANCH', parent: company.id });
  await on.domain.run('updateUser', { id: staff.id, version: 1, orgUnit: branch.id });
  const inBranch = await team({ name: 'Centre', manager: lead.id, members: [ana.id], orgUnit: branch.id });
  expect(await reachOf('boss')).toEqual({ members: ids(lead, ana, staff), teams: [inBranch.id], ownTeams: [] });
  expect((await reachOf('staff')).members).toEqual([]);
});

it('no team stands below itself', async () => {
  const top = await team({ name: 'Top', members: [] });
  const below = await team({ name: 'Below', members: [], parent: top.id });
  expect(await failure(on.domain.run('updateTeam', { id: top.id, version: 1, parent: below.id }))).toBe('CYCLE');
  expect(await failure(on.domain.run('updateTeam', { id: top.id, version: 1, parent: top.id }))).toBe('CYCLE');
});

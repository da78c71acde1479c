import { beforeEach, expect, it } from '@jest/globals';
import { entity, module, mutation, optional, ownedBy, ref, text, type AnyRow } from '#kernel';
import { OrgUnit } from '#modules/platform/organisation';
import { Team } from '#modules/platform/teams';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';
import { User } from './index.ts';

const Deal = entity('Deal', {
  idPrefix: 'dea',
  describes: 'A deal.',
  fields: {
    name: text({ describes: 'Name.' }),
    note: optional(text({ describes: 'Note.' })),
    owner: optional(ref('User', { describes: 'Whose.' })),
  },
  states: { field: 'status', initial: 'OPEN', moves: { OPEN: ['WON'], WON: [] }, closedIn: ['WON'] },
  owner: ownedBy('owner'),
  keys: { byOwner: { gsi: 2, sort: 'name' }, all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update'],
  title: ({ name }) => name,
});

const winDeal = mutation('winDeal', {
  describes: 'Wins it.',
  needs: 'deal.win',
  input: { id: ref('Deal') },
  returns: Deal,
  run: async ({ id }, { trusted }) => trusted(Deal).move(await trusted(Deal).get(id), 'WON'),
});

const tenanted = withTenantTable();
let domain: Domain;
let ana: AnyRow;
let beto: AnyRow;
beforeEach(async () => {
  const tenant = tenantIdOf(tenanted.tenant);
  domain = startDomain({
    modules: [...tenantModules, module('sales/deals', { entities: [Deal], operations: [winDeal] })],
    table: tenanted.table,
    tenant,
  });
  await storeTenantOf(domain);
  [ana, beto] = [await invite('Ana'), await invite('Beto')];
});

const invite = (name: string): Promise<AnyRow> =>
  domain.run<AnyRow>('inviteUser', { name, email: `${name.toLowerCase()}@acme.test`, roles: ['seller'] });
const deal = (name: string, more: object = {}) => domain.run<AnyRow>('createDeal', { name, owner: ana.id, ...more });
const now = async (id: string) => (await domain.reader().records([id])).get(id);
const finish = async (): Promise<void> => {
  await domain.settle();
  await workOff(domain);
  await domain.settle();
};

it('hands over posts with the work, and all of it is taken back at once', async () => {
  const open = await deal('Open');
  const team = await domain.run<AnyRow>('createTeam', { name: 'North', manager: ana.id, members: [] });
  const unit = await domain.run<AnyRow>('createOrgUnit', { name: 'Quito', level: 'BRANCH', manager: ana.id });
  const carla = await invite('Carla');
  await domain.run('updateUser', { id: carla.id, version: 1, manager: ana.id });
  await domain.settle();
  const job = await domain.run<AnyRow>('handOverWork', { from: ana.id, to: beto.id });
  await finish();
  const { data } = domain.reader();
  expect(await now(open.id)).toMatchObject({ owner: beto.id });
  expect(await data(Team).get(team.id)).toMatchObject({ manager: beto.id });
  expect(await data(OrgUnit).get(unit.id)).toMatchObject({ manager: beto.id });
  expect((await data(User).get(carla.id)).manager).toBe(beto.id);
  expect([(await data(User).get(ana.id)).teams, (await data(User).get(beto.id)).teams]).toEqual([[], [team.id]]);
  const { results } = await domain.run<{ results: AnyRow[] }>('jobResults', { id: job.id });
  expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'updated'));

  await domain.run('undoJob', { id: job.id });
  await finish();
  const after = domain.reader();
  expect(await now(open.id)).toMatchObject({ owner: ana.id });
  expect(await after.data(Team).get(team.id)).toMatchObject({ manager: ana.id });
  expect((await after.data(OrgUnit).get(unit.id)).manager).toBe(ana.id);
  expect((await after.data(User).get(carla.id)).manager).toBe(ana.id);
  expect((await after.data(User).get(ana.id)).teams).toEqual([team.id]);
  expect((await after.data(User).get(beto.id)).teams).toEqual([]);
});

it('keeps what was changed after it, when it is taken back', async () => {
  const [edited, given] = [await deal('Edited'), await deal('Given on')];
  const carla = await invite('Carla');
  await domain.settle();
  const job = await domain.run<AnyRow>('handOverWork', { from: ana.id, to: beto.id });
  await finish();
  await domain.run('updateDeal', { id: edited.id, version: 2, note: 'Called.' });
  await domain.run('updateDeal', { id: given.id, version: 2, owner: carla.id });
  await domain.settle();
  await domain.run('undoJob', { id: job.id });
  await finish();
  expect(await now(edited.id)).toMatchObject({ owner: ana.id, note: 'Called.' });
  expect(await now(given.id)).toMatchObject({ owner: carla.id });
});

it('takes closed records along where that is asked', async () => {
  const closed = await deal('Won');
  await domain.run('winDeal', { id: closed.id });
  await domain.settle();
  await domain.run('handOverWork', { from: ana.id, to: beto.id });
  await finish();
  expect(await now(closed.id)).toMatchObject({ owner: ana.id });
  await domain.run('handOverWork', { from: ana.id, to: beto.id, closedToo: true });
  await finish();
  expect(await now(closed.id)).toMatchObject({ owner: beto.id, status: 'WON' });
});

it('never lets people report in a circle', async () => {
  const boss = await invite('Boss');
  await domain.run('updateUser', { id: ana.id, version: 1, manager: boss.id });
  await domain.run('updateUser', { id: beto.id, version: 1, manager: ana.id });
  await domain.settle();
  await domain.run('handOverWork', { from: ana.id, to: beto.id });
  await finish();
  expect((await domain.reader().data(User).get(beto.id)).manager).toBe(boss.id);
});

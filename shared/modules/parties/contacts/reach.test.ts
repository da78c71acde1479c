import { beforeEach, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { Contact } from '#modules/parties/contacts';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const tenanted = withTenantTable();
let domain: Domain;
let account: string;
let people: readonly string[];
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  people = await makePeople(domain, ['Ana', 'Ben', 'Eva']);
  const [ana = '', ben = '', eva = ''] = people;
  ({ id: account } = await domain.run<AnyRow>('createAccount', { name: 'Acme', owner: ana }));
  for (const owner of [ana, ben, eva]) await domain.run('createContact', { firstName: owner, account, owner });
});

/** Whose contacts of the account an actor sees. */
const seen = async (actor: Actor) => {
  const { rows } = await domain
    .reader(actor)
    .data(Contact)
    .list({ where: { account: { eq: account } } });
  return rows.map(({ ownerId }) => ownerId).sort();
};

it('lists of a parent end where a role ends: own records, those of the team, and no others', async () => {
  const [ana = '', ben = ''] = people;
  const inTeam = { teams: ['tea_1'], teamMembers: [ana, ben] };
  expect(await seen(person(domain, ana, inTeam))).toEqual([ana]);
  expect(await seen(person(domain, ana, { ...inTeam, rules: teamRules }))).toEqual([ana, ben].sort());
});

it('a substitute sees and changes what the absent person owns, and loses it again', async () => {
  const [ana = '', ben = ''] = people;
  const substitute = person(domain, ben, { standsFor: [ana] });
  expect(await seen(substitute)).toEqual([ana, ben].sort());
  expect(await failure(domain.run('updateAccount', { id: account, version: 1, name: 'A' }, substitute))).toBe(
    'nothing failed',
  );
  expect(await failure(domain.run('updateAccount', { id: account, version: 2, name: 'B' }, person(domain, ben)))).toBe(
    'NOT_FOUND',
  );
});

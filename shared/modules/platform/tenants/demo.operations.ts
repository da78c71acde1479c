import { derivedId, type Context, type Runtime } from '#kernel';
import { workAs } from '#kernel/work';
import { issueKey } from '#modules/platform/keys';
import { builtInKeys } from '#modules/platform/roles';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';
import { addPerson, foundTenant } from './found-tenant.operations.ts';

/** What a person needs to try the demo tenant. */
export type Demo = {
  readonly key: string;
  readonly users: readonly { readonly email: string; readonly password: string; readonly role: string }[];
};

const names: Readonly<Record<(typeof builtInKeys)[number], string>> = {
  owner: 'Olivia Dueñas',
  administrator: 'Andrés Molina',
  manager: 'Manuela Vera',
  seller: 'Sergio Paredes',
  support: 'Sofía Luna',
};

/** The people of the demo tenant: one of each built-in role. Their passwords are for a laptop. */
const people = builtInKeys.map((role) => ({
  role,
  name: names[role],
  email: `${role}@demo.lazo.test`,
  password: `demo-${role}`,
}));

/** Makes the demo tenant: a person of each role, a sales team, and an administrator's API key. Safe to run again. */
export const seedDemo = async (runtime: Runtime): Promise<Demo> => {
  const id = derivedId('ten', 'demo', ['lazo']);
  const [owner] = people;
  if (!owner) throw new Error('The demo tenant has nobody.');
  const values = {
    name: 'Comercial Andina',
    country: 'EC',
    currency: 'USD',
    locale: 'es' as const,
    timeZone: 'America/Guayaquil',
  };
  const founder = await foundTenant(runtime, { id, values, owner });
  const key = await workAs(runtime, founder, 'seedDemo', async (context) => {
    const users = new Map<string, string>();
    for (const { role, ...person } of people)
      users.set(role, (await addPerson(context, { ...person, roles: [role] })).id);
    await salesTeam(context, users);
    return issueKey(context, { name: 'Demo', roles: [], user: users.get('administrator') ?? '' }).key;
  });
  return { key, users: people.map(({ email, password, role }) => ({ email, password, role })) };
};

/** The manager leads the seller, so that scope `team` has something to show. */
const salesTeam = async ({ trusted }: Context, users: ReadonlyMap<string, string>): Promise<void> => {
  if (await trusted(Team).findUnique('name', 'Ventas')) return;
  const [manager = '', seller = ''] = [users.get('manager'), users.get('seller')];
  const team = trusted(Team).create({ name: 'Ventas', manager, members: [seller] });
  const members = await trusted(User).getMany([manager, seller]);
  for (const member of members.values()) trusted(User).update(member, { teams: [team.id] });
};

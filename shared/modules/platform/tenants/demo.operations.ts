import { derivedId, type Actor, type Context, type Runtime } from '#kernel';
import { workAs } from '#kernel/work';
import { operatorKey } from '#modules/platform/identity';
import { ApiKey, derivedSecret, issueKey, writeKey } from '#modules/platform/keys';
import { builtInKeys, type BuiltInKey } from '#modules/platform/roles';
import { peopleOf, Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';
import { addPerson, foundTenant } from './found-tenant.operations.ts';

/** What a person needs to try the demo tenant. */
export type Demo = {
  /** An API key that acts for the administrator. */
  readonly key: string;
  /** The operator's key, by which tenants are made, converted, backed up and restored. */
  readonly operatorKey: string;
  readonly users: readonly { readonly email: string; readonly password: string; readonly role: string }[];
};

const names: Readonly<Record<BuiltInKey, string>> = {
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

const values = {
  name: 'Comercial Andina',
  country: 'EC',
  currency: 'USD',
  locale: 'es',
  timeZone: 'America/Guayaquil',
  status: 'ACTIVE',
} as const;

/**
 * Makes the demo tenant: a person of each role, a sales team, and an administrator's API key. Run again it makes the same.
 * It is empty otherwise: what is tried in it can be counted.
 */
export const seedDemo = async (runtime: Runtime): Promise<Demo> => {
  const id = derivedId('ten', 'demo', ['lazo']);
  const owner = { name: names.owner, email: 'owner@demo.lazo.test', password: 'demo-owner' };
  const founder = await foundTenant(runtime, { id, values, owner });
  const key = await workAs(runtime, founder, 'seedDemo', (context) => seedPeople(context, founder));
  return {
    key,
    operatorKey: await operatorKey(runtime),
    users: people.map(({ email, password, role }) => ({ email, password, role })),
  };
};

const seedPeople = async (context: Context, founder: Actor): Promise<string> => {
  const users = new Map<string, string>();
  for (const { role, ...person } of people)
    users.set(role, (await addPerson(context, { ...person, roles: [role] })).id);
  await salesTeam(context, users);
  return demoKey(context, founder.tenant, users.get('administrator') ?? '');
};

/** The manager leads the seller, so that scope `team` has something to show. */
const salesTeam = async ({ trusted }: Context, users: ReadonlyMap<string, string>): Promise<void> => {
  if (await trusted(Team).findUnique('name', 'Ventas')) return;
  const [manager = '', seller = ''] = [users.get('manager'), users.get('seller')];
  const team = trusted(Team).create({ name: 'Ventas', manager, members: [seller] });
  const members = await trusted(User).getMany(peopleOf(team));
  for (const member of members.values()) trusted(User).update(member, { teams: [team.id] });
};

/** The same key however often the demo is made, because its secret follows from the deployment's own. */
const demoKey = async (context: Context, tenant: string, user: string): Promise<string> => {
  const id = derivedId('key', 'demo', [tenant]);
  const secret = derivedSecret(await context.ports.secrets.get('signing'), 'demo');
  if (await context.trusted(ApiKey).find(id)) return writeKey({ tenant, key: id, secret });
  return issueKey(context, { id, secret, name: 'Demo', user }).key;
};

import { systemActor, type AccessRules, type Actor, type Context, type Row, type Runtime } from '#kernel';
import { openReader } from '#kernel/execute';
import { newMeter } from '#kernel/table';
import { rolesOf, rulesOfKeys } from '#modules/platform/roles';
import { Tenant } from '#modules/platform/settings';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';
import { rememberFor } from './cache.operations.ts';

type Person = Row<typeof User>;
type Organisation = Row<typeof Tenant>;

/** Most members of an actor's teams whose records scope `team` reaches (design.md section 8). */
const mostMembers = 50;

/** Reads of a tenant as the product itself. */
export const readerOf = (runtime: Runtime, tenant: string): Context =>
  openReader({ runtime, actor: systemActor(tenant, 'identity'), table: runtime.ports.table, meter: newMeter() })
    .context;

/** The tenant's own row, at most a minute old. */
export const tenantOf = (runtime: Runtime, tenant: string): Promise<Organisation | undefined> =>
  rememberFor(runtime, `tenant ${tenant}`, () => readerOf(runtime, tenant).trusted(Tenant).find(tenant));

/** The product at work in a tenant: with the tenant's language, time zone, country and currency. */
export const actorFor = async (runtime: Runtime, tenant: string, what: string): Promise<Actor> => {
  const row = await tenantOf(runtime, tenant);
  return { ...systemActor(tenant, what), ...(row && customs(row)) };
};

const customs = ({ locale, timeZone, country, currency }: Organisation) => ({ locale, timeZone, country, currency });

/** A person as an actor; undefined when there is no such person, or the person may no longer sign in. */
export const userActor = (runtime: Runtime, tenant: string, user: string): Promise<Actor | undefined> =>
  rememberFor(runtime, `user ${tenant} ${user}`, () => readUser(runtime, tenant, user));

const readUser = async (runtime: Runtime, tenant: string, id: string): Promise<Actor | undefined> => {
  const reader = readerOf(runtime, tenant);
  const [organisation, person] = await Promise.all([tenantOf(runtime, tenant), reader.trusted(User).find(id)]);
  if (!organisation || !person || person.status === 'DEACTIVATED' || person.archivedAt !== undefined) return undefined;
  return personActor(reader, organisation, person);
};

/** What a person is as an actor: language, rights, teams and their members, records read for others. */
export const personActor = async (reader: Context, organisation: Organisation, person: Person): Promise<Actor> => {
  const [rules, teamMembers, granted] = await Promise.all([
    rulesOf(reader, person),
    membersOf(reader, person),
    grantsOf(reader, organisation.id, person.id),
  ]);
  return {
    ...customs(organisation),
    ...(person.locale && { locale: person.locale }),
    ...(person.timeZone !== undefined && { timeZone: person.timeZone }),
    tenant: organisation.id,
    kind: 'user',
    id: person.id,
    userId: person.id,
    rules,
    teams: person.teams,
    teamMembers,
    granted,
    readOnlyTenant: isReadOnly(organisation, reader.clock.now()),
  };
};

/** A trial that has ended reads and does not write. */
const isReadOnly = ({ status, trialEndsAt }: Organisation, now: Date): boolean =>
  status === 'ENDED' || (status === 'TRIAL' && trialEndsAt !== undefined && new Date(trialEndsAt) <= now);

const rulesOf = async (reader: Context, person: Person): Promise<AccessRules> =>
  rulesOfKeys(await rolesOf(reader), person.roles);

const membersOf = async ({ trusted }: Context, person: Person): Promise<readonly string[]> => {
  if (person.teams.length === 0) return [];
  const teams = await trusted(Team).getMany(person.teams);
  const members = [...teams.values()].flatMap((team) => [
    ...team.members,
    ...(team.manager === undefined ? [] : [team.manager]),
  ]);
  return [...new Set(members)].slice(0, mostMembers);
};

/** Records of others that a person may read for now: `grant#<record>#<why>` in the person's own partition. */
const grantsOf = async (
  { ports }: Pick<Context, 'ports'>,
  tenant: string,
  user: string,
): Promise<ReadonlySet<string>> => {
  const { items } = await ports.table.query({ pk: `${tenant}#${user}`, sort: { beginsWith: 'grant#' }, limit: 200 });
  return new Set(items.map(({ sk }) => sk.split('#')[1] ?? ''));
};

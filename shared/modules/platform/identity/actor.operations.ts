import { dayIn, systemActor, type Actor, type Context, type CustomFields, type Runtime } from '#kernel';
import { feedEnd } from '#kernel/feed';
import { openReader } from '#kernel/execute';
import { forget, rememberFor } from '#kernel/remember';
import { newMeter } from '#kernel/table';
import { definitionsOf, readCustomFields } from '#modules/platform/custom-fields';
import { roleHolder, rolesOf, rulesOfKeys } from '#modules/platform/roles';
import { Tenant, type TenantRow } from '#modules/platform/settings';
import { isAbsent, User, type UserRow } from '#modules/platform/users';
import { teamReachOf } from './team-tree.operations.ts';

/** Reads of a tenant as the product itself, metered apart from the request's own. */
export const readerOf = (runtime: Runtime, tenant: string): Context =>
  openReader({ runtime, actor: systemActor(tenant, 'identity'), table: runtime.ports.table, meter: newMeter() })
    .context;

/** A tenant, and how many versions of records it has written where that is limited. */
type Known = { readonly row: TenantRow; readonly changes: number };

/** The tenant's own row, at most a minute old. */
export const tenantOf = (runtime: Runtime, tenant: string): Promise<Known | undefined> =>
  rememberFor(runtime, `tenant ${tenant}`, async () => {
    const row = await readerOf(runtime, tenant).trusted(Tenant).find(tenant);
    return row && { row, changes: row.status === 'TRIAL' ? await changesOf(runtime, tenant) : 0 };
  });

/** The heads of the feed count every version; a trial's limit needs no counter of its own. */
const changesOf = async ({ ports }: Runtime, tenant: string): Promise<number> =>
  (await feedEnd(ports.table, tenant)).reduce((sum, last) => sum + last, 0);

/** Whether everything reads and nothing writes: a trial is over, by time or by use. */
export const isReadOnly = ({ row, changes }: Known, now: Date): boolean => {
  const { status, trialEndsAt, limits } = row;
  if (status !== 'TRIAL') return status === 'ENDED';
  return (
    (trialEndsAt !== undefined && trialEndsAt <= now.toISOString()) ||
    (limits !== undefined && changes >= limits.changes)
  );
};

/** Whether nothing new may begin in the tenant. */
export const isPaused = async (runtime: Runtime, tenant: string): Promise<boolean> => {
  const known = await tenantOf(runtime, tenant);
  return known !== undefined && (known.row.status === 'SUSPENDED' || isReadOnly(known, runtime.clock.now()));
};

const customs = ({ locale, timeZone, country, currency }: TenantRow) => ({ locale, timeZone, country, currency });

/** The product at work in a tenant: with the tenant's language, time zone, country and currency. */
export const actorFor = async (runtime: Runtime, tenant: string, what: string): Promise<Actor> => {
  const [known, own] = await Promise.all([tenantOf(runtime, tenant), customFieldsOf(runtime, tenant)]);
  return { ...systemActor(tenant, what), ...(known && customs(known.row)), ...(own && { customFields: own }) };
};

/** The fields that a tenant has given its entities, at most a minute old unless asked for `fresh`. */
export const customFieldsOf = (
  runtime: Runtime,
  tenant: string,
  fresh?: 'fresh',
): Promise<CustomFields | undefined> => {
  const name = definitionsOf(tenant);
  if (fresh) forget(runtime, name);
  return rememberFor(runtime, name, () => readCustomFields(readerOf(runtime, tenant)));
};

/** A user and what the user is as an actor. */
export type Person = { readonly user: UserRow; readonly actor: Actor };

/** A user as an actor, at most a minute old; undefined where there is none. */
export const personOf = (runtime: Runtime, tenant: string, id: string): Promise<Person | undefined> =>
  rememberFor(
    runtime,
    `user ${tenant} ${id}`,
    async () => {
      const reader = readerOf(runtime, tenant);
      const [row, user] = await Promise.all([reader.trusted(Tenant).find(tenant), reader.trusted(User).find(id)]);
      return row && user && { user, actor: await actorOf(reader, row, user) };
    },
    (person) => person !== undefined,
  );

/** What a user is as an actor: language, rights, teams and their members, records read for others. */
export const actorOf = async (reader: Context, tenant: TenantRow, user: UserRow): Promise<Actor> => {
  const [roles, reach, standsFor, granted] = await Promise.all([
    rolesOf(reader),
    teamReachOf(reader, user),
    absentOnes(reader, tenant, user),
    grantsOf(reader, tenant.id, user),
  ]);
  return {
    ...customs(tenant),
    ...(user.locale && { locale: user.locale }),
    ...(user.timeZone !== undefined && { timeZone: user.timeZone }),
    tenant: tenant.id,
    kind: 'user',
    id: user.id,
    userId: user.id,
    rules: rulesOfKeys(roles, user.roles),
    teams: reach.teams,
    ...(reach.teams.length > reach.own.length && { ownTeams: reach.own }),
    teamMembers: reach.members,
    ...(standsFor.length > 0 && { standsFor }),
    granted,
  };
};

/** People that one stands in for at most. */
const mostAbsent = 20;

/** Those who are absent today and have named the person as their substitute. */
const absentOnes = async (
  { trusted, clock }: Context,
  { timeZone }: TenantRow,
  user: UserRow,
): Promise<readonly string[]> => {
  const { rows } = await trusted(User).page('bySubstitute', { of: user.id, first: mostAbsent });
  return rows.filter((other) => isAbsent(other, dayIn(clock.now(), other.timeZone ?? timeZone))).map(({ id }) => id);
};

/** Records of others that a person, those of a part of the organisation or of a role may read for now: `grant#<record>#<why>`. */
const grantsOf = async (
  { ports }: Pick<Context, 'ports'>,
  tenant: string,
  { id, orgUnit = id, roles }: UserRow,
): Promise<ReadonlySet<string>> => {
  const pages = await Promise.all(
    [...new Set([id, orgUnit, ...roles.map(roleHolder)])].map((holder) =>
      ports.table.query({ pk: `${tenant}#${holder}`, sort: { beginsWith: 'grant#' }, limit: 200 }),
    ),
  );
  return new Set(pages.flatMap(({ items }) => items.map(({ sk }) => sk.split('#')[1] ?? '')));
};

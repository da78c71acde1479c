import {
  creation,
  change,
  DomainError,
  integer,
  list,
  mutation,
  optional,
  ref,
  text,
  type Context,
  type Row,
} from '#kernel';
import { assertGrantable, rolesOf, rulesOfKeys } from '#modules/platform/roles';
import { Tenant } from '#modules/platform/settings';
import { Team } from '#modules/platform/teams';
import { addMembership } from './membership.operations.ts';
import { User } from './user.entity.ts';

const rolesInput = list(text({ max: 40 }), {
  max: 10,
  describes: 'Keys of the roles: `seller`, `manager`, or own ones.',
});
const version = integer({ min: 1, describes: 'The version that the change was made on.' });

/** Only roles that there are, and none that gives more than the caller holds. */
const assertRoles = async (context: Context, keys: readonly string[]): Promise<void> => {
  const known = await rolesOf(context);
  const unknown = keys.find((key) => !known.has(key));
  if (unknown !== undefined)
    throw new DomainError('ROLE_NOT_FOUND', `There is no role ${unknown}; there are ${[...known.keys()].join(', ')}.`, [
      'roles',
    ]);
  assertGrantable(context, rulesOfKeys(known, keys));
};

export const inviteUser = creation(User, 'inviteUser', {
  describes:
    'Lets a person work with the product: the sign-in service sends an invitation, and the roles count from then on.',
  needs: 'user.invite',
  input: {
    roles: rolesInput,
    teams: optional(list(ref('Team'), { max: 20, describes: 'The teams that the person joins.' })),
  },
  returns: User,
  fails: ['ROLE_NOT_FOUND', 'LIMIT_REACHED'],
  run: async ({ values, roles, teams = [] }, context) => {
    await assertRoles(context, roles);
    const { ports, actor } = context;
    const user = context.trusted(User).create({ ...values, roles, teams });
    await joinTeams(context, user.id, teams);
    await noteOwner(context, user.id, roles);
    const identity = await ports.identities.invite({ email: values.email, name: values.name });
    await addMembership(ports, identity, { tenant: actor.tenant, user: user.id });
    return user;
  },
});

/** A team lists its members; both sides are written together. */
const joinTeams = async ({ trusted }: Context, user: string, teams: readonly string[]): Promise<void> => {
  for (const team of (await trusted(Team).getMany(teams)).values()) {
    if (!team.members.includes(user)) trusted(Team).update(team, { members: [...team.members, user] });
  }
};

/** The tenant knows its owners, so that the last one is not lost. */
const noteOwner = async ({ trusted, actor }: Context, user: string, roles: readonly string[]): Promise<void> => {
  const tenant = await trusted(Tenant).get(actor.tenant);
  const others = (tenant.owners ?? []).filter((owner) => owner !== user);
  const owners = roles.includes('owner') ? [...others, user] : others;
  if (owners.length === 0 && (tenant.owners ?? []).length > 0)
    throw new DomainError('LAST_OWNER', 'A tenant keeps at least one owner.', ['id']);
  trusted(Tenant).update(tenant, { owners });
};

export const updateUser = change(User, 'updateUser', {
  describes:
    'Changes a person: absent fields stay, null clears. Roles, teams and status change by operations of their own.',
  needs: 'user.update',
  input: { id: ref('User', { describes: 'Which person.' }), version },
  returns: User,
  fails: ['EMAIL_IS_IDENTITY', 'CYCLE'],
  run: async ({ id, changes }, { data }) => {
    const row = await data(User).get(id);
    if (changes.email !== undefined && changes.email !== row.email)
      throw new DomainError('EMAIL_IS_IDENTITY', 'A person signs in with this address; invite the new one instead.', [
        'email',
      ]);
    if (changes.manager === id || changes.substitute === id)
      throw new DomainError('CYCLE', 'Nobody is one’s own manager or substitute.', ['manager']);
    return data(User).update(row, changes);
  },
});

export const assignRoles = mutation('assignRoles', {
  describes: 'Gives a person these roles instead of those before. They count within a minute.',
  needs: 'user.assignRoles',
  input: { id: ref('User', { describes: 'Whom.' }), version: optional(version), roles: rolesInput },
  returns: User,
  fails: ['ROLE_NOT_FOUND', 'LAST_OWNER'],
  run: async ({ id, roles }, context) => {
    const row = await context.data(User).get(id);
    await assertRoles(context, [...new Set([...roles, ...row.roles])]);
    await noteOwner(context, id, roles);
    return context.trusted(User).update(row, { roles }, { event: 'user.rolesAssigned' });
  },
});

export const assignTeams = mutation('assignTeams', {
  describes: 'Puts a person into these teams instead of those before.',
  needs: 'user.assignTeams',
  input: {
    id: ref('User', { describes: 'Whom.' }),
    version: optional(version),
    teams: list(ref('Team'), { max: 20, describes: 'The teams.' }),
  },
  returns: User,
  run: async ({ id, teams }, context) => {
    const { trusted } = context;
    const row = await context.data(User).get(id);
    const left = row.teams.filter((team) => !teams.includes(team));
    for (const team of (await trusted(Team).getMany(left)).values())
      trusted(Team).update(team, { members: team.members.filter((member) => member !== id) });
    await joinTeams(context, id, teams);
    return trusted(User).update(row, { teams }, { event: 'user.teamsAssigned' });
  },
});

const own = { id: ref('User', { describes: 'Which person.' }), version: optional(version) };

export const deactivateUser = mutation('deactivateUser', {
  describes: 'Ends a person’s access within a minute. What the person did and owns stays, to be handed over.',
  needs: 'user.deactivate',
  input: own,
  returns: User,
  fails: ['LAST_OWNER', 'NOT_YOURSELF'],
  run: async ({ id }, context) => {
    if (id === context.actor.userId)
      throw new DomainError('NOT_YOURSELF', 'Somebody else must end your access.', ['id']);
    const row: Row<typeof User> = await context.data(User).get(id);
    await noteOwner(context, id, []);
    return context.trusted(User).move(row, 'DEACTIVATED');
  },
});

export const reactivateUser = mutation('reactivateUser', {
  describes: 'Gives a person access again, with the roles from before.',
  needs: 'user.deactivate',
  input: own,
  returns: User,
  fails: ['ROLE_NOT_FOUND'],
  run: async ({ id }, context) => {
    const row = await context.data(User).get(id);
    await assertRoles(context, row.roles);
    await noteOwner(context, id, row.roles);
    return context.trusted(User).move(row, 'ACTIVE', {}, { event: 'user.reactivated' });
  },
});

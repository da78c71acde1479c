import {
  boolean,
  choice,
  list,
  mayDo,
  optional,
  query,
  record,
  records,
  scopes,
  signedIn,
  text,
  object,
  actions,
  scopeOf,
} from '#kernel';
import { namedPermissions } from '#modules/platform/roles';
import { Tenant } from '#modules/platform/settings';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';

const scope = (describes: string) => choice(scopes, { named: 'AccessScope', describes });

const rightFields = {
  entity: text({ describes: 'The kind of record.' }),
  create: scope('For whom one may make them.'),
  read: scope('Whose one may read.'),
  update: scope('Whose one may change.'),
  archive: scope('Whose one may archive.'),
};

export const me = query('me', {
  describes: 'Who is signed in, in which tenant, and what that person or key may do.',
  needs: signedIn,
  input: {},
  returns: {
    user: optional(record(User, 'The person; absent for keys that act for nobody.')),
    actor: text({ describes: 'How the audit trail names the actor: a user, or an API key.' }),
    tenant: optional(record(Tenant, 'The tenant; absent for the operator.')),
    teams: records(Team, 'The person’s teams.'),
    rights: list(object('EntityRight', rightFields), {
      max: 500,
      describes: 'What one may do with each kind of record.',
    }),
    isReadOnly: boolean({ describes: 'Whether the trial has ended: everything reads, nothing writes.' }),
    permissions: list(text(), { max: 2000, describes: 'The named operations that one may call.' }),
  },
  run: async (_, { actor, trusted, registry }) => {
    const [tenant, user, teams] = await Promise.all([
      trusted(Tenant).find(actor.tenant),
      actor.userId === undefined ? undefined : trusted(User).find(actor.userId),
      trusted(Team).getMany(actor.ownTeams ?? actor.teams),
    ]);
    const entities = [...registry.entities.values()].filter(({ internal }) => !internal);
    return {
      ...(user && { user }),
      actor: actor.id,
      ...(tenant && { tenant }),
      teams: [...teams.values()],
      rights: entities.map(({ name }) => ({
        entity: name,
        ...(Object.fromEntries(actions.map((action) => [action, scopeOf(actor, name, action)])) as Record<
          (typeof actions)[number],
          (typeof scopes)[number]
        >),
      })),
      isReadOnly: actor.readOnlyTenant === true,
      permissions: namedPermissions(registry).filter((permission) => mayDo(actor, permission)),
    };
  },
});

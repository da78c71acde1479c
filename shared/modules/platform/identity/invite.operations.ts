import { creation, DomainError, list, optional, ref, text, type Context, type DraftOf } from '#kernel';
import { queueMail } from '#modules/platform/mail-out';
import { grantableRules } from '#modules/platform/roles';
import { Tenant } from '#modules/platform/settings';
import { moveToTeams } from '#modules/platform/teams';
import { assertRoomForUser, noteOwner, User, type UserRow } from '#modules/platform/users';
import { keepMembership } from './membership.operations.ts';

/** A person to be let in. */
export type Newcomer = Omit<DraftOf<typeof User>, 'roles' | 'teams'> & {
  readonly roles: readonly string[];
  readonly teams?: readonly string[];
  /** Only where nobody could read a mail: the demo. */
  readonly password?: string;
};

/** Makes a user with an account at the sign-in service. The membership is written once the user is. */
export const admit = async (context: Context, { password, teams = [], ...person }: Newcomer): Promise<UserRow> => {
  const { trusted, ports, actor } = context;
  const { email, name } = person;
  const { isNew, ...identity } = await ports.identities.invite({
    ...{ email, name },
    ...(password !== undefined && { password }),
  });
  const user = trusted(User).create({ ...person, ...identity, teams: [] }, { event: 'user.invited' });
  await moveToTeams(context, user.id, [], teams);
  await noteOwner(context, user.id, user.roles);
  if (!isNew && password === undefined) await tellAdded(context, user);
  const admitted = teams.length === 0 ? user : trusted(User).update(user, { teams: [...new Set(teams)] });
  context.afterCommit(() => keepMembership(ports, actor.tenant, admitted));
  return admitted;
};

/** Whom the sign-in service knows gets no invitation from it: that there is one more tenant, we tell ourselves. */
const tellAdded = async (context: Context, { email, name, locale }: UserRow): Promise<void> => {
  const { trusted, actor, ports } = context;
  const tenant = await trusted(Tenant).find(actor.tenant);
  const data = { name, email, url: ports.addresses.publicUrl() };
  const order = { to: [email], template: 'user-added', data, locale: locale ?? tenant?.locale ?? actor.locale };
  try {
    await queueMail(context, order);
  } catch (error) {
    // An address that mail does not reach may still sign in.
    if (!(error instanceof DomainError && error.code === 'SUPPRESSED')) throw error;
  }
};

export const inviteUser = creation(User, 'inviteUser', {
  describes:
    'Lets a person work with the product: the sign-in service sends the invitation, to those who have an account there already we write that they were added; and roles and teams count from then on. They may not be more than you hold yourself.',
  needs: 'user.invite',
  input: {
    roles: list(text({ max: 40 }), { max: 10, describes: 'Keys of roles, built in or own ones: `seller`.' }),
    teams: optional(list(ref('Team'), { max: 20, describes: 'The teams that the person joins.' })),
  },
  returns: User,
  fails: ['UNKNOWN_ROLE', 'LIMIT_REACHED'],
  async run({ values, roles, teams }, context) {
    await grantableRules(context, roles);
    await assertRoomForUser(context);
    // Before the sign-in service hears of it.
    if (await context.trusted(User).findUnique('email', values.email))
      throw new DomainError('NOT_UNIQUE', 'Another User has this email.', ['email']);
    return admit(context, { ...values, roles: [...new Set(roles)], ...(teams && { teams }) });
  },
});

import {
  change,
  choice,
  date,
  DomainError,
  forbidden,
  list,
  mayDo,
  mutation,
  optional,
  phone,
  readOn,
  ref,
  signedIn,
  text,
  versionInput,
  type Context,
} from '#kernel';
import { assertGrantable, grantableRules, Role, rolesOf, rulesOfKeys } from '#modules/platform/roles';
import { mostLevels } from './managers.operations.ts';
import { noteOwner } from './owners.operations.ts';
import { User, type UserRow } from './user.entity.ts';

/** The version that a change was made on. */

/** Reads upwards to the top. Two changes at once cannot close a circle: each depends on those above as they were. */
const assertNoCircle = async ({ trusted }: Context, user: UserRow): Promise<void> => {
  let boss = user.manager;
  for (let count = 0; boss !== undefined && count < mostLevels; count += 1) {
    if (boss === user.id)
      throw new DomainError('CYCLE', 'Nobody reports to a person who reports to them.', ['manager']);
    const above: UserRow | undefined = await trusted(User).find(boss);
    if (above) trusted(User).hold(above);
    boss = above?.manager;
  }
};

export const updateUser = change(User, 'updateUser', {
  describes:
    'Changes a person: absent fields stay, null clears. Roles, teams and status change by operations of their own. A new e-mail address is where mails go; the person signs in with the same account as before.',
  needs: 'user.update',
  input: { id: ref('User', { describes: 'Which person.' }), version: optional(versionInput) },
  returns: User,
  fails: ['CYCLE'],
  async run({ id, changes }, context) {
    const before = await context.data(User).get(id);
    const after = context.data(User).update(before, changes);
    if (after.manager !== before.manager) await assertNoCircle(context, after);
    return after;
  },
});

/** The person who is signed in, or for whom the key acts. */
const ownUser = ({ actor, trusted }: Context): Promise<UserRow> => {
  if (actor.userId === undefined) throw forbidden('This key acts for nobody.');
  return trusted(User).get(actor.userId);
};

export const updateMyProfile = mutation('updateMyProfile', {
  describes: 'Changes what everybody says about themselves: name, phone, language, time zone. Absent fields stay.',
  needs: signedIn,
  input: {
    name: optional(text({ min: 1, max: 120, describes: 'First and last name.' })),
    phone: optional(phone({ describes: 'Where colleagues reach you.' })),
    jobTitle: optional(text({ max: 100, describes: 'What you do.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'Your language.' })),
    timeZone: optional(text({ max: 60, describes: 'IANA name of your time zone.' })),
  },
  returns: User,
  run: async (changes, context) => context.trusted(User).update(await ownUser(context), changes),
});

export const setAbsence = mutation('setAbsence', {
  describes:
    'Says from when until when a person is away and who does the work meanwhile; without days the person is back. Everybody for themselves; for others with the right to change them.',
  needs: signedIn,
  input: {
    user: optional(ref('User', { describes: 'Who is away; oneself when not said.' })),
    from: optional(date({ describes: 'The first day.' })),
    until: optional(date({ describes: 'The last day; until further notice when not said.' })),
    substitute: optional(ref('User', { describes: 'Who does the work meanwhile.' })),
  },
  returns: User,
  async run({ user, from, until, substitute }, context) {
    const isOther = user !== undefined && user !== context.actor.userId;
    if (isOther && !mayDo(context.actor, 'user.update'))
      throw forbidden('setAbsence for others needs the permission user.update.');
    const row = isOther ? await context.data(User).get(user) : await ownUser(context);
    const absence = { absentFrom: from ?? null, absentUntil: until ?? null, substitute: substitute ?? null };
    return context.trusted(User).update(row, absence, { event: 'user.absenceChanged' });
  },
});

export const assignRoles = mutation('assignRoles', {
  describes:
    'Gives a person these roles instead of those before; they count within a minute. Neither may be more than you hold yourself, and the tenant keeps an owner.',
  needs: 'user.assignRoles',
  input: {
    id: ref('User', { describes: 'Whom.' }),
    version: optional(versionInput),
    roles: list(text({ max: 40 }), { max: 10, describes: 'Keys of roles, built in or own ones.' }),
  },
  returns: User,
  fails: ['UNKNOWN_ROLE', 'LAST_OWNER'],
  async run({ id, roles }, context) {
    const row = await context.data(User).get(id);
    await grantableRules(context, roles);
    assertGrantable(context, rulesOfKeys(await rolesOf(context), row.roles));
    await noteOwner(context, id, roles);
    return context.trusted(User).update(row, { roles: [...new Set(roles)] }, { event: 'user.rolesAssigned' });
  },
});

/** Most people of a tenant. */
export const mostPeople = 5000;

/** Those who may sign in and have this role. */
export const holdersOf = async ({ trusted }: Pick<Context, 'trusted'>, role: string): Promise<readonly UserRow[]> => {
  const { rows } = await readOn((asked) => trusted(User).page('byName', asked), mostPeople);
  return rows.filter(({ roles, status }) => status !== 'DEACTIVATED' && roles.includes(role));
};

export const archiveRole = mutation('archiveRole', {
  describes: 'Takes a role of the own out of use, once nobody has it any more.',
  needs: 'role.archive',
  input: { id: ref('Role', { describes: 'Which one.' }), version: optional(versionInput) },
  returns: Role,
  fails: ['IN_USE'],
  async run({ id }, context) {
    const role = await context.data(Role).get(id);
    const [holder] = await holdersOf(context, role.key);
    if (holder) throw new DomainError('IN_USE', `${holder.name} has the role ${role.name}.`, ['id']);
    return context.data(Role).archive(role);
  },
});

import { boolean, DomainError, mutation, optional, record, ref, versionInput, type Context } from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { assertGrantable, rolesOf, rulesOfKeys } from '#modules/platform/roles';
import { handOverWork as handOver, openWorkOf } from './hand-over.jobs.ts';
import { assertRoomForUser, noteOwner } from './owners.operations.ts';
import { User, type UserRow } from './user.entity.ts';
import { workInWords } from './user.rules.ts';

const which = {
  id: ref('User', { describes: 'Which person.' }),
  version: optional(versionInput),
};

/** Somebody who can work: here, and still with us. */
const successor = async ({ data }: Context, id: string, from: string): Promise<UserRow> => {
  const user = await data(User).get(id);
  if (user.status === 'DEACTIVATED' || id === from)
    throw new DomainError('NOT_AVAILABLE', `${user.name} cannot take over.`, ['handOverTo']);
  return user;
};

/** Nobody has power over a person who may do more. */
const assertAbove = async (context: Context, user: UserRow): Promise<void> => {
  assertGrantable(context, rulesOfKeys(await rolesOf(context), user.roles));
};

export const deactivateUser = mutation('deactivateUser', {
  describes:
    'Ends a person’s access within a minute. Open work must be given to somebody, or there must be none; what the person did stays.',
  needs: 'user.deactivate',
  input: {
    ...which,
    handOverTo: optional(ref('User', { describes: 'Who takes over the open work, by a job.' })),
    closedToo: optional(
      boolean({ describes: 'Whether closed records are handed over too: won business, work that is done.' }),
    ),
  },
  returns: { user: record(User, 'The person.'), job: optional(record(Job, 'The job that hands the work over.')) },
  fails: ['LAST_OWNER', 'NOT_YOURSELF', 'OPEN_WORK', 'NOT_AVAILABLE'],
  async run({ id, handOverTo, closedToo }, context) {
    if (id === context.actor.userId)
      throw new DomainError('NOT_YOURSELF', 'Somebody else must end your access.', ['id']);
    const user = await context.data(User).get(id);
    await assertAbove(context, user);
    await noteOwner(context, id, []);
    const open = await openWorkOf(context, id);
    if (open.size > 0 && handOverTo === undefined) {
      throw new DomainError('OPEN_WORK', `${user.name} still has ${workInWords(open)}; say who takes over.`, [
        'handOverTo',
      ]);
    }
    const job =
      handOverTo === undefined
        ? undefined
        : startJob(context, handOver, { from: id, to: (await successor(context, handOverTo, id)).id, closedToo });
    return { user: context.trusted(User).move(user, 'DEACTIVATED'), ...(job && { job }) };
  },
});

export const reactivateUser = mutation('reactivateUser', {
  describes: 'Gives a person access again, with the roles from before.',
  needs: 'user.deactivate',
  input: which,
  returns: User,
  fails: ['UNKNOWN_ROLE', 'LIMIT_REACHED'],
  async run({ id }, context) {
    const user = await context.data(User).get(id);
    await assertAbove(context, user);
    await assertRoomForUser(context);
    await noteOwner(context, id, user.roles);
    return context.trusted(User).move(user, 'ACTIVE', {}, { event: 'user.reactivated' });
  },
});

export const handOverWork = mutation('handOverWork', {
  describes:
    'Gives the work of a person to somebody else, by a job: every record that has an owner, the teams and units that the person leads, who reports to them, what they are to decide. `undo` with its correlation id takes it back for seven days; what was changed since stays.',
  needs: 'user.handOver',
  input: {
    from: ref('User', { describes: 'Whose work.' }),
    to: ref('User', { describes: 'Who takes over.' }),
    closedToo: optional(
      boolean({ describes: 'Whether closed records are handed over too: won business, work that is done.' }),
    ),
  },
  returns: Job,
  fails: ['NOT_AVAILABLE'],
  async run({ from, to, closedToo }, context) {
    await context.data(User).get(from);
    return startJob(context, handOver, { from, to: (await successor(context, to, from)).id, closedToo });
  },
});

import {
  boolean,
  choice,
  DomainError,
  dateTime,
  integer,
  list,
  mayTouch,
  mutation,
  notFound,
  object,
  optional,
  query,
  readOn,
  records,
  ref,
  text,
  versionInput,
  type Context,
  type Row,
} from '#kernel';
import { OrgUnit } from '#modules/platform/organisation';
import { roleHolder, rolesOf } from '#modules/platform/roles';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';
import { Activity } from './activity.entity.ts';
import { aboveUnit } from './managers.operations.ts';
import { queueOf } from './queue.rules.ts';

type Work = Row<typeof Activity>;

/** What is read of each queue. */
export const mostWaiting = 500;

/** A queue that the actor takes work from. */
type Queue = { readonly id: string; readonly kind: 'TEAM' | 'DEPARTMENT' | 'ROLE'; readonly name: string };

/** The queues that the actor takes work from: of the teams, of the own part of the organisation, of the roles. */
export const queuesOf = async ({ trusted, actor }: Context): Promise<readonly string[]> => {
  const user = actor.userId === undefined ? undefined : await trusted(User).find(actor.userId);
  return [
    ...actor.teams,
    ...(user?.orgUnit === undefined ? [] : [user.orgUnit]),
    ...(user?.roles ?? []).map(roleHolder),
  ];
};

/** What waits in a queue, what is due first at the front. */
export const waitingIn = (
  { trusted }: Context,
  of: string,
): Promise<{ readonly rows: readonly Work[]; readonly isComplete: boolean }> =>
  readOn((page) => trusted(Activity).page('byOwner', { of, ...page }), mostWaiting);

/** @throws UNKNOWN_ROLE when nobody of the tenant can have the role */
export const assertRole = async (context: Context, role: string | null | undefined): Promise<void> => {
  if (role === undefined || role === null || (await rolesOf(context)).has(role)) return;
  throw new DomainError('UNKNOWN_ROLE', `There is no role ${role}.`, ['role']);
};

const mayTake = async (context: Context, { queue, escalatedTo }: Work): Promise<boolean> => {
  const { actor } = context;
  if (actor.userId === undefined || queue === undefined) return false;
  if (escalatedTo === actor.userId || actor.rules.entities[Activity.name]?.update === 'all') return true;
  return (await queuesOf(context)).includes(queue);
};

/** What is done or dropped belongs to whoever did it. */
const assertPlanned = ({ id, status }: Work): void => {
  if (status === 'PLANNED') return;
  throw new DomainError('INVALID_STATE', `${id} is ${status}; only planned activities are given to others.`, ['id']);
};

export const claimActivity = mutation('claimActivity', {
  describes:
    'Takes an activity that waits for one of my teams, my part of the organisation or one of my roles, or that was escalated to me.',
  needs: 'activity.claim',
  input: { id: ref('Activity', { describes: 'Which one.' }), version: optional(versionInput) },
  returns: Activity,
  fails: ['ALREADY_TAKEN'],
  run: async ({ id }, context) => {
    const { trusted, actor } = context;
    const row = await trusted(Activity).get(id);
    if (actor.userId === undefined || !(await mayTake(context, row))) throw notFound('Activity', id);
    assertPlanned(row);
    if (row.owner !== undefined) throw new DomainError('ALREADY_TAKEN', 'Somebody else has taken it.', ['id']);
    return trusted(Activity).update(row, { owner: actor.userId }, { event: 'activity.claimed' });
  },
});

/** Who leads where it waits, and whom it was escalated to, give it to others though it is nobody's yet. */
const maySteer = async (context: Context, row: Work): Promise<boolean> => {
  const { actor } = context;
  if (mayTouch(actor, Activity, row, 'update')) return true;
  if (actor.userId === undefined) return false;
  if (row.escalatedTo === actor.userId) return true;
  if (row.owner !== undefined) return false;
  if (row.department !== undefined && (await aboveUnit(context, row.department)).includes(actor.userId)) return true;
  return row.queue !== undefined && (await queuesOf(context)).includes(row.queue);
};

export const reassignActivities = mutation('reassignActivities', {
  describes:
    'Gives up to 50 planned activities to another person, or to the queue of a team, a department or a role, at once; all or none.',
  needs: 'activity.reassign',
  input: {
    ids: list(ref('Activity'), { max: 50, describes: 'Which ones.' }),
    owner: optional(ref('User', { describes: 'Who does them now.' })),
    team: optional(ref('Team', { describes: 'Which team does them now.' })),
    department: optional(ref('OrgUnit', { describes: 'Which part of the organisation does them now.' })),
    role: optional(text({ max: 40, describes: 'The key of the role whose people do them now.' })),
  },
  returns: { activities: records(Activity, 'As they are now, in the order asked.') },
  fails: ['UNKNOWN_ROLE'],
  run: async ({ ids, owner, ...queue }, context) => {
    const isQueued = queueOf(queue) !== undefined;
    if (owner === undefined && !isQueued)
      throw new DomainError('BAD_INPUT', 'Name a person, a team, a department or a role.', ['owner']);
    await assertRole(context, queue.role);
    const rows = await context.trusted(Activity).getMany(ids);
    const place = isQueued ? { team: null, department: null, role: null, ...queue } : {};
    const holder = { owner: owner ?? null, ...place, delegatedBy: null, delegation: null };
    const activities: Work[] = [];
    for (const id of ids) {
      const row = rows.get(id);
      if (!row || !(await maySteer(context, row))) throw notFound('Activity', id);
      assertPlanned(row);
      activities.push(context.trusted(Activity).update(row, holder, { event: 'activity.reassigned' }));
    }
    return { activities };
  },
});

const queueFields = {
  queue: text({ describes: 'The id of the team or of the part of the organisation, or `role:<key>`.' }),
  kind: choice(['TEAM', 'DEPARTMENT', 'ROLE'], { named: 'QueueKind', describes: 'Whose queue it is.' }),
  name: text({ describes: 'What people call it.' }),
  waiting: integer({ describes: 'How many activities wait, up to 500.' }),
  isComplete: boolean({ describes: 'Whether all were counted.' }),
  oldest: optional(dateTime({ describes: 'Since when the one that waits longest is to be done.' })),
  next: records(Activity, 'What waits, what is due first at the front; at most 25.'),
};

export const workQueues = query('workQueues', {
  describes:
    'The queues that one takes work from - of the teams, of the own part of the organisation, of the roles - or leads, with what waits in each.',
  needs: 'activity.read',
  input: {},
  returns: { queues: list(object('WorkQueue', queueFields), { max: 50, describes: 'The queues.' }) },
  run: async (_input, context) => ({
    queues: await Promise.all((await namedQueues(context)).map((queue) => stateOf(context, queue))),
  }),
});

/** The parts of the organisation that the actor leads. */
const ledBy = async ({ trusted, actor }: Context): Promise<readonly string[]> => {
  if (actor.userId === undefined) return [];
  const { rows } = await trusted(OrgUnit).page('byManager', { of: actor.userId, first: 20 });
  return rows.map(({ id }) => id);
};

const namedQueues = async (context: Context): Promise<readonly Queue[]> => {
  const { trusted } = context;
  const ids = (await Promise.all([queuesOf(context), ledBy(context)])).flat();
  const [teams, units, roles] = await Promise.all([
    trusted(Team).getMany(ids.filter((id) => id.startsWith(Team.idPrefix))),
    trusted(OrgUnit).getMany(ids.filter((id) => id.startsWith(OrgUnit.idPrefix))),
    rolesOf(context),
  ]);
  return [
    ...[...teams.values()].map(({ id, name }) => ({ id, kind: 'TEAM', name }) as const),
    ...[...units.values()].map(({ id, name }) => ({ id, kind: 'DEPARTMENT', name }) as const),
    ...[...roles.values()]
      .map(({ key, name }) => ({ id: roleHolder(key), kind: 'ROLE', name }) as const)
      .filter(({ id }) => ids.includes(id)),
  ];
};

const stateOf = async (context: Context, { id, kind, name }: Queue) => {
  const { rows, isComplete } = await waitingIn(context, id);
  const [first] = rows;
  return {
    ...{ queue: id, kind, name, waiting: rows.length, isComplete, next: rows.slice(0, 25) },
    ...(first && { oldest: first.agendaAt }),
  };
};

import { date, DomainError, list, mutation, optional, ref, type Context } from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { reassignPlanned, type Reassignment } from './reassign-work.jobs.ts';

export const reassignWork = mutation('reassignWork', {
  describes:
    'Gives much planned work to another person or team by a job: up to 1,000 named activities, or all that a person has planned, of some types and days. `undoJob` takes it back.',
  needs: 'activity.reassign',
  input: {
    ids: optional(list(ref('Activity'), { max: 1000, describes: 'Which ones.' })),
    from: optional(ref('User', { describes: 'Or all of this person’s.' })),
    types: optional(list(ref('ActivityType'), { max: 50, describes: 'Of these types only.' })),
    since: optional(date({ describes: 'From this day on only.' })),
    until: optional(date({ describes: 'Until this day only.' })),
    owner: optional(ref('User', { describes: 'Who does it now.' })),
    team: optional(ref('Team', { describes: 'Which team does it now.' })),
  },
  returns: Job,
  run: ({ since, until, ...input }, context) => {
    assertOneSource(input);
    if (input.owner === undefined && input.team === undefined)
      throw new DomainError('BAD_INPUT', 'Name a person or a team.', ['owner']);
    const given = { ...input, ...momentsOf(context, since, until), by: context.actor.id };
    return Promise.resolve(startJob(context, reassignPlanned, given));
  },
});

const assertOneSource = ({ ids, from, owner }: Pick<Reassignment, 'ids' | 'from' | 'owner'>): void => {
  if ((ids === undefined) === (from === undefined))
    throw new DomainError('BAD_INPUT', 'Name either activities, or the person whose they are.', ['ids']);
  if (from !== undefined && from === owner)
    throw new DomainError('BAD_INPUT', 'They are this person’s already.', ['owner']);
};

const momentsOf = ({ actor: { timeZone } }: Context, since: string | undefined, until: string | undefined) => ({
  ...(since !== undefined && { since: dayStart(since, timeZone) }),
  ...(until !== undefined && { until: dayStart(dayAfter(until), timeZone) }),
});

import { DomainError, mutation, optional, ref, text, versionInput, type Context, type Row } from '#kernel';
import { Activity } from './activity.entity.ts';

const own = {
  id: ref('Activity', { describes: 'Which one.' }),
  version: optional(versionInput),
};

export const delegateActivity = mutation('delegateActivity', {
  describes:
    'Asks a colleague to do an activity. The colleague accepts or declines, and meanwhile may read the records that it is about.',
  needs: 'activity.delegate',
  input: {
    ...own,
    to: ref('User', { describes: 'Whom one asks.' }),
    note: optional(text({ describes: 'What to say with it.' })),
  },
  returns: Activity,
  fails: ['NOT_YOURS'],
  run: async ({ id, to, note }, { data, trusted, actor }) => {
    const row = await data(Activity).get(id);
    if (actor.userId === undefined || row.owner !== actor.userId)
      throw new DomainError('NOT_YOURS', 'Only who does an activity can delegate it.', ['id']);
    if (to === actor.userId) throw new DomainError('BAD_INPUT', 'One cannot delegate to oneself.', ['to']);
    const changes = {
      owner: to,
      delegatedBy: actor.userId,
      delegation: 'ASKED' as const,
      delegationNote: note ?? null,
    };
    return trusted(Activity).update(row, changes, { event: 'activity.delegated' });
  },
});

/** The activity, if it was delegated to the actor and waits for an answer. @throws NOT_ASKED */
const askedOf = async (id: string, { data, actor }: Context): Promise<Row<typeof Activity>> => {
  const row = await data(Activity).get(id);
  if (row.delegation === 'ASKED' && row.owner === actor.userId) return row;
  throw new DomainError('NOT_ASKED', 'Nobody asked you to do this, or you have answered.', ['id']);
};

export const acceptDelegation = mutation('acceptDelegation', {
  describes: 'Takes on an activity that a colleague delegated.',
  needs: 'activity.delegate',
  input: own,
  returns: Activity,
  fails: ['NOT_ASKED'],
  run: async ({ id }, context) => {
    const row = await askedOf(id, context);
    return context.data(Activity).update(row, { delegation: 'ACCEPTED' }, { event: 'activity.delegationAccepted' });
  },
});

export const declineDelegation = mutation('declineDelegation', {
  describes: 'Gives an activity back to the colleague who delegated it.',
  needs: 'activity.delegate',
  input: { ...own, reason: optional(text({ describes: 'Why.' })) },
  returns: Activity,
  fails: ['NOT_ASKED'],
  run: async ({ id, reason }, context) => {
    const row = await askedOf(id, context);
    const back = { owner: row.delegatedBy ?? null, delegation: 'DECLINED' as const, delegationNote: reason ?? null };
    return context.trusted(Activity).update(row, back, { event: 'activity.delegationDeclined' });
  },
});

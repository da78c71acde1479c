import { reaction, type Context, type Row } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { tell } from './invitation-mail.operations.ts';
import { timesOf } from './invitation.operations.ts';
import { differenceOf } from './invitation.rules.ts';
import { Invitation, invitationId, type InvitationRow } from './invitation.entity.ts';

/** Whoever is invited hears of what becomes of the activity. */
export const followInvited = reaction('followInvited', {
  describes: 'Tells those who are invited that an activity was moved, changed or dropped.',
  on: ['activity.*'],
  run: async (event, context) => {
    const invitation = await context.trusted(Invitation).find(invitationId(event.record.id));
    if (invitation?.status !== 'SENT') return;
    const work = await context.trusted(Activity).get(event.record.id);
    const isOff = work.status === 'DROPPED' || work.archivedAt !== undefined || work.startsAt === undefined;
    if (isOff) await cancel(context, work, invitation);
    else if (work.status === 'PLANNED') await announce(context, work, invitation);
  },
});

const cancel = async (context: Context, { owner }: Row<typeof Activity>, invitation: InvitationRow): Promise<void> => {
  const cancelled = context.trusted(Invitation).move(invitation, 'CANCELLED', { sequence: invitation.sequence + 1 });
  const coming = cancelled.attendees.filter(({ status }) => status !== 'DECLINED');
  await tell(context, cancelled, coming, { method: 'CANCEL', owner });
};

const announce = async (context: Context, work: Row<typeof Activity>, invitation: InvitationRow): Promise<void> => {
  const now = timesOf(work);
  const difference = differenceOf(invitation, now);
  if (!difference) return;
  const changed = context.trusted(Invitation).update(
    invitation,
    {
      ...now,
      location: now.location ?? null,
      ...(difference === 'time' && { sequence: invitation.sequence + 1, attendees: askedAnew(invitation) }),
    },
    { event: 'invitation.changed' },
  );
  await tell(context, changed, changed.attendees, { method: 'REQUEST', owner: work.owner });
};

const askedAnew = ({ attendees }: InvitationRow): InvitationRow['attendees'] =>
  attendees.map(({ repliedAt: _at, comment: _comment, ...each }) => ({ ...each, status: 'NEEDS_ACTION' as const }));

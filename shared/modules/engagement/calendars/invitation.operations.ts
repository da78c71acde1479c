import {
  choice,
  DomainError,
  email,
  forbidden,
  longText,
  mayTouch,
  mutation,
  optional,
  ref,
  text,
  type Context,
  type Row,
} from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { inviting, uninvite, withNewcomers } from './attendees.operations.ts';
import { calendarsIn, readReply, type Reply } from './icalendar.operations.ts';
import { isReplyAddress, tell, uidOf } from './invitation-mail.operations.ts';
import { Invitation, invitationId, type InvitationRow } from './invitation.entity.ts';
import { answered, type Answer } from './invitation.rules.ts';

const activity = ref('Activity', { describes: 'To which activity.' });

export const inviteToActivity = mutation('inviteToActivity', {
  describes:
    'Invites people to an activity: each gets a mail that puts it into their calendar, and learns of changes and cancellation. Colleagues see it in their feed and as busy time.',
  needs: 'activity.update',
  input: {
    activity,
    ...inviting,
  },
  returns: Invitation,
  fails: ['NO_TIME', 'NO_ADDRESS'],
  run: async ({ activity: id, people, note }, context) => {
    const work = await ownWork(context, id);
    const times = timesOf(work);
    const before = await context.trusted(Invitation).find(invitationId(id));
    const { fresh, attendees } = await withNewcomers(context, before, people);
    const invitation = before
      ? renewed(context, before, { ...times, attendees })
      : context
          .trusted(Invitation)
          .create({ activity: id, sequence: 0, ...times, attendees }, { id: invitationId(id) });
    await tell(context, invitation, fresh, {
      method: 'REQUEST',
      owner: work.owner,
      ...(note !== undefined && { note }),
    });
    return invitation;
  },
});

/** One that was cancelled begins anew, with a number that calendar programs have not seen. */
export const renewed = ({ trusted }: Context, before: InvitationRow, values: Partial<InvitationRow>): InvitationRow => {
  if (before.status === 'SENT')
    return trusted(Invitation).update(before, { attendees: values.attendees ?? [] }, { event: 'invitation.extended' });
  return trusted(Invitation).move(before, 'SENT', { ...values, sequence: before.sequence + 1 });
};

type Work = Row<typeof Activity>;

/** The activity, which the actor may change: whoever reads it alone invites nobody. @throws NOT_FOUND, FORBIDDEN */
const ownWork = async ({ data, actor }: Context, id: string): Promise<Work> => {
  const work = await data(Activity).get(id);
  if (mayTouch(actor, Activity, work, 'update')) return work;
  throw forbidden('You may not change this activity.');
};

/** What is announced of an activity. @throws NO_TIME */
export const timesOf = ({ subject, location, startsAt, endsAt }: Work) => {
  if (startsAt === undefined || endsAt === undefined)
    throw new DomainError('NO_TIME', 'An activity needs a begin before people can be invited.', ['activity']);
  return { subject, startsAt, endsAt, ...(location !== undefined && { location }) };
};

/** @throws NOT_INVITED */
const invitationOf = async (
  context: Context,
  id: string,
): Promise<{ readonly work: Work; readonly invitation: InvitationRow }> => {
  const work = await ownWork(context, id);
  const invitation = await context.trusted(Invitation).find(invitationId(id));
  if (invitation?.status === 'SENT') return { work, invitation };
  throw new DomainError('NOT_INVITED', 'Nobody is invited to this activity.', ['activity']);
};

export const uninviteFromActivity = mutation('uninviteFromActivity', {
  describes:
    'Takes somebody, or everybody, off the list of those who are invited; their calendars remove the activity.',
  needs: 'activity.update',
  input: { activity, email: optional(email({ describes: 'Whom; everybody when not said.' })) },
  returns: Invitation,
  fails: ['NOT_INVITED'],
  run: async ({ activity: id, email: address }, context) => {
    const { work, invitation } = await invitationOf(context, id);
    return uninvite(context, invitation, address, { owner: work.owner });
  },
});

export const answerInvitation = mutation('answerInvitation', {
  describes: 'Answers an invitation that one has got oneself.',
  needs: 'activity.read',
  input: {
    id: ref('Invitation', { describes: 'Which one.' }),
    status: choice(['ACCEPTED', 'TENTATIVE', 'DECLINED'], { named: 'InvitationAnswer', describes: 'The answer.' }),
    comment: optional(text({ max: 500, describes: 'What to say with it.' })),
  },
  returns: Invitation,
  fails: ['NOT_INVITED'],
  run: async ({ id, status, comment }, { trusted, actor, clock }) => {
    const invitation = await trusted(Invitation).find(id);
    const own = invitation?.attendees.find(({ user }) => user !== undefined && user === actor.userId);
    if (!invitation || !own) throw new DomainError('NOT_INVITED', 'You are not invited.', ['id']);
    const answer = { email: own.email, status, at: clock.instant(), ...(comment !== undefined && { comment }) };
    const attendees = answered(invitation.attendees, answer) ?? invitation.attendees;
    return trusted(Invitation).update(invitation, { attendees }, { event: 'invitation.answered' });
  },
});

export const receiveInvitationReply = mutation('receiveInvitationReply', {
  describes:
    'Takes the answer that a calendar program has mailed: the whole message (MIME), or the calendar object alone. Answers of strangers, and older ones than those known, change nothing; who proposes another time is noted.',
  needs: 'activity.update',
  input: { message: longText({ max: 200_000, describes: 'The mail as it was received.' }) },
  returns: Invitation,
  fails: ['NO_REPLY', 'REPLY_REFUSED'],
  run: async ({ message }, context) => {
    const reply = await replyIn(message);
    if (!reply) throw new DomainError('NO_REPLY', 'There is no answer to an invitation in this message.', ['message']);
    const id = reply.uid.slice(0, reply.uid.indexOf('@'));
    const invitation = await context.trusted(Invitation).find(invitationId(id));
    const isOurs =
      invitation !== undefined &&
      (invitation.series ?? invitation.activity) === id &&
      reply.uid === uidOf(context, id) &&
      (await isReplyAddress(context, id, reply.organizer));
    if (!isOurs) throw new DomainError('REPLY_REFUSED', 'This is no answer to an invitation of ours.', ['message']);
    await ownWork(context, invitation.activity);
    return takeReply(context, invitation, reply);
  },
});

const replyIn = async (message: string): Promise<Reply | undefined> => {
  const texts = message.trimStart().startsWith('BEGIN:VCALENDAR') ? [message] : await calendarsIn(message);
  for (const text of texts) {
    const reply = await readReply(text);
    if (reply && (reply.method === 'REPLY' || reply.method === 'COUNTER')) return reply;
  }
  return undefined;
};

const takeReply = ({ trusted }: Context, invitation: InvitationRow, reply: Reply): InvitationRow => {
  const [given] = reply.answers;
  if (!given || invitation.status !== 'SENT' || reply.sequence < invitation.sequence) return invitation;
  const answer: Answer = {
    email: given.email,
    status: given.status,
    at: reply.stamp,
    isCounter: reply.method === 'COUNTER',
    ...(given.comment !== undefined && { comment: given.comment }),
  };
  const attendees = answered(invitation.attendees, answer);
  if (!attendees) return invitation;
  return trusted(Invitation).update(invitation, { attendees }, { event: 'invitation.answered' });
};

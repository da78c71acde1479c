import {
  choice,
  DomainError,
  email,
  forbidden,
  list,
  longText,
  mayTouch,
  mutation,
  object,
  optional,
  ref,
  text,
  type Context,
  type Row,
} from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { Contact } from '#modules/parties/contacts';
import { User } from '#modules/platform/users';
import { calendarsIn, readReply, type Reply } from './icalendar.operations.ts';
import { isReplyAddress, tell, uidOf } from './invitation-mail.operations.ts';
import { Invitation, invitationId, type Attendee, type InvitationRow } from './invitation.entity.ts';
import { answered, type Answer } from './invitation.rules.ts';

const activity = ref('Activity', { describes: 'To which activity.' });

const personFields = {
  user: optional(ref('User', { describes: 'A colleague.' })),
  contact: optional(ref('Contact', { describes: 'A contact, at the primary address.' })),
  email: optional(email({ describes: 'Anybody else.' })),
  name: optional(text({ describes: 'The name of anybody else.' })),
};

export const inviteToActivity = mutation('inviteToActivity', {
  describes:
    'Invites people to an activity: each gets a mail that puts it into their calendar, and learns of changes and cancellation. Colleagues see it in their feed and as busy time.',
  needs: 'activity.update',
  input: {
    activity,
    people: list(object('Invited', personFields), {
      max: 30,
      describes: 'Whom: a colleague, a contact or an address.',
    }),
    note: optional(longText({ max: 2000, describes: 'What to say with it.' })),
  },
  returns: Invitation,
  fails: ['NO_TIME', 'NO_ADDRESS'],
  run: async ({ activity: id, people, note }, context) => {
    const work = await ownWork(context, id);
    const times = timesOf(work);
    const invited = await Promise.all(people.map((person, index) => attendeeOf(context, person, index)));
    const before = await context.trusted(Invitation).find(invitationId(id));
    const known = before?.status === 'SENT' ? before.attendees : [];
    const fresh = invited.filter(
      ({ email: address }, index) => isFirst(invited, address, index) && !known.some((each) => each.email === address),
    );
    if (known.length + fresh.length > 30) throw new DomainError('BAD_INPUT', 'At most 30 people.', ['people']);
    const attendees = [...known, ...fresh];
    const invitation = before
      ? again(context, before, { ...times, attendees })
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

const isFirst = (all: readonly Attendee[], address: string, index: number): boolean =>
  all.findIndex(({ email: other }) => other === address) === index;

/** One that was cancelled begins anew, with a number that calendar programs have not seen. */
const again = ({ trusted }: Context, before: InvitationRow, values: Partial<InvitationRow>): InvitationRow => {
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

type Person = { readonly user?: string; readonly contact?: string; readonly email?: string; readonly name?: string };

/** @throws NO_ADDRESS, NOT_FOUND */
const attendeeOf = async ({ data, trusted }: Context, person: Person, index: number): Promise<Attendee> => {
  const status = 'NEEDS_ACTION' as const;
  if (person.user !== undefined) {
    const { name, email: address } = await trusted(User).get(person.user);
    return { email: address.toLowerCase(), name, user: person.user, status };
  }
  if (person.contact !== undefined) {
    const contact = await data(Contact).get(person.contact);
    if (contact.email !== undefined)
      return { email: contact.email.toLowerCase(), name: Contact.title(contact), contact: contact.id, status };
  }
  if (person.email === undefined)
    throw new DomainError('NO_ADDRESS', 'This person has no e-mail address.', ['people', index]);
  return { email: person.email.toLowerCase(), ...(person.name !== undefined && { name: person.name }), status };
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
    const gone = invitation.attendees.filter((each) => address === undefined || each.email === address.toLowerCase());
    if (gone.length === 0) throw new DomainError('NOT_INVITED', 'This person is not invited.', ['email']);
    const left = invitation.attendees.filter((each) => !gone.includes(each));
    const sequence = invitation.sequence + 1;
    await tell(context, { ...invitation, sequence }, gone, { method: 'CANCEL', owner: work.owner });
    if (left.length === 0)
      return context.trusted(Invitation).move(invitation, 'CANCELLED', { sequence, attendees: [] });
    return context.trusted(Invitation).update(invitation, { attendees: left }, { event: 'invitation.reduced' });
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
      invitation?.activity === id &&
      reply.uid === uidOf(context, id) &&
      (await isReplyAddress(context, id, reply.organizer));
    if (!isOurs) throw new DomainError('REPLY_REFUSED', 'This is no answer to an invitation of ours.', ['message']);
    await ownWork(context, id);
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

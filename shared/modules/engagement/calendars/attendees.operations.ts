import { DomainError, email, list, longText, object, optional, ref, text, type Context } from '#kernel';
import { Contact } from '#modules/parties/contacts';
import { User } from '#modules/platform/users';
import { tell } from './invitation-mail.operations.ts';
import { Invitation, type Attendee, type InvitationRow } from './invitation.entity.ts';

const personFields = {
  user: optional(ref('User', { describes: 'A colleague.' })),
  contact: optional(ref('Contact', { describes: 'A contact, at the primary address.' })),
  email: optional(email({ describes: 'Anybody else.' })),
  name: optional(text({ describes: 'The name of anybody else.' })),
};

/** Whom to invite, and what to say with it. */
export const inviting = {
  people: list(object('Invited', personFields), {
    max: 30,
    describes: 'Whom: a colleague, a contact or an address.',
  }),
  note: optional(longText({ max: 2000, describes: 'What to say with it.' })),
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

/** Those who are invited with the newcomers, each once. @throws NO_ADDRESS, NOT_FOUND, BAD_INPUT */
export const withNewcomers = async (
  context: Context,
  before: InvitationRow | undefined,
  people: readonly Person[],
): Promise<{ readonly fresh: readonly Attendee[]; readonly attendees: readonly Attendee[] }> => {
  const invited = await Promise.all(people.map((person, index) => attendeeOf(context, person, index)));
  const known = before?.status === 'SENT' ? before.attendees : [];
  const fresh = invited.filter(
    ({ email: address }, index) => isFirst(invited, address, index) && !known.some((each) => each.email === address),
  );
  if (known.length + fresh.length > 30) throw new DomainError('BAD_INPUT', 'At most 30 people.', ['people']);
  return { fresh, attendees: [...known, ...fresh] };
};

const isFirst = (all: readonly Attendee[], address: string, index: number): boolean =>
  all.findIndex(({ email: other }) => other === address) === index;

/** Takes one, or everybody, off the list, and tells them. @throws NOT_INVITED */
export const uninvite = async (
  context: Context,
  invitation: InvitationRow,
  address: string | undefined,
  telling: Omit<Parameters<typeof tell>[3], 'method'>,
): Promise<InvitationRow> => {
  const gone = invitation.attendees.filter((each) => address === undefined || each.email === address.toLowerCase());
  if (gone.length === 0) throw new DomainError('NOT_INVITED', 'This person is not invited.', ['email']);
  const left = invitation.attendees.filter((each) => !gone.includes(each));
  const sequence = invitation.sequence + 1;
  await tell(context, { ...invitation, sequence }, gone, { method: 'CANCEL', ...telling });
  if (left.length === 0) return context.trusted(Invitation).move(invitation, 'CANCELLED', { sequence, attendees: [] });
  return context.trusted(Invitation).update(invitation, { attendees: left }, { event: 'invitation.reduced' });
};

import { projection, type Context } from '#kernel';
import { Invitation, type InvitationRow } from './invitation.entity.ts';

const prefix = 'invited#';

/** The appointments that colleagues are invited to, in each one's own partition by their begin. */
export const invitedTo = projection('invitedTo', {
  describes: 'What each person is invited to and has not declined, for feeds and busy times.',
  of: [Invitation.name],
  items: (row) => {
    const { activity, series, status, attendees, startsAt, endsAt, subject, location, sequence } = row as InvitationRow;
    if (status !== 'SENT' || series !== undefined || row.archivedAt !== undefined) return [];
    return attendees.flatMap(({ user, status: answer }) =>
      user === undefined || answer === 'DECLINED'
        ? []
        : [
            {
              partition: user,
              sort: `${prefix}${startsAt}#${activity}`,
              attributes: { activity, answer, startsAt, endsAt, subject, location, sequence },
            },
          ],
    );
  },
});

/** An appointment that a person is invited to. */
export type Invited = Pick<InvitationRow, 'activity' | 'startsAt' | 'endsAt' | 'subject' | 'location' | 'sequence'> & {
  readonly answer: InvitationRow['attendees'][number]['status'];
};

/** What a person is invited to that begins between two moments. */
export const invitationsOf = async (
  { ports, actor }: Context,
  user: string,
  from: string,
  to: string,
): Promise<readonly Invited[]> => {
  const { items } = await ports.table.query({
    pk: `${actor.tenant}#${user}`,
    sort: { from: `${prefix}${from}`, to: `${prefix}${to}` },
    limit: 500,
  });
  return items as unknown as readonly Invited[];
};

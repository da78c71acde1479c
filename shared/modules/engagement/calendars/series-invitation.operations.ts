import { DomainError, email, forbidden, mayTouch, mutation, optional, ref, type Context } from '#kernel';
import { inviting, uninvite, withNewcomers } from './attendees.operations.ts';
import { ruleData } from './icalendar.operations.ts';
import { tell } from './invitation-mail.operations.ts';
import { Invitation, invitationId, type InvitationRow } from './invitation.entity.ts';
import { renewed } from './invitation.operations.ts';
import { occurrencesOf } from '#modules/platform/settings';
import { RecurringActivity, type RecurringActivityRow } from './recurring-activity.entity.ts';
import { Occurrence, timesOf } from './recurring-activity.operations.ts';

const series = ref('RecurringActivity', { describes: 'To which series.' });
const yearLength = 366 * 86_400_000;
/** Activities of the owner that are looked through for the next occurrence. */
const mostLooked = 100;

export const inviteToSeries = mutation('inviteToSeries', {
  describes:
    'Invites people to all of a series at once: one mail puts it into their calendar with its rule. A single occurrence that is moved or dropped later is told as such; the end of the series cancels it.',
  needs: 'activity.update',
  input: { series, ...inviting },
  returns: Invitation,
  fails: ['NO_TIME', 'NO_ADDRESS'],
  run: async ({ series: id, people, note }, context) => {
    const row = await ownSeries(context, id);
    const announced = await announcedOf(context, row);
    const before = await context.trusted(Invitation).find(invitationId(id));
    const { fresh, attendees } = await withNewcomers(context, before, people);
    const invitation = before
      ? renewed(context, before, { ...announced, attendees })
      : context
          .trusted(Invitation)
          .create(
            { ...announced, activity: await nextOf(context, row), series: id, sequence: 0, attendees },
            { id: invitationId(id) },
          );
    const recurrence = await recurrenceOf(context, row);
    await tell(context, invitation, fresh, {
      method: 'REQUEST',
      owner: row.owner,
      recurrence,
      ...(note !== undefined && { note }),
    });
    return invitation;
  },
});

export const uninviteFromSeries = mutation('uninviteFromSeries', {
  describes:
    'Takes somebody, or everybody, off the list of those who are invited to a series; their calendars remove it.',
  needs: 'activity.update',
  input: { series, email: optional(email({ describes: 'Whom; everybody when not said.' })) },
  returns: Invitation,
  fails: ['NOT_INVITED'],
  run: async ({ series: id, email: address }, context) => {
    const row = await ownSeries(context, id);
    const invitation = await context.trusted(Invitation).find(invitationId(id));
    if (invitation?.status !== 'SENT')
      throw new DomainError('NOT_INVITED', 'Nobody is invited to this series.', ['series']);
    const recurrence = await recurrenceOf(context, row);
    return uninvite(context, invitation, address, { owner: row.owner, recurrence });
  },
});

/** @throws NOT_FOUND, FORBIDDEN */
const ownSeries = async ({ data, actor }: Context, id: string): Promise<RecurringActivityRow> => {
  const row = await data(RecurringActivity).get(id);
  if (mayTouch(actor, RecurringActivity, row, 'update')) return row;
  throw forbidden('You may not change this series.');
};

/** What is announced of a series. @throws NO_TIME when it never comes again */
export const announcedOf = async (context: Context, row: RecurringActivityRow) => {
  const times = timesOf(context, row);
  const to = new Date(Date.parse(row.startsAt) + yearLength).toISOString();
  const [first] = await occurrencesOf({ ...times, except: [] }, { from: row.startsAt, to, most: 1 });
  if (first === undefined) throw new DomainError('NO_TIME', 'This series does not come within a year.', ['series']);
  const { subject, location, rule, minutes = 30 } = row;
  const endsAt = new Date(Date.parse(first) + minutes * 60_000).toISOString();
  const place = location === undefined ? {} : { location };
  return { subject, startsAt: first, endsAt, rule, timeZone: times.timeZone, ...place };
};

/** A series as calendars read it. */
export const recurrenceOf = async (context: Context, row: RecurringActivityRow) => ({
  timeZone: timesOf(context, row).timeZone,
  rule: await ruleData(row.rule),
  except: row.except,
});

/** The occurrence that comes next: the invitation is whose that is. @throws NO_TIME */
const nextOf = async ({ trusted, clock }: Context, { id, owner }: RecurringActivityRow): Promise<string> => {
  const ahead = { of: owner ?? '', from: clock.instant(), first: mostLooked };
  const { rows } = await trusted(Occurrence).page('byOwner', ahead);
  const next = rows.find((row) => row.series === id);
  if (next) return next.id;
  throw new DomainError('NO_TIME', 'No occurrence of this series lies ahead.', ['series']);
};

/** The invitation of a series, while it stands. */
export const invitationOfSeries = async ({ trusted }: Context, id: string): Promise<InvitationRow | undefined> => {
  const invitation = await trusted(Invitation).find(invitationId(id));
  return invitation?.status === 'SENT' ? invitation : undefined;
};

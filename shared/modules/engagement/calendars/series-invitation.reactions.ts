import { reaction, type Context } from '#kernel';
import { tell } from './invitation-mail.operations.ts';
import { Invitation, type InvitationRow } from './invitation.entity.ts';
import { differenceOf } from './invitation.rules.ts';
import { RecurringActivity, type RecurringActivityRow } from './recurring-activity.entity.ts';
import { Occurrence, timesOf, type OccurrenceRow } from './recurring-activity.operations.ts';
import { announcedOf, invitationOfSeries, recurrenceOf } from './series-invitation.operations.ts';

/** Whoever is invited to a series hears of what becomes of it. */
export const followInvitedSeries = reaction('followInvitedSeries', {
  describes: 'Tells those who are invited to a series that it was changed or has ended.',
  on: ['recurringActivity.*'],
  run: async ({ record }, context) => {
    const invitation = await invitationOfSeries(context, record.id);
    const series = invitation && (await context.trusted(RecurringActivity).find(record.id));
    if (!series) return;
    if (series.status === 'ENDED') await cancelAll(context, series, invitation);
    else await announce(context, series, invitation);
  },
});

const coming = ({ attendees }: InvitationRow) => attendees.filter(({ status }) => status !== 'DECLINED');

const cancelAll = async (context: Context, series: RecurringActivityRow, invitation: InvitationRow): Promise<void> => {
  const cancelled = context.trusted(Invitation).move(invitation, 'CANCELLED', { sequence: invitation.sequence + 1 });
  const recurrence = await recurrenceOf(context, series);
  await tell(context, cancelled, coming(cancelled), { method: 'CANCEL', owner: series.owner, recurrence });
};

const announce = async (context: Context, series: RecurringActivityRow, invitation: InvitationRow): Promise<void> => {
  const now = await announcedOf(context, series);
  const isSameRule = invitation.rule === now.rule && invitation.timeZone === now.timeZone;
  if (isSameRule && differenceOf(invitation, now) === undefined) return;
  const values = { ...now, location: now.location ?? null, sequence: invitation.sequence + 1 };
  const changed = context.trusted(Invitation).update(invitation, values, { event: 'invitation.changed' });
  const recurrence = await recurrenceOf(context, series);
  await tell(context, changed, changed.attendees, { method: 'REQUEST', owner: series.owner, recurrence });
};

/** One occurrence that goes its own way, while the others stay. */
export const followInvitedOccurrence = reaction('followInvitedOccurrence', {
  describes: 'Tells those who are invited to a series that one occurrence of it was moved, dropped or taken up again.',
  on: ['activity.postponed', 'activity.updated', 'activity.dropped', 'activity.reopened'],
  run: async (event, context) => {
    const { series: id, occurrence } = event.data ?? {};
    if (typeof id !== 'string' || typeof occurrence !== 'string' || !isTold(event)) return;
    const invitation = await invitationOfSeries(context, id);
    const [series, work] = await Promise.all([
      invitation && context.trusted(RecurringActivity).find(id),
      invitation && context.trusted(Occurrence).find(event.record.id),
    ]);
    if (invitation && series && work) await tellOne(context, { series, invitation, work, occurrence });
  },
});

const isTold = ({ type, changed }: { readonly type: string; readonly changed: object }): boolean =>
  type === 'activity.dropped' || type === 'activity.reopened' || 'startsAt' in changed || 'location' in changed;

type One = {
  readonly series: RecurringActivityRow;
  readonly invitation: InvitationRow;
  readonly work: OccurrenceRow;
  readonly occurrence: string;
};

const tellOne = async (context: Context, { series, invitation, work, occurrence }: One): Promise<void> => {
  const sequence = invitation.sequence + 1;
  const changed = context.trusted(Invitation).update(invitation, { sequence }, { event: 'invitation.changed' });
  const { startsAt = occurrence, endsAt = occurrence, subject, location } = work;
  const one = { ...changed, startsAt, endsAt, subject, ...(location !== undefined && { location }) };
  const recurrence = { timeZone: timesOf(context, series).timeZone, occurrence };
  const isOff = work.status === 'DROPPED';
  const method = isOff ? 'CANCEL' : 'REQUEST';
  await tell(context, one, isOff ? coming(changed) : changed.attendees, { method, owner: series.owner, recurrence });
};

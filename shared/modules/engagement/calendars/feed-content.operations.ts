// What stands in a feed: what has a time, series by their rule with what differs from it, and what one is invited to.
import type { Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import { Account } from '#modules/parties/accounts';
import type { UserRow } from '#modules/platform/users';
import type { CalendarFeedRow } from './calendar-feed.entity.ts';
import { ruleData, writeCalendar } from './icalendar.operations.ts';
import { calendarOf, eventOf, feedProperties, zoneOf, type CalendarEvent, type Component } from './icalendar.rules.ts';
import { uidOf } from './invitation-mail.operations.ts';
import { invitationsOf, type Invited } from './invited.projections.ts';
import { occurrencesOf } from '#modules/platform/settings';
import { zoneChanges } from './zone-changes.operations.ts';
import { RecurringActivity, type RecurringActivityRow } from './recurring-activity.entity.ts';
import { Occurrence, timesOf, type OccurrenceRow } from './recurring-activity.operations.ts';

const dayLength = 86_400_000;
const daysBack = 90;
const daysAhead = 365;
const mostEvents = 1000;
const mostSeries = 200;

const names = { es: 'Agenda de', en: 'Agenda of' } as const;
const busy = { es: 'Ocupado', en: 'Busy' } as const;

type Showing = {
  readonly context: Context;
  readonly feed: CalendarFeedRow;
  readonly now: string;
  readonly accounts: ReadonlyMap<string, { readonly name: string }>;
};

/** The agenda of a person as a calendar. */
export const feedText = async (context: Context, feed: CalendarFeedRow, user: UserRow): Promise<string> => {
  const now = context.clock.now().getTime();
  const [from, to] = [now - daysBack * dayLength, now + daysAhead * dayLength].map((at) => new Date(at).toISOString());
  const span = { of: user.id, from: from ?? '', to: to ?? '' };
  const [activities, series, invited] = await Promise.all([
    timedActivities(context, span),
    seriesOf(context, user.id),
    invitationsOf(context, user.id, span.from, span.to),
  ]);
  const accounts = await context.trusted(Account).getMany(activities.flatMap(({ account }) => account ?? []));
  const showing: Showing = { context, feed, now: context.clock.instant(), accounts };
  const own = new Map(series.map((each) => [each.id, each]));
  const masters = (await Promise.all(series.map((each) => masterOf(showing, each, span)))).flat();
  const zones = await zonesOf(masters, span);
  const events = [
    ...masters,
    ...activities.flatMap((activity) => eventFor(showing, activity, own.get(activity.series ?? ''))),
    ...invited
      .filter(({ activity }) => !activities.some(({ id }) => id === activity))
      .map((each) => invitedEvent(showing, each)),
  ];
  const title = `${names[user.locale ?? context.actor.locale]} ${user.name}`;
  return writeCalendar(calendarOf('PUBLISH', [...zones, ...events.map(eventOf)], feedProperties(title)));
};

type Span = { readonly of: string; readonly from: string; readonly to: string };

const timedActivities = async ({ trusted }: Context, span: Span): Promise<readonly OccurrenceRow[]> => {
  const activities = trusted(Occurrence);
  const [open, closed] = await Promise.all(
    [true, false].map((isOpen) =>
      readOn((page) => activities.page('byOwner', { ...span, open: isOpen, ...page }), mostEvents),
    ),
  );
  return [...(open?.rows ?? []), ...(closed?.rows ?? [])].filter(
    ({ startsAt, status }) => startsAt !== undefined && status !== 'DROPPED',
  );
};

const seriesOf = async ({ trusted }: Context, owner: string): Promise<readonly RecurringActivityRow[]> => {
  const series = trusted(RecurringActivity);
  return (await readOn((page) => series.page('byOwner', { of: owner, ...page }), mostSeries)).rows;
};

const shown = (
  { feed, context }: Showing,
  subject: string,
  details: Pick<CalendarEvent, 'location' | 'description'>,
) => (feed.detail === 'BUSY' ? { subject: busy[context.actor.locale] } : { subject, ...details });

/** A series by its rule; one that has no occurrence left is not there. */
const masterOf = async (
  showing: Showing,
  series: RecurringActivityRow,
  { from, to }: Span,
): Promise<readonly CalendarEvent[]> => {
  const { context, now } = showing;
  const times = timesOf(context, series);
  const [first] = await occurrencesOf({ ...times, except: [] }, { from: series.startsAt, to, most: 1 });
  if (first === undefined || (await occurrencesOf(times, { from, to, most: 1 })).length === 0) return [];
  return [
    {
      uid: uidOf(context, series.id),
      stamp: now,
      sequence: series.version,
      startsAt: first,
      endsAt: new Date(Date.parse(first) + (series.minutes ?? 30) * 60_000).toISOString(),
      status: 'CONFIRMED',
      timeZone: times.timeZone,
      rule: await ruleData(series.rule),
      except: series.except,
      ...shown(showing, series.subject, given(series)),
    },
  ];
};

const given = ({ location, notes }: { readonly location?: string; readonly notes?: string }) => ({
  ...(location !== undefined && { location }),
  ...(notes !== undefined && { description: notes }),
});

/** An activity; an occurrence as its series has it is there already, one that was moved stands for itself. */
const eventFor = (
  showing: Showing,
  activity: OccurrenceRow,
  series: RecurringActivityRow | undefined,
): readonly CalendarEvent[] => {
  const { context, now, accounts } = showing;
  const { id, startsAt, endsAt, subject, account, occurrence, version } = activity;
  if (startsAt === undefined || endsAt === undefined) return [];
  if (series && startsAt === occurrence && subject === series.subject) return [];
  const customer = accounts.get(account ?? '')?.name;
  const place =
    series && occurrence !== undefined
      ? { uid: uidOf(context, series.id), occurrence, timeZone: timesOf(context, series).timeZone }
      : { uid: uidOf(context, id) };
  return [
    {
      ...place,
      stamp: now,
      sequence: version,
      startsAt,
      endsAt,
      status: 'CONFIRMED',
      ...shown(
        showing,
        customer === undefined || subject.includes(customer) ? subject : `${subject} (${customer})`,
        given(activity),
      ),
    },
  ];
};

const invitedEvent = (
  showing: Showing,
  { activity, startsAt, endsAt, subject, location, sequence, answer }: Invited,
): CalendarEvent => ({
  uid: uidOf(showing.context, activity),
  stamp: showing.now,
  sequence,
  startsAt,
  endsAt,
  status: answer === 'ACCEPTED' ? 'CONFIRMED' : 'TENTATIVE',
  ...shown(showing, subject, given(location === undefined ? {} : { location })),
});

const zonesOf = async (events: readonly CalendarEvent[], { to }: Span): Promise<readonly Component[]> => {
  const zones = Map.groupBy(
    events.filter(({ timeZone }) => timeZone !== undefined),
    ({ timeZone }) => timeZone ?? '',
  );
  return Promise.all(
    [...zones].map(async ([timeZone, of]) => {
      const since = of.map(({ startsAt }) => startsAt).sort()[0] ?? to;
      return zoneOf(timeZone, await zoneChanges(timeZone, since, to));
    }),
  );
};

// What planning needs to know: hours of days, what a person has to do anyway, and the route as rows keep it.
import { extended, geoPoint, optional, ref, type Context, type GeoPoint, derivedOptional } from '#kernel';
import { readOn } from '#kernel/read-on';
import { Activity } from '#modules/engagement/activities';
import { Account } from '#modules/parties/accounts';
import { dayAfter, hoursOn, wallTimeOf, workingTimeOf, type WorkingTime } from '#modules/platform/settings';
import { isAbsent, User, type UserRow } from '#modules/platform/users';
import type { Row } from '#kernel';
import type { DueAccount } from './due.operations.ts';
import { placeOf } from './due.rules.ts';
import { freeHours, type Candidate, type WorkDay } from './planning.rules.ts';

/** What routes add to a person. */
export const personFields = {
  setsOutFrom: optional(geoPoint({ describes: 'Where the person’s days on the road begin and end.' })),
};
export const Visitor = extended(User, personFields);

/** What routes add to an activity. */
export const activityFields = {
  route: derivedOptional(ref('Route', { describes: 'The route that it is a visit of.' })),
};
export const Visit = extended(Activity, activityFields);
export type VisitRow = Row<typeof Visit>;

/** Open activities of one person that are looked at. */
const mostActivities = 500;
/** How long an account is visited where neither it nor its segment says so. */
const usualMinutes = 45;

/** Planned activities of a person with a begin, on these days. */
export const timedWork = async (
  { trusted }: Context,
  owner: string,
  from: string,
  to: string,
): Promise<readonly VisitRow[]> => {
  const bounds = { of: owner, from: dayAfter(from, -1), to: dayAfter(to, 2) };
  const { rows } = await readOn((page) => trusted(Visit).page('byOwner', { ...bounds, ...page }), mostActivities);
  return rows.filter(({ startsAt }) => startsAt !== undefined);
};

/** The time in which a person works. */
export const workingTimeFor = (context: Context): Promise<WorkingTime> => workingTimeOf(context);

/** The days on which a person works, with the hours that are still free. */
export const workDays = (
  { clock }: Context,
  time: WorkingTime,
  person: UserRow,
  days: readonly string[],
  busy: readonly VisitRow[],
): readonly WorkDay[] => {
  const now = wallTimeOf(clock.now().getTime(), time.timeZone);
  const taken = busy.flatMap(({ startsAt, endsAt }) =>
    startsAt === undefined || endsAt === undefined ? [] : [{ startsAt, endsAt }],
  );
  return days
    .filter((day) => !isAbsent(person, day))
    .map((day) => ({ day, hours: freeHours(hoursOn(time, day), day, taken, now, time.timeZone) }))
    .filter(({ hours }) => hours.length > 0);
};

/** Visits that stand in the agenda already, where one knows the place: they keep their time, the rest is planned round them. */
export const standingVisits = async (
  { trusted }: Context,
  work: readonly VisitRow[],
  timeZone: string,
): Promise<readonly Candidate[]> => {
  const visits = work.filter(({ kind }) => kind === 'VISIT');
  const accounts = await trusted(Account).getMany(visits.flatMap(({ account }) => account ?? []));
  return visits.flatMap((visit) => {
    const account = accounts.get(visit.account ?? '');
    const point = account && placeOf(account);
    if (!account || !point || visit.startsAt === undefined) return [];
    return [
      {
        account: account.id,
        point,
        score: 1,
        reasons: ['planned'],
        ...durationOf(visit),
        fixed: fixedAt(visit, visit.startsAt, timeZone),
      },
    ];
  });
};

const durationOf = ({ minutes }: VisitRow): { readonly minutes: number } => ({ minutes: minutes ?? usualMinutes });

const fixedAt = ({ id }: VisitRow, at: string, timeZone: string) => ({
  day: wallTimeOf(Date.parse(at), timeZone).day,
  at,
  activity: id,
});

/** An account that is due, as a candidate. */
export const candidateOf = (
  { account, score, reasons, profile, minutes = usualMinutes }: DueAccount,
  point: GeoPoint,
): Candidate => ({
  account: account.id,
  point,
  minutes,
  score: Math.round(score * 100) / 100,
  reasons,
  ...(profile?.windows && { windows: profile.windows }),
});

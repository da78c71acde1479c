import {
  choice,
  date,
  dateTime,
  DomainError,
  defaulted,
  integer,
  list,
  object,
  query,
  ref,
  type Context,
} from '#kernel';
import { readOn } from '#kernel/read-on';
import { Activity } from '#modules/engagement/activities';
import { dayAfter, dayStart, hoursOn, instantOf, workingTimeOf, type WorkingTime } from '#modules/platform/settings';
import { isAbsent, User, type UserRow } from '#modules/platform/users';
import { merged, without, type Busy, type Slot } from './free-busy.rules.ts';
import { invitationsOf } from './invited.projections.ts';

const mostDays = 42;
const mostActivities = 500;

export const freeBusy = query('freeBusy', {
  describes:
    'When people are busy, without saying with what, and when all of them could meet in working hours. For finding a time.',
  needs: 'activity.read',
  input: {
    users: list(ref('User'), { max: 20, describes: 'Whom.' }),
    from: date({ describes: 'The first day.' }),
    to: date({ describes: `The last day; at most ${mostDays} days in all.` }),
    minutes: defaulted(integer({ min: 5, max: 600, describes: 'How long the meeting takes.' }), 30),
  },
  returns: {
    people: list(
      object('PersonBusy', {
        user: ref('User', { describes: 'Who.' }),
        busy: list(
          object('BusyTime', {
            from: dateTime({ describes: 'From when on.' }),
            to: dateTime({ describes: 'Until when.' }),
            kind: choice(['BUSY', 'TENTATIVE', 'AWAY'], {
              named: 'BusyKind',
              describes: 'At work, invited without having accepted, or absent.',
            }),
          }),
          { max: 2_000, describes: 'In order.' },
        ),
      }),
      { max: 20, describes: 'In the order asked.' },
    ),
    common: list(
      object('CommonTime', {
        from: dateTime({ describes: 'From when on.' }),
        to: dateTime({ describes: 'Until when.' }),
      }),
      { max: 500, describes: 'Working time in which all of them are free for so long.' },
    ),
  },
  run: async ({ users, from, to, minutes }, context) => {
    const days = daysBetween(from, to);
    const time = await workingTimeOf(context);
    const known = await context.trusted(User).getMany(users);
    const people = await Promise.all(
      users.map(async (user) => ({ user, busy: await busyOf(context, found(known, user), days, time.timeZone) })),
    );
    return { people, common: meetings(time, days, people, minutes) };
  },
});

const found = (known: ReadonlyMap<string, UserRow>, id: string): UserRow => {
  const user = known.get(id);
  if (!user) throw new DomainError('NOT_FOUND', `There is no User ${id}.`, ['users']);
  return user;
};

const daysBetween = (from: string, to: string): readonly string[] => {
  const days: string[] = [];
  for (let day = from; day <= to && days.length <= mostDays; day = dayAfter(day)) days.push(day);
  if (days.length === 0 || days.length > mostDays)
    throw new DomainError('BAD_INPUT', `One to ${mostDays} days.`, ['to']);
  return days;
};

/** What begins the day before may last into the first one. */
const busyOf = async (
  context: Context,
  user: UserRow,
  days: readonly string[],
  timeZone: string,
): Promise<readonly Busy[]> => {
  const [first = '', last = first] = [days[0], days.at(-1)];
  const [start, end] = [dayStart(first, timeZone), dayStart(dayAfter(last), timeZone)];
  const activities = context.trusted(Activity);
  const bounds = { of: user.id, from: dayStart(dayAfter(first, -1), timeZone), to: end };
  const [{ rows }, invited] = await Promise.all([
    readOn((page) => activities.page('byOwner', { ...bounds, ...page }), mostActivities),
    invitationsOf(context, user.id, bounds.from, end),
  ]);
  const own = rows.flatMap(({ startsAt, endsAt }): readonly Busy[] =>
    startsAt === undefined || endsAt === undefined ? [] : [{ from: startsAt, to: endsAt, kind: 'BUSY' }],
  );
  const asked = invited.map(({ startsAt, endsAt, answer }): Busy => ({
    from: startsAt,
    to: endsAt,
    kind: answer === 'ACCEPTED' ? 'BUSY' : 'TENTATIVE',
  }));
  const away = days
    .filter((day) => isAbsent(user, day))
    .map((day): Busy => ({ from: dayStart(day, timeZone), to: dayStart(dayAfter(day), timeZone), kind: 'AWAY' }));
  return merged([...own, ...asked, ...away].filter((each) => each.to > start && each.from < end));
};

const meetings = (
  time: WorkingTime,
  days: readonly string[],
  people: readonly { readonly busy: readonly Busy[] }[],
  minutes: number,
): readonly Slot[] => {
  const at = (day: string, minute: number): string => new Date(instantOf({ day, minute }, time.timeZone)).toISOString();
  const work = days.flatMap((day) =>
    hoursOn(time, day).map(({ from, to }) => ({ from: at(day, from), to: at(day, to) })),
  );
  const free = people.reduce<readonly Slot[]>((left, { busy }) => without(left, busy), work);
  return free.filter(({ from, to }) => Date.parse(to) - Date.parse(from) >= minutes * 60_000);
};

import {
  boolean,
  date,
  dayIn,
  defaulted,
  DomainError,
  forbidden,
  list,
  mayReach,
  object,
  optional,
  query,
  readOn,
  record,
  ref,
  scopeOf,
  type Actor,
  type Context,
  type Row,
} from '#kernel';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { Team } from '#modules/platform/teams';
import { Activity } from './activity.entity.ts';
import { byDay, overlapping } from './activity.rules.ts';
import { delegatedWork } from './panel.operations.ts';

type Work = Row<typeof Activity>;

const entryFields = {
  activity: record(Activity, 'What is to be done.'),
  overlaps: boolean({ describes: 'Another activity of the same person is at the same time.' }),
};

const mostPeople = 50;
/** Entries of an agenda that are read, and those of one person's open or closed work among them. */
const mostEntries = 10_000;
const mostOfOne = 500;

export const agenda = query('agenda', {
  describes:
    'What one person, or each of a team, has on each day, with overlaps marked. Of one person up to 500 open and 500 closed entries are read, of a team up to 10,000 in all; `isComplete` says whether that was all.',
  needs: 'activity.read',
  input: {
    user: optional(ref('User', { describes: 'Whose agenda; one’s own when neither user nor team is named.' })),
    team: optional(ref('Team', { describes: 'The agenda of a team’s people.' })),
    from: date({ describes: 'First day.' }),
    to: date({ describes: 'Last day; at most 42 days after the first.' }),
    closed: defaulted(boolean({ describes: 'What was done or dropped, too.' }), false),
  },
  returns: {
    days: list(
      object('AgendaDay', {
        day: date({ describes: 'The day, in one’s own time zone.' }),
        entries: list(object('AgendaEntry', entryFields), { max: 5_000, describes: 'In the order of the day.' }),
      }),
      { max: 43, describes: 'The days that have something.' },
    ),
    isComplete: boolean({ describes: 'Whether everything in the span is shown.' }),
    cutFrom: optional(date({ describes: 'The first day of which something may be missing: ask again from here.' })),
  },
  run: async (input, context) => {
    assertSpan(input.from, input.to);
    const people = await peopleOf(input, context);
    const dayOf = (instant: string): string => dayIn(new Date(instant), context.actor.timeZone);
    const most = Math.min(mostOfOne, Math.floor(mostEntries / people.length / (input.closed ? 2 : 1)));
    const works = await Promise.all(people.flatMap((person) => workOf(context, person, input, most)));
    const rows = works.flatMap((work) => work.rows).filter(isWithin(input, dayOf));
    const [cutFrom] = works.flatMap(({ cutAt }) => (cutAt === undefined ? [] : [dayOf(cutAt)])).sort();
    const overlaps = overlapping(rows.filter(({ status }) => status === 'PLANNED'));
    const days = byDay(rows, dayOf);
    return {
      isComplete: cutFrom === undefined,
      ...(cutFrom !== undefined && { cutFrom }),
      days: days.map(({ day, entries }) => ({
        day,
        entries: entries.map((activity) => ({ activity, overlaps: overlaps.has(activity.id) })),
      })),
    };
  },
});

const assertSpan = (from: string, to: string): void => {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  if (days < 0 || days > 42)
    throw new DomainError('BAD_INPUT', 'An agenda spans up to 42 days, from the first to the last.', ['to']);
};

type AskedPeople = { readonly user?: string; readonly team?: string };

/** Whose agendas the actor asks for, and may see: those in the actor's scope, and of colleagues who do work that the actor delegated. */
const peopleOf = async ({ user, team }: AskedPeople, context: Context): Promise<readonly string[]> => {
  if (team !== undefined) {
    const { members } = await context.trusted(Team).get(team);
    const visible = members.filter((member) => maySeeAgenda(context.actor, member));
    if (visible.length === 0) throw forbidden('You may not see the agenda of this team.');
    return visible.slice(0, mostPeople);
  }
  const person = user ?? context.actor.userId;
  if (person === undefined) throw new DomainError('BAD_INPUT', 'Name a person or a team.', ['user']);
  if (!maySeeAgenda(context.actor, person) && !(await hasDelegatedTo(context, person)))
    throw forbidden('You may not see this agenda.');
  return [person];
};

/** Everybody sees the own one, whatever a role says of activities. */
const maySeeAgenda = (actor: Actor, person: string): boolean =>
  person === actor.userId || mayReach(actor, scopeOf(actor, Activity.name, 'read'), person);

type Span = { readonly from: string; readonly to: string; readonly closed: boolean };

const isWithin =
  ({ from, to }: Pick<Span, 'from' | 'to'>, dayOf: (instant: string) => string) =>
  ({ agendaAt }: Work): boolean => {
    const day = dayOf(agendaAt);
    return day >= from && day <= to;
  };

type Read = { readonly rows: readonly Work[]; readonly cutAt?: string };

/** A person's open work of a span, and the closed. */
const workOf = (
  { trusted, actor: { timeZone } }: Context,
  person: string,
  { from, to, closed }: Span,
  most: number,
): readonly Promise<Read>[] =>
  (closed ? [true, false] : [true]).map(async (open) => {
    const span = { of: person, open, from: dayStart(from, timeZone), to: dayStart(dayAfter(to), timeZone) };
    const { rows, isComplete } = await readOn((page) => trusted(Activity).page('byOwner', { ...span, ...page }), most);
    const last = rows.at(-1);
    return { rows, ...(!isComplete && last && { cutAt: last.agendaAt }) };
  });

const hasDelegatedTo = async (context: Context, person: string): Promise<boolean> =>
  (await delegatedWork(context)).some(({ owner, delegation }) => owner === person && delegation !== 'DECLINED');

import {
  boolean,
  date,
  dayIn,
  defaulted,
  DomainError,
  forbidden,
  integer,
  list,
  object,
  optional,
  query,
  record,
  records,
  ref,
  scopeOf,
  text,
  type Actor,
  type Context,
  type Row,
} from '#kernel';
import { Team } from '#modules/platform/teams';
import { Activity } from './activity.entity.ts';
import { byDay, overlapping } from './activity.rules.ts';

type Work = Row<typeof Activity>;

const entryFields = {
  activity: record(Activity, 'What is to be done.'),
  overlaps: boolean({ describes: 'Another activity of the same person is at the same time.' }),
};

const mostPeople = 50;
const mostEntries = 100;

export const agenda = query('agenda', {
  describes: 'What one person, or each of a team, has on each day, with overlaps marked.',
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
  },
  run: async (input, context) => {
    assertSpan(input.from, input.to);
    const people = await peopleOf(input, context);
    const rows = (await Promise.all(people.map((person) => workOf(context, person, input)))).flat();
    const overlaps = overlapping(rows.filter(({ status }) => status === 'PLANNED'));
    const days = byDay(rows, (instant) => dayIn(new Date(instant), context.actor.timeZone));
    return {
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

const maySeeAgenda = (actor: Actor, person: string): boolean => {
  const scope = scopeOf(actor, Activity.name, 'read');
  return scope === 'all' || person === actor.userId || (scope === 'team' && actor.teamMembers.includes(person));
};

const hasDelegatedTo = async ({ trusted, actor }: Context, person: string): Promise<boolean> => {
  if (actor.userId === undefined) return false;
  const { rows } = await trusted(Activity).page('byDelegator', { of: actor.userId, first: 100, descending: true });
  return rows.some(({ owner, delegation }) => owner === person && delegation !== 'DECLINED');
};

type Span = { readonly from: string; readonly to: string; readonly closed: boolean };

/** The span in UTC is a day wider at each end than the days asked, whatever the time zone; the days are cut afterwards. */
const workOf = async (
  { trusted, actor }: Context,
  person: string,
  { from, to, closed }: Span,
): Promise<readonly Work[]> => {
  const bounds = { of: person, from: shifted(from, -1), to: shifted(to, 1), first: mostEntries };
  const [open, shut] = await Promise.all([
    trusted(Activity).page('byOwner', bounds),
    closed ? trusted(Activity).page('byOwner', { ...bounds, open: false }) : undefined,
  ]);
  const isAsked = (row: Work): boolean => {
    const day = dayIn(new Date(row.agendaAt), actor.timeZone);
    return day >= from && day <= to;
  };
  return [...open.rows, ...(shut?.rows ?? [])].filter(isAsked);
};

const shifted = (day: string, days: number): string => new Date(Date.parse(day) + days * 86_400_000).toISOString();

/** Other modules add sections to the panel: stale opportunities, tickets near their deadline. */
export type PanelSection = {
  readonly name: string;
  readonly describes: string;
  load(context: Context): Promise<readonly { readonly id: string }[]>;
};
/** The extension point for them. */
export const panelSections = 'panel.sections';

const counterFields = {
  overdue: integer({ describes: 'Planned work whose time has passed.' }),
  today: integer({ describes: 'Planned work of today.' }),
  next: integer({ describes: 'Planned work of the days after.' }),
  unassigned: integer({ describes: 'Work that waits for somebody of one’s teams.' }),
};

export const panel = query('panel', {
  describes:
    'The day on one screen: what is overdue, of today, next, waiting for one’s teams, and what other parts of the product point out.',
  needs: 'activity.read',
  input: {
    days: defaulted(integer({ min: 1, max: 42, describes: 'How many days `next` looks ahead.' }), 7),
    first: defaulted(integer({ min: 1, max: 100, describes: 'At most so many of each.' }), 25),
  },
  returns: {
    overdue: records(Activity, 'The oldest first.'),
    today: records(Activity, 'In the order of the day.'),
    next: records(Activity, 'The soonest first.'),
    unassigned: records(Activity, 'Work of one’s teams that nobody has taken.'),
    delegated: records(Activity, 'Work that one has asked colleagues to do, still open.'),
    sections: list(
      object('PanelSection', {
        name: text({ describes: 'The section’s name.' }),
        describes: text({ describes: 'What it shows.' }),
        records: list(ref('*'), { max: 100, describes: 'What it points out.' }),
      }),
      { max: 20, describes: 'What other parts of the product point out.' },
    ),
    counters: object('PanelCounters', counterFields, { describes: 'How many of each, at most 100 counted.' }),
  },
  run: async ({ days, first }, context) => {
    const { actor, clock } = context;
    const mine = actor.userId === undefined ? [] : await openWork(context, actor.userId);
    const waiting = (await Promise.all(actor.teams.map((team) => openWork(context, team)))).flat();
    const [sections, delegated] = await Promise.all([loadSections(context, first), delegatedWork(context)]);
    const dayOf = (row: Work): string => dayIn(new Date(row.agendaAt), actor.timeZone);
    const today = clock.today();
    const last = dayIn(new Date(clock.now().getTime() + days * 86_400_000), actor.timeZone);
    const now = clock.instant();
    const overdue = mine.filter((row) => (row.endsAt ?? row.agendaAt) < now && dayOf(row) <= today);
    const ofToday = mine.filter((row) => dayOf(row) === today && !overdue.includes(row));
    const next = mine.filter((row) => dayOf(row) > today && dayOf(row) <= last);
    return {
      overdue: overdue.slice(0, first),
      today: ofToday.slice(0, first),
      next: next.slice(0, first),
      unassigned: waiting.slice(0, first),
      delegated: delegated.slice(0, first),
      sections: [...sections],
      counters: { overdue: overdue.length, today: ofToday.length, next: next.length, unassigned: waiting.length },
    };
  },
});

const openWork = async ({ trusted }: Context, holder: string): Promise<readonly Work[]> =>
  (await trusted(Activity).page('byOwner', { of: holder, first: 100 })).rows;

const delegatedWork = async ({ trusted, actor }: Context): Promise<readonly Work[]> => {
  if (actor.userId === undefined) return [];
  const { rows } = await trusted(Activity).page('byDelegator', { of: actor.userId, first: 100, descending: true });
  return rows.filter(({ status }) => status === 'PLANNED');
};

const loadSections = (context: Context, first: number) =>
  Promise.all(
    (context.registry.contributions(panelSections) as readonly PanelSection[]).map(
      async ({ name, describes, load }) => ({
        name,
        describes,
        records: (await load(context)).slice(0, first).map(({ id }) => id),
      }),
    ),
  );

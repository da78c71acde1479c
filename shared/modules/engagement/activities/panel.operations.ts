import {
  boolean,
  dayIn,
  defaulted,
  integer,
  list,
  object,
  query,
  readOn,
  records,
  ref,
  text,
  type Context,
  type PageAsked,
  type Row,
} from '#kernel';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { Activity } from './activity.entity.ts';
import { queuesOf, waitingIn } from './queue.operations.ts';

type Work = Row<typeof Activity>;

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
  unassigned: integer({ describes: 'Work that waits for one’s teams, part of the organisation or roles.' }),
  isComplete: boolean({
    describes: 'Whether all was counted: up to 500 overdue, 500 of today and next, 500 waiting in each queue.',
  }),
};

/** What the panel counts of each sort. */
const mostCounted = 500;
/** Delegated work that is looked through for what is still open. */
const mostDelegated = 300;

export const panel = query('panel', {
  describes:
    'The day on one screen: what is overdue, of today, next - also of absent colleagues for whom one stands in -, waiting in one’s queues, and what other parts of the product point out.',
  needs: 'activity.read',
  input: {
    days: defaulted(integer({ min: 1, max: 42, describes: 'How many days `next` looks ahead.' }), 7),
    first: defaulted(integer({ min: 1, max: 100, describes: 'At most so many of each.' }), 25),
  },
  returns: {
    overdue: records(Activity, 'The oldest first.'),
    today: records(Activity, 'In the order of the day.'),
    next: records(Activity, 'The soonest first.'),
    unassigned: records(Activity, 'Work in one’s queues that nobody has taken.'),
    delegated: records(Activity, 'Work that one has asked colleagues to do, still open.'),
    sections: list(
      object('PanelSection', {
        name: text({ describes: 'The section’s name.' }),
        describes: text({ describes: 'What it shows.' }),
        records: list(ref('*'), { max: 100, describes: 'What it points out.' }),
      }),
      { max: 20, describes: 'What other parts of the product point out.' },
    ),
    counters: object('PanelCounters', counterFields, { describes: 'How many of each.' }),
  },
  run: async ({ days, first }, context) => {
    const [mine, waiting, sections, delegated] = await Promise.all([
      ownWork(context, days),
      waitingWork(context),
      loadSections(context, first),
      delegatedWork(context),
    ]);
    const { overdue, today, next } = byUrgency(context, mine.rows, days);
    return {
      overdue: overdue.slice(0, first),
      today: today.slice(0, first),
      next: next.slice(0, first),
      unassigned: waiting.rows.slice(0, first),
      delegated: delegated.filter(({ status }) => status === 'PLANNED').slice(0, first),
      sections: [...sections],
      counters: {
        overdue: overdue.length,
        today: today.length,
        next: next.length,
        unassigned: waiting.rows.length,
        isComplete: mine.isComplete && waiting.isComplete,
      },
    };
  },
});

type Read = { readonly rows: readonly Work[]; readonly isComplete: boolean };

const waitingWork = async (context: Context): Promise<Read> =>
  together(await Promise.all((await queuesOf(context)).map((queue) => waitingIn(context, queue))));

const openWork = ({ trusted }: Context, span: { readonly of: string; readonly from?: string; readonly to?: string }) =>
  readOn((page) => trusted(Activity).page('byOwner', { ...span, ...page }), mostCounted);

/** Several reads as one: each activity once, the earliest first. */
const together = (reads: readonly Read[]): Read => ({
  rows: inOrder([...new Map(reads.flatMap(({ rows }) => rows).map((row) => [row.id, row])).values()]),
  isComplete: reads.every(({ isComplete }) => isComplete),
});

/** The earliest first; what is of the same moment, as all that lasts the day, as it was made. */
const inOrder = (rows: readonly Work[]): readonly Work[] =>
  rows
    .map((row) => ({ row, place: `${row.agendaAt} ${row.id}` }))
    .sort((left, right) => (left.place < right.place ? -1 : 1))
    .map(({ row }) => row);

/** Whose work one does today: the own, and that of absent colleagues for whom one stands in. */
const holders = ({ userId, standsFor = [] }: Context['actor']): readonly string[] =>
  userId === undefined ? [] : [userId, ...standsFor];

/** What is past and what lies ahead, read apart, so that many overdue ones never hide the work of today. */
const ownWork = async (context: Context, days: number): Promise<Read> => {
  const { actor, clock } = context;
  const begin = (later: number): string => dayStart(dayAfter(clock.today(), later), actor.timeZone);
  return together(
    await Promise.all(
      holders(actor).flatMap((of) => [
        openWork(context, { of, to: clock.instant() }),
        openWork(context, { of, from: begin(0), to: begin(days + 1) }),
      ]),
    ),
  );
};

const byUrgency = ({ actor, clock }: Context, rows: readonly Work[], days: number) => {
  const dayOf = (instant: string): string => dayIn(new Date(instant), actor.timeZone);
  const today = clock.today();
  const last = dayAfter(today, days);
  const now = clock.instant();
  const isOverdue = ({ endsAt, agendaAt }: Work): boolean => (endsAt ?? agendaAt) < now;
  const left = rows.filter((row) => !isOverdue(row)).map((row) => ({ row, day: dayOf(row.agendaAt) }));
  return {
    overdue: rows.filter(isOverdue),
    today: left.filter(({ day }) => day === today).map(({ row }) => row),
    next: left.filter(({ day }) => day > today && day <= last).map(({ row }) => row),
  };
};

/** What the actor has asked colleagues to do, the latest first. */
export const delegatedWork = async ({ trusted, actor }: Context): Promise<readonly Work[]> => {
  const { userId: of } = actor;
  if (of === undefined) return [];
  const read = (page: PageAsked) => trusted(Activity).page('byDelegator', { of, descending: true, ...page });
  return (await readOn(read, mostDelegated)).rows;
};

/** What managers look into: nobody took or did it in time. */
export const escalatedSection: PanelSection = {
  name: 'escalated',
  describes: 'Work that was escalated to one because nobody took or did it in time.',
  load: async ({ trusted, actor }) => {
    const pages = holders(actor).map((of) => trusted(Activity).page('byEscalation', { of, first: 100 }));
    return inOrder((await Promise.all(pages)).flatMap(({ rows }) => rows));
  },
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

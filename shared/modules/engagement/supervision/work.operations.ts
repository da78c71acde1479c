import {
  choice,
  date,
  defaulted,
  DomainError,
  integer,
  list,
  object,
  optional,
  query,
  ref,
  text,
  type Context,
} from '#kernel';
import { mayCount, readRollup } from '#kernel/rollup-cells';
import { Activity } from '#modules/engagement/activities';
import { activityTotals, nobody } from './work.projections.ts';
import {
  groupWork,
  monthsOf,
  spansToRead,
  sumsOf,
  workCell,
  workDimensions,
  type MonthSpan,
  type Span,
  type WorkCell,
} from './work.rules.ts';
import { peopleAsked, whose, type People } from './whose.operations.ts';

/** Days that one answer counts at most: the cells of three months. */
const mostDays = 62;

const sumFields = {
  planned: integer({ describes: 'Planned, and not yet done.' }),
  done: integer({ describes: 'Done, on the day on which it was.' }),
  dropped: integer({ describes: 'Dropped.' }),
  minutes: integer({ describes: 'Minutes that the done ones took.' }),
};
const groupFields = {
  person: optional(ref('User', { describes: 'Whose work; absent for work that nobody has taken.' })),
  type: optional(ref('ActivityType', { describes: 'Which kind of work.' })),
  day: optional(date({ describes: 'Which day.' })),
  week: optional(date({ describes: 'The Monday of which week.' })),
  result: optional(text({ describes: 'What came of it.' })),
  ...sumFields,
};

export const teamWork = query('teamWork', {
  describes:
    'What people have planned and done, counted as asked from totals kept current, and what is overdue for each of them. ' +
    'Grouped by result, only done work that has one is counted. Four requests at most within two months; `agenda` and `activities` list the work itself.',
  needs: 'activity.supervise',
  input: {
    ...whose,
    from: date({ describes: 'First day.' }),
    to: date({ describes: 'Last day; at most 62 days in all.' }),
    groupBy: defaulted(
      list(choice(workDimensions, { named: 'WorkDimension' }), { max: 5, describes: 'What to count by.' }),
      ['person'],
    ),
  },
  returns: {
    groups: list(object('WorkGroup', groupFields), { max: 10_000, describes: 'In the order of what is counted by.' }),
    total: object('WorkTotal', sumFields, { describes: 'All of it.' }),
    overdue: list(
      object('OverdueWork', {
        person: optional(ref('User', { describes: 'Whose; absent for work that nobody has taken.' })),
        count: integer({ describes: 'Planned work of the days before today.' }),
      }),
      { max: 1000, describes: 'Who has overdue work, most first.' },
    ),
  },
  run: async (input, context) => {
    assertSpan(input);
    const isByResult = input.groupBy.includes('result');
    const [people, work, open, results] = await Promise.all([
      peopleAsked(context, input),
      readWork(context, spansToRead(context.clock.today(), input), false),
      readRollup(context.ports.table, context.actor.tenant, activityTotals.name, 'open'),
      isByResult ? readWork(context, monthsOf(input), true) : undefined,
    ]);
    const mine = ({ person }: WorkCell): boolean => mayCount(context.actor, Activity, person) && people.has(person);
    const inSpan = ({ day }: WorkCell): boolean => day >= input.from && day <= input.to;
    const cells = (results ?? work).filter(mine).filter(inSpan);
    return {
      groups: [...groupWork(cells, input.groupBy)],
      total: sumsOf(cells),
      overdue: overdueOf(context, work.filter(mine), open, people),
    };
  },
});

const assertSpan = ({ from, to }: Span): void => {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  if (days < 0 || days >= mostDays)
    throw new DomainError('BAD_INPUT', `Ask for 1 to ${String(mostDays)} days.`, ['to']);
};

const readWork = async (
  { ports, actor }: Context,
  spans: readonly MonthSpan[],
  isResults: boolean,
): Promise<readonly WorkCell[]> => {
  const months = await Promise.all(
    spans.map(({ month, from, to }) =>
      readRollup(ports.table, actor.tenant, activityTotals.name, isResults ? `${month}/results` : month, {
        from,
        to: `${to}~`,
      }),
    ),
  );
  return months.flatMap((cells) => [...cells].map(([key, amounts]) => workCell(key, amounts, isResults)));
};

type OpenCells = Awaited<ReturnType<typeof readRollup>>;

/** Open work of the months before, and of this month's days before today; most first. */
const overdueOf = ({ actor, clock }: Context, work: readonly WorkCell[], open: OpenCells, people: People) => {
  const today = clock.today();
  const month = today.slice(0, 7);
  const before = [...open]
    .map(([cell, { count = 0 }]) => ({ month: cell.slice(0, 7), person: cell.slice(8), count }))
    .filter((cell) => cell.month < month && mayCount(actor, Activity, cell.person) && people.has(cell.person));
  const inMonth = work.filter(({ day, status }) => status === 'PLANNED' && day >= `${month}-01` && day < today);
  const byPerson = Map.groupBy([...before, ...inMonth], ({ person }) => person);
  return [...byPerson]
    .map(([person, cells]) => ({ person, count: cells.reduce((sum, { count }) => sum + count, 0) }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count)
    .map(({ person, count }) => ({ ...(person !== nobody && { person }), count }));
};

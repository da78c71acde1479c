import {
  choice,
  date,
  defaulted,
  DomainError,
  geoPoint,
  integer,
  json,
  list,
  mutation,
  object,
  optional,
  record,
  records,
  ref,
  type Context,
  type GeoPoint,
} from '#kernel';
import { Account } from '#modules/parties/accounts';
import { dueAccounts, visitorOf, type DueAccount } from './due.operations.ts';
import { candidateOf, standingVisits, timedWork, Visitor, workDays, workingTimeFor } from './planning.operations.ts';
import { daysFrom, instantOn, stopsOf, taskFor, type Candidate, type WorkDay } from './planning.rules.ts';
import { Route, type RouteRow } from './route.entity.ts';
import { solve, type Solution } from './solve.rules.ts';
import { distancesBetween } from './travelling.operations.ts';

/** Visits that one plan considers. */
const mostCandidates = 100;
const mostDays = 7;

export const planVisits = mutation('planVisits', {
  describes:
    'Plans whom a person visits on the coming days: those who are most due, as many as the working hours hold, each when it receives, on the shortest way. Makes a draft of a route for each day; days with a confirmed route stay as they are.',
  needs: 'route.plan',
  input: {
    owner: optional(ref('User', { describes: 'Who goes; oneself when not said.' })),
    from: date({ describes: 'The first day.' }),
    days: defaulted(
      integer({ min: 1, max: mostDays, describes: 'So many days; people travel on those on which they work.' }),
      1,
    ),
    start: optional(geoPoint({ describes: 'Where each day begins; where the person sets out from when not said.' })),
    end: optional(geoPoint({ describes: 'Where each day ends; at its start when not said.' })),
    where: optional(json({ describes: 'Only these accounts: a filter as `accounts(where)` takes it.' })),
  },
  returns: {
    routes: records(Route, 'A draft for each day that has a visit.'),
    unassigned: list(
      object('UnplannedVisit', {
        account: record(Account, 'Who is due.'),
        reason: choice(['OUT_OF_REACH', 'NO_ROOM', 'NO_PLACE'], {
          named: 'UnplannedVisitReason',
          describes: 'It cannot be reached when it receives, others are more due, or nobody knows where it lies.',
        }),
      }),
      { max: mostCandidates, describes: 'Who is due and not in the plan, the most due first.' },
    ),
  },
  fails: ['START_MISSING'],
  run: async ({ where, ...input }, context) => {
    const owner = visitorOf(context, input.owner);
    const person = await context.trusted(Visitor).get(owner);
    const start = input.start ?? person.setsOutFrom;
    if (!start) throw new DomainError('START_MISSING', 'Say where the days begin.', ['start']);
    const days = await openDays(context, owner, daysFrom(input.from, input.days));
    const due = await dueAccounts(context, { owner, day: input.from, ...(where !== undefined && { where }) });
    const plan = await planDays(context, { person, days, due, start, end: input.end ?? start });
    return { routes: plan.routes, unassigned: plan.unassigned };
  },
});

/** Drafts give way to the new plan; days with a confirmed route are not touched. */
const openDays = async ({ data }: Context, owner: string, days: readonly string[]): Promise<readonly string[]> => {
  const bounds = { of: owner, from: days[0] ?? '', to: days.at(-1) ?? '', first: 100 };
  const { rows } = await data(Route).page('byOwner', bounds);
  for (const { id } of rows.filter(({ status }) => status === 'DRAFT')) {
    const draft = await data(Route).get(id);
    if (draft.status === 'DRAFT') data(Route).move(draft, 'CANCELLED');
  }
  const confirmed = new Set(rows.filter(({ status }) => status === 'CONFIRMED').map((route) => route.date));
  return days.filter((day) => !confirmed.has(day));
};

type Given = {
  readonly person: Parameters<typeof workDays>[2];
  readonly days: readonly string[];
  readonly due: readonly DueAccount[];
  readonly start: GeoPoint;
  readonly end: GeoPoint;
};

const planDays = async (context: Context, { person, days, due, start, end }: Given) => {
  const time = await workingTimeFor(context);
  const work = await timedWork(context, person.id, days[0] ?? '', days.at(-1) ?? '');
  const standing = (await standingVisits(context, work, time.timeZone)).filter(({ fixed }) =>
    days.includes(fixed?.day ?? ''),
  );
  const known = new Set(standing.map(({ fixed }) => fixed?.activity));
  const workdays = workDays(
    context,
    time,
    person,
    days,
    work.filter(({ id }) => !known.has(id)),
  );
  const visited = new Set(work.filter(({ kind }) => kind === 'VISIT').map(({ account }) => account));
  const asked = due.filter(({ isCandidate, account }) => isCandidate && !visited.has(account.id));
  const candidates = [
    ...standing,
    ...asked.flatMap((each) => (each.place ? [candidateOf(each, each.place)] : [])),
  ].slice(0, mostCandidates);
  const { distances } = await distancesBetween(context, [...candidates.map(({ point }) => point), start, end]);
  const solution = solve(taskFor(candidates, workdays, distances, time.timeZone));
  const routes = workdays.flatMap((workday, index) =>
    makeRoute(context, { solution, index, workday, candidates, start, end, owner: person.id, timeZone: time.timeZone }),
  );
  return { routes, unassigned: leftOver(solution, candidates, asked) };
};

type Made = {
  readonly solution: Solution;
  readonly index: number;
  readonly workday: WorkDay;
  readonly candidates: readonly Candidate[];
  readonly start: GeoPoint;
  readonly end: GeoPoint;
  readonly owner: string;
  readonly timeZone: string;
};

const makeRoute = (
  { data }: Context,
  { solution, index, workday, candidates, start, end, owner, timeZone }: Made,
): readonly RouteRow[] => {
  const planned = solution.days[index];
  const toInstant = instantOn(workday.day, timeZone);
  const stops = stopsOf(solution, index, candidates, toInstant);
  if (!planned || stops.length === 0) return [];
  return [
    data(Route).create({
      date: workday.day,
      owner,
      start,
      end,
      stops,
      km: Math.round(planned.km * 10) / 10,
      travelMinutes: planned.travelMinutes,
      endsAt: toInstant(planned.endsAt),
      visitMinutes: 0,
    }),
  ];
};

const leftOver = ({ unassigned }: Solution, candidates: readonly Candidate[], asked: readonly DueAccount[]) => {
  const refused = new Map(unassigned.map(({ call, reason }) => [candidates[call]?.account, reason] as const));
  const considered = new Set(candidates.map(({ account }) => account));
  const reasonOf = ({ account, place }: DueAccount) => {
    if (!place) return 'NO_PLACE' as const;
    return considered.has(account.id) ? refused.get(account.id) : ('NO_ROOM' as const);
  };
  return asked
    .flatMap((each) => {
      const reason = reasonOf(each);
      return reason === undefined ? [] : [{ account: each.account, reason }];
    })
    .slice(0, mostCandidates);
};

// The past, lived again with a workflow in it: events and waits in the order of time, decided by the engine of real runs.
import { dayIn, prefixOf, type AnyRow, type DomainEvent } from '#kernel';
import { filterHolds } from '#modules/platform/events';
import { resolved } from './mapping.rules.ts';
import { advance, recordOf } from './simulate-run.operations.ts';
import { listOf, type Match, type Report } from './simulate-report.rules.ts';
import {
  goesOn,
  learn,
  newWorld,
  type Queued,
  type SimulatedRun,
  type Simulation,
  type World,
} from './simulate-world.rules.ts';
import type { Outcome } from './standing.rules.ts';
import { isAwaited, isWithin, startedOn } from './triggers.rules.ts';

/** Runs that are thought of at most; more is told as incomplete. */
const mostRuns = 20_000;

/** What would have happened. It reads no clock, makes no ids and writes nothing. */
export const simulate = async (given: Simulation): Promise<Report> => {
  const world = newWorld(given);
  for (const { at, event } of happenings(given)) {
    await passTime(world, at);
    if (event) await hear(world, event);
    else await comeRound(world, at);
  }
  await passTime(world, given.to);
  return reportOf(world);
};

/** Events and moments of the timetable in the order of time. */
const happenings = ({
  events,
  moments,
}: Simulation): readonly { readonly at: string; readonly event?: DomainEvent }[] =>
  [...events.map((event) => ({ at: event.at, event })), ...moments.map((at) => ({ at }))].toSorted((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );

/** Waits end on the way to a moment, the first one first. */
const passTime = async (world: World, moment: string): Promise<void> => {
  for (let run = firstDue(world, moment); run; run = firstDue(world, moment))
    await goOn(world, run, untilOf(run), { result: run.wait?.wait.event === undefined ? 'TIME' : 'TIMED_OUT' });
};

const untilOf = ({ wait }: SimulatedRun): string => wait?.until ?? '';

const firstDue = ({ waiting }: World, moment: string): SimulatedRun | undefined => {
  let first: SimulatedRun | undefined;
  for (const run of waiting) {
    const until = run.wait?.until;
    if (until !== undefined && until <= moment && (!first || until < untilOf(first))) first = run;
  }
  return first;
};

/** A run goes on; who waits for its turn behind it comes next. */
const goOn = async (world: World, run: SimulatedRun, now: string, outcome?: Outcome): Promise<void> => {
  world.waiting.delete(run);
  await advance(world, run, now, outcome);
  if (run.wait) world.waiting.add(run);
  if (goesOn(run)) return;
  const index = world.queue.findIndex(({ record }) => record === run.record);
  const [next] = index < 0 ? [] : world.queue.splice(index, 1);
  if (next) await begin(world, next, now);
};

const hear = async (world: World, event: DomainEvent): Promise<void> => {
  learn(world, event);
  const { registry, country, plan } = world.given;
  const { id, type, at, actor, record: about, changed } = event;
  const output = { event: id, record: about.id, by: actor };
  for (const run of [...world.waiting].filter((each) => isHeard(world, each, event)))
    await goOn(world, run, at, { result: 'HAPPENED', output });
  const record = startedOn(plan, event, { registry, country });
  if (record === undefined) return;
  const trigger = { event: { id, type, at, actor, record: about, changed } };
  await start(world, { record, cause: id, trigger }, type, at);
};

const isHeard = (
  { given: { registry, country } }: World,
  { wait, record }: SimulatedRun,
  event: DomainEvent,
): boolean => {
  if (wait?.wait.event !== event.type) return false;
  const { via } = wait.wait;
  const subject = via === undefined ? event.record.id : event.data?.[via];
  return subject === record && isAwaited(wait.wait, event, registry.entities.get(event.record.type), country);
};

/** A moment of the timetable: once, or for the records for which its filter holds, as far as the period has told of them. */
const comeRound = async (world: World, at: string): Promise<void> => {
  const { of, records, given } = world;
  const { country, plan, timeZone } = given;
  const where = resolved(plan.trigger.where ?? {}, { now: at, today: dayIn(new Date(at), timeZone) });
  const matching = [...records.values()].filter(({ id }) => prefixOf(id) === of?.idPrefix);
  const ids = matching.filter((record) => filterHolds(of, where, record, country)).map(({ id }) => id);
  for (const record of of ? ids.sort() : [undefined])
    await start(world, { record, cause: `schedule ${at}`, trigger: { input: { at } } }, 'SCHEDULE', at);
};

type Fate = Match['fate'];

const start = async (world: World, queued: Queued, type: string, at: string): Promise<void> => {
  const row = await recordOf(world, queued.record, at);
  if (row && !(await isInScope(world, row))) return;
  const fate = fateOf(world, queued.record, at);
  const match = { event: queued.cause, type, at, ...(queued.record !== undefined && { record: queued.record }), fate };
  const isBegun = fate === 'STARTED' || fate === 'RESTARTED';
  world.matches.push(isBegun ? { ...match, run: world.runs.length + 1 } : match);
  if (fate === 'QUEUED') world.queue.push(queued);
  if (fate === 'RESTARTED') for (const run of runsOf(world, queued.record).filter(goesOn)) giveWay(world, run, at);
  if (isBegun) await begin(world, queued, at);
};

const isInScope = ({ given: { plan, isInScope: asked } }: World, row: AnyRow): boolean | Promise<boolean> =>
  plan.scope === undefined || (isWithin(plan.scope, row) ?? asked(row));

const runsOf = ({ runsOn }: World, record: string | undefined): readonly SimulatedRun[] =>
  runsOn.get(record ?? '') ?? [];

const giveWay = ({ waiting }: World, run: SimulatedRun, at: string): void => {
  waiting.delete(run);
  run.status = 'CANCELLED';
  run.endedAt = at;
  run.problem = 'A later run has taken its place.';
};

/** What becomes of something that would start a run. */
const fateOf = (world: World, record: string | undefined, at: string): Fate => {
  const { plan } = world.given;
  const before = record === undefined ? [] : runsOf(world, record);
  if (before.length >= (plan.mostRuns ?? Infinity) || world.runs.length >= mostRuns) return 'LIMIT';
  const hourAgo = new Date(Date.parse(at) - 3_600_000).toISOString();
  if (before.filter(({ startedAt }) => startedAt > hourAgo).length >= plan.mostPerHour) return 'LOOP';
  if (plan.concurrency === 'PARALLEL' || !runsOf(world, record).some(goesOn)) return 'STARTED';
  return ({ SKIP: 'SKIPPED', QUEUE: 'QUEUED', RESTART: 'RESTARTED' } as const)[plan.concurrency];
};

const begin = async (world: World, { record, trigger, cause }: Queued, at: string): Promise<void> => {
  const [first] = world.given.plan.steps;
  const run: SimulatedRun = {
    ...{ number: world.runs.length + 1, record, trigger, cause, startedAt: at, status: 'RUNNING', decisions: [] },
    standing: { step: first?.key ?? '', attempts: 0, loops: [] },
    wait: undefined,
    written: {},
  };
  world.runs.push(run);
  world.runsOn.set(record ?? '', [...runsOf(world, record), run]);
  await goOn(world, run, at);
};

const reportOf = ({ given: simulation, matches, runs, effects, loops }: World): Report => {
  const { from, to, isComplete, events, listed } = simulation;
  const sorted = Map.groupBy(effects, listOf);
  const [mails, writes, others] = (['mails', 'writes', 'others'] as const).map((name) => sorted.get(name) ?? []);
  const ended = (status: string): number => runs.filter((run) => run.status === status).length;
  const [completed, failed] = [ended('COMPLETED'), ended('FAILED')];
  return {
    ...{ from, to, isComplete },
    counts: {
      ...{ events: events.length, matched: matches.length, started: runs.length, completed, failed },
      open: runs.filter(goesOn).length,
      ...{ mails: mails?.length ?? 0, writes: writes?.length ?? 0, others: others?.length ?? 0 },
    },
    matches: matches.slice(0, listed),
    runs: runs.slice(0, listed).map(toldRun),
    mails: (mails ?? []).slice(0, listed),
    writes: (writes ?? []).slice(0, listed),
    others: (others ?? []).slice(0, listed),
    loops: [...loops.values()],
  };
};

const toldRun = ({
  number,
  record,
  cause,
  startedAt,
  endedAt,
  status,
  standing,
  problem,
  decisions,
}: SimulatedRun) => ({
  ...{ number, cause, startedAt, status, step: standing.step },
  ...(record !== undefined && { record }),
  ...(endedAt !== undefined && { endedAt }),
  ...(problem !== undefined && { problem }),
  decisions: decisions.slice(0, 480).map(({ step, outcome, result, to, problem: wrong, at }) => ({
    ...{ step, outcome, at },
    ...(result !== undefined && { result }),
    ...(to !== undefined && { to }),
    ...(wrong !== undefined && { problem: wrong }),
  })),
});

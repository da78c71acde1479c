// The past, lived again with a workflow in it: events and waits in the order of time, decided by the engine of real runs.
import type { AnyRow, DomainEvent } from '#kernel';
import { filterHolds } from '#modules/platform/events';
import { momentsAt, resolved } from './mapping.rules.ts';
import { hourOf, mostInHour } from './plan.rules.ts';
import { advance, recordOf } from './simulate-run.operations.ts';
import type { Match } from './simulate-report.rules.ts';
import { tellMatch, tellRun } from './simulate-telling.rules.ts';
import {
  dueOf,
  goesOn,
  learn,
  letWait,
  placeOf,
  stopWaiting,
  type Queued,
  type SimulatedRun,
  type Slice,
  type World,
} from './simulate-world.rules.ts';
import type { Outcome } from './standing.rules.ts';
import { isAwaited, isWithin, startedOn } from './triggers.rules.ts';

/** Runs that are thought of at most; what more would start is told as beyond the limit. */
const mostRuns = 20_000;

/** Lives through a piece of the past. It reads no clock, makes no ids and writes nothing. */
export const live = async (world: World, slice: Slice): Promise<void> => {
  world.counts.events += slice.events.length;
  for (const { at, event } of happenings(slice)) {
    await passTime(world, at);
    if (event) await hear(world, event);
    else await comeRound(world, at);
  }
};

/** Events and moments of the timetable in the order of time. */
const happenings = ({ events, moments }: Slice): readonly { readonly at: string; readonly event?: DomainEvent }[] =>
  [...events.map((event) => ({ at: event.at, event })), ...moments.map((at) => ({ at }))].toSorted((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );

/** Waits end on the way to a moment, the first one first. */
export const passTime = async (world: World, moment: string): Promise<void> => {
  for (let [run] = world.waiting; run && dueOf(run) <= moment; [run] = world.waiting)
    await goOn(world, run, dueOf(run), { result: run.wait?.wait.event === undefined ? 'TIME' : 'TIMED_OUT' });
};

/** A run goes on; who waits for its turn behind it comes next. */
const goOn = async (world: World, run: SimulatedRun, now: string, outcome?: Outcome): Promise<void> => {
  stopWaiting(world, run);
  await advance(world, run, now, outcome);
  if (run.wait) letWait(world, run);
  if (goesOn(run)) return;
  end(world, run);
  const place = placeOf(world, run.record);
  const [next, ...later] = place.queued;
  place.queued = later;
  if (next) await begin(world, next, now);
};

/** A run has ended, well or not. */
const end = (world: World, run: SimulatedRun): void => {
  const place = placeOf(world, run.record);
  place.open = place.open.filter((each) => each !== run);
  if (run.status === 'COMPLETED') world.counts.completed += 1;
  if (run.status === 'FAILED') world.counts.failed += 1;
  tellRun(world, run);
};

const hear = async (world: World, event: DomainEvent): Promise<void> => {
  learn(world, event);
  const { registry, country, plan } = world.given;
  const { id, type, at, actor, record: about, changed } = event;
  const output = { event: id, record: about.id, by: actor };
  for (const run of world.waiting.filter((each) => isHeard(world, each, event)))
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
  const where = resolved(plan.trigger.where ?? {}, momentsAt(at, timeZone));
  const matching = [...records.values()].filter((record) => filterHolds(of, where, record, country));
  const ids = matching.map(({ id }) => id);
  for (const record of of ? ids.sort() : [undefined])
    await start(world, { record, cause: `schedule ${at}`, trigger: { input: { at } } }, 'SCHEDULE', at);
};

type Fate = Match['fate'];

const start = async (world: World, queued: Queued, type: string, at: string): Promise<void> => {
  const { record, cause } = queued;
  const row = await recordOf(world, record, at);
  if (row && !(await isInScope(world, row))) return;
  const fate = fateOf(world, record, at);
  const isBegun = fate === 'STARTED' || fate === 'RESTARTED';
  const run = isBegun ? { run: world.counts.started + 1 } : {};
  tellMatch(world, { event: cause, type, at, ...(record !== undefined && { record }), fate, ...run });
  const place = placeOf(world, record);
  if (fate === 'QUEUED') place.queued = [...place.queued, queued];
  if (fate === 'RESTARTED') for (const before of place.open) giveWay(world, before, at);
  if (isBegun) await begin(world, queued, at);
};

const isInScope = ({ given: { plan, isInScope: asked } }: World, row: AnyRow): boolean | Promise<boolean> =>
  plan.scope === undefined || (isWithin(plan.scope, row) ?? asked(row));

const giveWay = (world: World, run: SimulatedRun, at: string): void => {
  stopWaiting(world, run);
  run.status = 'CANCELLED';
  run.endedAt = at;
  run.problem = 'A later run has taken its place.';
  end(world, run);
};

/** What becomes of it where another run on the record goes on. */
const besides = { PARALLEL: 'STARTED', SKIP: 'SKIPPED', QUEUE: 'QUEUED', RESTART: 'RESTARTED' } as const;

/** What becomes of something that would start a run. */
const fateOf = (world: World, record: string | undefined, at: string): Fate => {
  const { plan } = world.given;
  const { started, lately, open } = placeOf(world, record);
  const fate = record === undefined || open.length === 0 ? 'STARTED' : besides[plan.concurrency];
  if (fate === 'SKIPPED') return fate;
  if (lately.filter((moment) => hourOf(moment) === hourOf(at)).length >= mostInHour(plan)) return 'LOOP';
  return started >= (plan.mostRuns ?? Infinity) || world.counts.started >= mostRuns ? 'LIMIT' : fate;
};

const begin = async (world: World, { record, trigger, cause }: Queued, at: string): Promise<void> => {
  const [first] = world.given.plan.steps;
  const place = placeOf(world, record);
  world.counts.started += 1;
  const run: SimulatedRun = {
    ...{ number: world.counts.started, record, trigger, cause, startedAt: at, status: 'RUNNING', decisions: [] },
    standing: { step: first?.key ?? '', attempts: 0, loops: [] },
    wait: undefined,
    written: {},
  };
  place.started += 1;
  place.lately = [...place.lately.filter((moment) => hourOf(moment) === hourOf(at)), at];
  place.open = [...place.open, run];
  await goOn(world, run, at);
};

// What a simulation tells: noted while it goes on, and put together into the report in the end.
import { lists, listOf, type Effect, type Match, type Report, type Told } from './simulate-report.rules.ts';
import type { SimulatedRun, World } from './simulate-world.rules.ts';

/** Decisions of a run that are told. */
const mostDecisions = 480;

/** Something would have started the workflow. */
export const tellMatch = ({ counts, told, given }: World, match: Match): void => {
  counts.matched += 1;
  if (counts.matched <= given.listed) told.matches.push(match);
};

/** A run would have done something. */
export const tellEffect = ({ counts, told, given }: World, effect: Effect): void => {
  const list = listOf(effect);
  counts[list] += 1;
  if (counts[list] <= given.listed) told[list].push(effect);
};

/** A run has ended, or the period has. */
export const tellRun = ({ told, given }: World, run: SimulatedRun): void => {
  if (run.number <= given.listed) told.runs.push(toldRun(run));
};

const toldRun = (run: SimulatedRun): Told['runs'][number] => {
  const { number, record, cause, startedAt, endedAt, status, standing, problem, decisions } = run;
  return {
    ...{ number, cause, startedAt, status, step: standing.step },
    ...(record !== undefined && { record }),
    ...(endedAt !== undefined && { endedAt }),
    ...(problem !== undefined && { problem }),
    decisions: decisions
      .slice(0, mostDecisions)
      .map(({ step, kind, outcome, result, input, to, problem: wrong, at }) => ({
        ...{ step, outcome, at },
        ...(result !== undefined && { result }),
        ...(kind === 'branch' && { input }),
        ...(to !== undefined && { to }),
        ...(wrong !== undefined && { problem: wrong }),
      })),
  };
};

/** The period is over: what goes on then is told as it stands. */
export const tellOpen = (world: World): void => {
  const open = [...world.places.values()].flatMap((place) => place.open);
  world.counts.open = open.length;
  for (const run of open) tellRun(world, run);
};

/** The report of a world at its end, of all that was told on the way. */
export const reportOf = (
  { counts, loops, isComplete }: World,
  told: readonly Told[],
  { from, to }: Pick<Report, 'from' | 'to'>,
): Report => {
  const listed = Object.fromEntries(lists.map((name) => [name, told.flatMap((part) => part[name] as unknown[])]));
  const { runs, ...others } = listed as unknown as Pick<Report, (typeof lists)[number]>;
  return {
    ...{ from, to, isComplete, counts },
    ...others,
    // Runs are told when they end, and listed as they began.
    runs: runs.toSorted((one, other) => one.number - other.number),
    loops: [...loops.values()],
  };
};

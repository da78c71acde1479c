// A run of a simulation goes on by the engine itself; every effect is noted instead of done.
import { DomainError, type AnyRow } from '#kernel';
import { parseInput } from '#kernel/validate';
import { momentsAt } from './mapping.rules.ts';
import { listOf, type Effect } from './simulate-report.rules.ts';
import { noteLoop } from './simulate-loops.rules.ts';
import { tellEffect } from './simulate-telling.rules.ts';
import { goesOn, type SimulatedRun, type World } from './simulate-world.rules.ts';
import { stepKindsIn } from './step-kinds.rules.ts';
import type { Facts, Next, Outcome } from './standing.rules.ts';
import { nextTransition } from './transition.rules.ts';

/** Transitions of a run at one moment. */
const mostTransitions = 500;

/** A record at a moment of the period, as far as the log has told of it. */
export const recordOf = async (world: World, id: string | undefined, moment: string): Promise<AnyRow | undefined> => {
  if (id === undefined) return undefined;
  const known = world.records.get(id) ?? (await world.given.recordAt(id, moment));
  if (known) world.records.set(id, known);
  return known;
};

const factsOf = async (world: World, run: SimulatedRun, now: string): Promise<Facts> => {
  const { plan, timeZone, country, working } = world.given;
  const record = await recordOf(world, run.record, now);
  return {
    ...momentsAt(now, timeZone),
    of: world.of,
    record: record && { ...record, ...run.written },
    trigger: run.trigger,
    run: { id: `run ${String(run.number)}`, name: plan.name },
    decisions: run.decisions,
    country,
    ...(working && { working }),
  };
};

const isMoving = (run: SimulatedRun): boolean => goesOn(run) && run.wait === undefined;

/** Goes on with a run until it waits or ends. */
export const advance = async (world: World, run: SimulatedRun, now: string, outcome?: Outcome): Promise<void> => {
  let known = outcome;
  run.wait = undefined;
  run.status = run.standing.undo ? 'COMPENSATING' : 'RUNNING';
  for (let count = 0; count < mostTransitions && isMoving(run); count += 1) {
    const facts = await factsOf(world, run, now);
    const moved = nextTransition(world.given.plan, run.standing, facts, known);
    run.decisions = [...run.decisions, ...moved.decisions];
    run.standing = moved.standing;
    known = follow(world, run, facts, moved.next);
  }
};

/** What follows from a transition; a step that would be done answers what is taken to have come of it. */
const follow = (world: World, run: SimulatedRun, facts: Facts, next: Next): Outcome | undefined => {
  switch (next.do) {
    case 'perform':
      return noted(world, run, facts, next);
    case 'wait':
      run.wait = { wait: next.wait, until: next.until };
      run.status = 'WAITING';
      return undefined;
    case 'compensate':
      run.status = 'COMPENSATING';
      run.problem = next.failed.message;
      return undefined;
    case 'retry':
      return undefined;
    case 'end':
      run.status = next.status;
      run.endedAt = facts.now;
      if (next.failed) run.problem = next.failed.message;
      return undefined;
  }
};

/** Notes what a step would have done. What its values do not allow fails as it would have. */
const noted = (world: World, run: SimulatedRun, facts: Facts, next: Extract<Next, { do: 'perform' }>): Outcome => {
  const { step, input } = next;
  const kind = stepKindsIn(world.given.registry).get(step.kind);
  const problem = kind ? problemOf(() => parseInput(kind.input, input, { country: world.given.country })) : undefined;
  const { record } = run;
  const effect: Effect = { at: facts.now, run: run.number, step: step.key, kind: step.kind, input: { ...input } };
  const placed = { ...effect, ...(record !== undefined && { record }), ...(problem && { problem: problem.message }) };
  tellEffect(world, placed);
  if (problem) return { failed: { code: problem.code, message: problem.message, mayPass: false }, input };
  if (listOf(effect) === 'writes') noteLoop(world, run, facts, next);
  return { input, ...(kind?.awaits !== undefined && { result: world.given.decides }) };
};

const problemOf = (check: () => unknown): DomainError | undefined => {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
};

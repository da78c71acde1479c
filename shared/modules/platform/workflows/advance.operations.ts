// A run goes on: one unit of work for each step, in which the step's own writes and the run's are one conditional write. Any
// number of workers may be told to go on with the same run, and may die anywhere: one of them does each step.
import { DomainError, type AnyRow, type Context, type Runtime } from '#kernel';
import { isLostRace, untilWon } from '#kernel/lost-race';
import { load, type Unit } from '#kernel/unit';
import { factsOf } from './facts.operations.ts';
import { revisionOf } from './known.operations.ts';
import { callGivenUpAt, keepTransition, type Kept } from './keep-transition.operations.ts';
import { openKeeper, openPlace, operationOf, publisherOf, write } from './places.operations.ts';
import { keptInput, performed } from './perform.operations.ts';
import { endKey } from './plan.rules.ts';
import { stepKindsIn, type StepKind } from './step-kinds.rules.ts';
import type { Facts, Failure, Outcome, Standing, Transition } from './standing.rules.ts';
import { nextTransition } from './transition.rules.ts';
import { takeTurn } from './turn.operations.ts';
import type { RevisionRow } from './workflow.entity.ts';
import { WorkflowRun, type RunRow } from './workflow-run.entity.ts';

/** What a message of the queue says of a run. */
export type RunToAdvance = { readonly tenant: string; readonly run: string };

/** For so long one message goes on with a run; another one takes it from there. A call outside may take 40 seconds more. */
const mostMs = 60_000;
/** Tries of a step that loses races. */
const mostTries = 4;

/** Goes on with a run until it waits or ends. */
export const advanceRun = async (runtime: Runtime, { tenant, run }: RunToAdvance): Promise<void> => {
  if (await runtime.isPaused(tenant)) return;
  const until = runtime.clock.now().getTime() + mostMs;
  while (runtime.clock.now().getTime() < until) {
    if (!(await advanceOnce(runtime, tenant, run))) return;
  }
  await runtime.ports.queues.send('workflows', [{ body: { tenant, run } }]);
};

/** What has come about that a run waited for; undefined where it is no news to it. */
export type News = (run: RunRow, plan: RevisionRow) => Outcome | undefined;

/** One step of a run. Answers whether it goes on at once. */
export const advanceOnce = async (runtime: Runtime, tenant: string, id: string, news?: News): Promise<boolean> => {
  let seen: RunRow | undefined;
  try {
    return await untilWon(mostTries, async () => {
      const keeper = await openKeeper(runtime, tenant);
      const run = (await load(keeper.unit, WorkflowRun, id)) as RunRow | undefined;
      if (!run || WorkflowRun.states?.closedIn?.includes(run.status) === true) return false;
      seen = run;
      const plan = await revisionOf(keeper.context, run.revision);
      return step(await workOn(runtime, keeper.unit, run, plan), news);
    });
  } catch (error) {
    const failed = failureOf(error);
    // News that could not be written comes again with its event: the step that waits for it has not failed.
    if (!seen || (news && failed.mayPass)) throw error;
    // What was to be written with the step is gone; that it failed is written instead.
    return noteFailure(runtime, tenant, seen, failed);
  }
};

type Work = {
  readonly runtime: Runtime;
  readonly unit: Unit;
  readonly context: Context;
  readonly run: RunRow;
  readonly plan: RevisionRow;
};

/** A run as it was read, with the rights of who published it. @throws PUBLISHER_GONE */
const workOn = async (runtime: Runtime, knows: Unit, run: RunRow, plan: RevisionRow): Promise<Work> => {
  const actor = await publisherOf(runtime, knows.actor.tenant, plan.publishedBy);
  const { chain, depth, causedBy } = run;
  const cause = { chain, depth, ...(causedBy !== undefined && { causedBy }) };
  const { unit, context } = openPlace(runtime, actor, { operation: operationOf(run.id), cause, knows });
  return { runtime, unit, context, run, plan };
};

const step = async (work: Work, news: News | undefined): Promise<boolean> => {
  const { run, plan, context } = work;
  if (run.status === 'QUEUED') return begin(work);
  if (!news) return goesOn(run, context.clock.instant()) && act(work);
  const told = news(run, plan);
  return told !== undefined && hear(work, told);
};

/** News is written by itself: who hears it again finds it known. */
const hear = async (work: Work, told: Outcome): Promise<boolean> => {
  const { run, plan, context } = work;
  return keep(work, nextTransition(plan, standingOf(run), await factsOf(context, run, plan), told));
};

const act = async (work: Work): Promise<boolean> => {
  const { run, plan, context } = work;
  const facts = await factsOf(context, run, plan);
  const first = nextTransition(plan, standingOf(run), facts, lost(run) ?? signalled(run));
  if (first.next.do !== 'perform') return keep(work, first);
  const kind = kindOf(work, first.next.step.kind);
  return kind.outside ? callOutside(work, kind, facts, first) : keep(work, await afterStep(work, kind, facts, first));
};

const keep = async ({ context, run, plan, unit }: Work, kept: Kept): Promise<boolean> => {
  const { goesOn: isNext } = await keepTransition(context, run, plan, kept);
  await write(unit);
  return isNext;
};

const begin = async ({ context, run, unit }: Work): Promise<boolean> => {
  const isTurn = await takeTurn(context, run);
  await write(unit);
  return isTurn;
};

/** Whether it is a worker's turn: what waits has its timer, and what somebody is calling for has that. */
const goesOn = ({ status, waitsFor, calling }: RunRow, now: string): boolean =>
  (status === 'RUNNING' || (status === 'COMPENSATING' && waitsFor === undefined)) &&
  !(calling !== undefined && callGivenUpAt(calling) > now);

const standingOf = ({ status, step: key = endKey, attempts, loops, undo }: RunRow): Standing => ({
  step: key,
  attempts,
  loops,
  ...(status === 'COMPENSATING' && { undo }),
});

/** A call whose end was never noted is a try like any other: it is not made for ever. */
const lost = ({ calling }: RunRow): Outcome | undefined =>
  calling === undefined
    ? undefined
    : { failed: { code: 'NO_ANSWER', message: 'What became of the call was not noted.', mayPass: true } };

/** What a timer has noted: the time that was waited for has come. */
const signalled = ({ signal }: RunRow): Outcome | undefined => (signal === undefined ? undefined : { result: signal });

/** The kind of a step that is to be done. @throws UNKNOWN_KIND where its module is gone */
const kindOf = ({ context }: Work, key: string): StepKind => {
  const kind = stepKindsIn(context.registry).get(key);
  if (!kind) throw new DomainError('UNKNOWN_KIND', `There are no steps of the kind ${key} any more.`);
  return kind;
};

/** Does the step in the same unit of work, and goes on from it. */
const afterStep = async (work: Work, kind: StepKind, facts: Facts, first: Transition): Promise<Kept> => {
  const { next } = first;
  if (next.do !== 'perform') return first;
  const { run, context, plan } = work;
  const at = { step: next.step, run, record: facts.record, context };
  const outcome = await performed(kind, next.input, at);
  if (kind.awaits !== undefined) return { ...first, awaits: kind.awaits, outcome };
  const record = await refreshed(work, facts);
  return following(plan, first, { ...facts, record }, outcome);
};

/** The record as the step has left it. */
const refreshed = async ({ context, run }: Work, { of }: Facts): Promise<AnyRow | undefined> =>
  of && run.record !== undefined ? context.data(of).find(run.record) : undefined;

/** A transition and the one that follows from what became of its step, as one. */
const following = (plan: RevisionRow, first: Transition, facts: Facts, outcome: Outcome): Transition => {
  const decisions = [...facts.decisions, ...first.decisions];
  const second = nextTransition(plan, first.standing, { ...facts, decisions }, outcome);
  return { ...second, decisions: [...first.decisions, ...second.decisions] };
};

// Outside ---------------------------------------------------------------------------------------------------------

/**
 * First it is written that somebody is called, then the call is made, then what came of it is written. Who dies on the way leaves
 * it to the timer: it counts as a failed try, and the call may be made again under the same key, which the other side may know.
 */
const callOutside = async (work: Work, kind: StepKind, facts: Facts, first: Transition): Promise<boolean> => {
  const { runtime, context, run, plan } = work;
  const taken = (await keepTransition(context, run, plan, { ...first, calling: context.clock.instant() })).run;
  await write(work.unit);
  const { next } = first;
  if (next.do !== 'perform' || taken.calling === undefined) return false;
  const at = { step: next.step, run: taken, record: facts.record, context };
  const outcome = await performed(kind, next.input, at).catch((error: unknown): Outcome => ({
    failed: failureOf(error),
    input: keptInput(context, run, next.step, next.input),
  }));
  return noteOutcome(runtime, context.actor.tenant, taken, outcome);
};

// What became of a step -------------------------------------------------------------------------------------------

/** Problems that may have passed when it is tried again. */
const passing: ReadonlySet<string> = new Set(['RATE_LIMITED', 'NO_ANSWER']);

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof DomainError))
    return { code: 'INTERNAL', message: 'Something went wrong on our side.', mayPass: true };
  return { code: error.code, message: saidBy(error), mayPass: isLostRace(error) || passing.has(error.code) };
};

/** What is wrong, and where: `name: At most 200 characters.` */
const saidBy = ({ message, problems: [first] }: DomainError): string =>
  first?.path === undefined || first.path.length === 0 ? message : `${first.path.join('.')}: ${first.message}`;

const noteFailure = (runtime: Runtime, tenant: string, seen: RunRow, failed: Failure): Promise<boolean> => {
  runtime.log.warn('A step of a workflow failed.', { run: seen.id, step: seen.step, code: failed.code });
  return noteOutcome(runtime, tenant, seen, { failed });
};

/** Writes what became of the step at which a run stood, unless it stands elsewhere by now. */
const noteOutcome = (runtime: Runtime, tenant: string, seen: RunRow, outcome: Outcome): Promise<boolean> =>
  untilWon(mostTries, async () => {
    const { unit, context } = await openKeeper(runtime, tenant);
    const run = (await load(unit, WorkflowRun, seen.id)) as RunRow | undefined;
    if (run?.version !== seen.version) return true;
    const plan = await revisionOf(context, run.revision);
    const facts = await factsOf(context, run, plan);
    const standing = standingOf(run);
    const first = 'failed' in outcome ? nextTransition(plan, standing, facts, signalled(run)) : undefined;
    // The way to the step that failed, which only decides, is gone again with it.
    const next =
      first?.next.do === 'perform'
        ? following(plan, first, facts, {
            input: keptInput(context, run, first.next.step, first.next.input),
            ...outcome,
          })
        : nextTransition(plan, standing, facts, outcome);
    const kept = await keepTransition(context, run, plan, next);
    await write(unit);
    return kept.goesOn;
  });

// The engine: where a run goes. Pure: it knows no clock and writes nothing, so that a run and its simulation agree.
import type { AnyEntity, AnyRow } from '#kernel';
import { addWorkingDays, addWorkingTime, instantOf, type WorkingTime } from '#modules/platform/settings';
import { filterHolds } from './filters.rules.ts';
import { resolved, valueAt, wordsOf, type Sources } from './mapping.rules.ts';
import { followerOf } from './plan-checks.rules.ts';
import { endKey, type Plan, type Route, type Step } from './plan.rules.ts';
import type { Given, StepOutcome } from './step-kinds.rules.ts';
import { waitingFields, type Waiting } from './waiting.rules.ts';
import type { Decision, Loop } from './workflow-run.entity.ts';

/** Where a run stands. */
export type Standing = {
  /** The key of its step; END when there is none left. */
  readonly step: string;
  readonly attempts: number;
  readonly loops: readonly Loop[];
  /** Steps to be taken back, while it does so. */
  readonly undo?: readonly string[];
};

/** What a transition is decided on. */
export type Facts = {
  readonly now: string;
  /** The calendar day there. */
  readonly today: string;
  /** The entity of the record, its fields and values as they are now. */
  readonly of: AnyEntity | undefined;
  readonly record: AnyRow | undefined;
  /** What started the run: `event` and `input`. */
  readonly trigger: Given;
  readonly run: { readonly id: string; readonly name: string };
  /** What was decided before: outputs of steps are found in it. */
  readonly decisions: readonly Decision[];
  /** When people work, where a step of the plan asks. */
  readonly working?: WorkingTime;
  readonly country: string;
};

/** What became of the step at which the run stands. */
export type Outcome = (StepOutcome & { readonly input?: Given }) | { readonly failed: Failure; readonly input?: Given };
/** Why a step failed, and whether trying again may help. */
export type Failure = { readonly code: string; readonly message: string; readonly mayPass: boolean };

/** What is to happen next. */
export type Next =
  | { readonly do: 'perform'; readonly step: Step; readonly input: Given }
  | { readonly do: 'wait'; readonly step: Step; readonly wait: Waiting; readonly until?: string }
  | { readonly do: 'retry'; readonly step: Step; readonly until: string }
  | { readonly do: 'compensate'; readonly failed: Failure }
  | { readonly do: 'end'; readonly status: 'COMPLETED' | 'FAILED'; readonly failed?: Failure };

/** A transition: what was decided on the way, where the run stands then, and what is to happen. */
export type Transition = { readonly decisions: readonly Decision[]; readonly standing: Standing; readonly next: Next };

/** What effects a run has; a simulation has others. */
export type Effects = {
  /** Does a step with all values in place. @throws DomainError when it cannot be done */
  perform(step: Step, input: Given): Promise<StepOutcome | undefined>;
};

/** Steps that decide and do nothing, passed in one transition. */
const mostPassed = 200;

/**
 * Where a run goes from where it stands: through all steps that only decide, to the next that does or awaits something. With an
 * outcome the step at which it stands is behind it.
 */
export const nextTransition = (
  plan: Pick<Plan, 'steps'>,
  standing: Standing,
  facts: Facts,
  outcome?: Outcome,
): Transition => {
  const walk: Walk = { plan, facts, made: [], standing };
  const first = outcome === undefined ? walk : settle(walk, outcome);
  return 'next' in first ? first : go(first);
};

type Walk = {
  readonly plan: Pick<Plan, 'steps'>;
  readonly facts: Facts;
  readonly made: readonly Decision[];
  readonly standing: Standing;
};

const stepAt = ({ plan, standing }: Walk): Step | undefined => plan.steps.find(({ key }) => key === standing.step);

const stopped = (walk: Walk, next: Next): Transition => ({ decisions: walk.made, standing: walk.standing, next });

const go = (from: Walk): Transition => {
  let walk = from;
  for (let passed = 0; passed < mostPassed; passed += 1) {
    const step = stepAt(walk);
    if (!step) return atEnd(walk);
    const next = walk.standing.undo ? perform(walk, step) : enter(walk, step);
    if ('next' in next) return next;
    walk = next;
  }
  return fail(walk, { code: 'ENDLESS_LOOP', message: 'It goes in circles.', mayPass: false });
};

/** A run that takes back what it did goes on with what is left of that. */
const atEnd = (walk: Walk): Transition => {
  const [next, ...rest] = walk.standing.undo ?? [];
  if (next !== undefined) return go({ ...walk, standing: { ...walk.standing, step: next, attempts: 0, undo: rest } });
  return stopped(walk, { do: 'end', status: walk.standing.undo ? 'FAILED' : 'COMPLETED' });
};

const enter = (walk: Walk, step: Step): Walk | Transition => {
  switch (step.kind) {
    case 'branch':
      return passed(walk, step, {});
    case 'forEach':
      return nextItem(walk, step);
    case 'waitFor':
      return wait(walk, step);
    case 'stop':
      return finish(walk, step);
    default:
      return perform(walk, step);
  }
};

const perform = (walk: Walk, step: Step): Transition =>
  stopped(walk, { do: 'perform', step, input: resolved(step.input, sourcesOf(walk)) as Given });

const finish = (walk: Walk, step: Step): Transition => {
  const input = resolved(step.input, sourcesOf(walk)) as Given;
  const { reason } = input;
  if (input['failed'] !== true)
    return stopped(decided(walk, step, { outcome: 'ENDED', input, to: endKey }), { do: 'end', status: 'COMPLETED' });
  return fail(walk, {
    code: 'STOPPED',
    message: typeof reason === 'string' ? reason : 'The workflow stops here.',
    mayPass: false,
  });
};

// What the run knows -----------------------------------------------------------------------------------------------

/** What mapped values are taken from. */
const sourcesOf = ({ facts, made, standing }: Walk): Sources => {
  const { record, trigger, run, now, today, decisions } = facts;
  const loop = standing.loops.at(-1);
  const outputs = [...decisions, ...made].flatMap(({ step, output }) =>
    output === undefined ? [] : [[step, output] as const],
  );
  return {
    record,
    event: trigger['event'],
    input: trigger['input'],
    steps: Object.fromEntries(outputs),
    run,
    now,
    today,
    ...(loop && { item: loop.items[loop.index] }),
  };
};

type Deciding = Partial<Decision> & Pick<Decision, 'outcome'>;

const decided = (walk: Walk, { key, kind }: Step, what: Deciding): Walk => {
  const decision: Decision = { step: key, kind, attempt: 0, at: walk.facts.now, ...what };
  return { ...walk, made: [...walk.made, decision] };
};

// Ways ------------------------------------------------------------------------------------------------------------

/** The step to which what came of a step leads. */
const wayFrom = (walk: Walk, step: Step, result: string | undefined): string => {
  const route = step.routes.find((each) => applies(walk, each, result));
  return route?.to ?? followerOf(walk.plan.steps, step);
};

const applies = (walk: Walk, { when, value, is }: Route, result: string | undefined): boolean => {
  const { facts } = walk;
  const sources = sourcesOf(walk);
  if (when !== undefined && !filterHolds(facts.of, resolved(when, sources), facts.record, facts.country)) return false;
  if (is.length === 0) return value === undefined || valueAt(sources, value) !== undefined;
  const said = value === undefined ? result : valueAt(sources, value);
  return said !== undefined && is.includes(wordsOf(said));
};

const to = (walk: Walk, key: string): Walk => ({ ...walk, standing: { ...walk.standing, step: key, attempts: 0 } });

/** A step is behind the run: with its result it goes on. */
const passed = (walk: Walk, step: Step, { result, output }: StepOutcome, what: Partial<Decision> = {}): Walk => {
  const said = { ...(result !== undefined && { result }), ...(output && { output }) };
  const isUndoing = walk.standing.undo !== undefined;
  const outcome = step.kind === 'branch' ? 'PASSED' : isUndoing ? 'COMPENSATED' : 'DONE';
  // What a step answered is known to its own routes.
  const known = decided(walk, step, { outcome, ...said, ...what });
  const key = isUndoing ? endKey : wayFrom(known, step, result);
  const made = known.made.map((each, index) => (index === known.made.length - 1 ? { ...each, to: key } : each));
  return to({ ...known, made }, key);
};

const nextItem = (walk: Walk, step: Step): Walk => {
  const { loops } = walk.standing;
  const mine = loops.findIndex((loop) => loop.step === step.key);
  const begun = loops[mine];
  const index = begun ? begun.index + 1 : 0;
  const items = begun?.items ?? itemsOf(resolved(step.input['over'], sourcesOf(walk)));
  const outer = mine < 0 ? loops : loops.slice(0, mine);
  if (index >= items.length) return passed({ ...walk, standing: { ...walk.standing, loops: outer } }, step, {});
  const inner = { ...walk.standing, loops: [...outer, { step: step.key, index, items }] };
  const key = String(step.input['body']);
  const what = { outcome: 'PASSED', to: key, input: { index, of: items.length } } as const;
  return to(decided({ ...walk, standing: inner }, step, what), key);
};

/** Items of one list; more is for a job. */
const mostItems = 100;
const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, mostItems) : []);

// Waiting ---------------------------------------------------------------------------------------------------------

const wait = (walk: Walk, step: Step): Walk | Transition => {
  const input = resolved(step.input, sourcesOf(walk)) as Waiting;
  const until = untilOf(input, walk.facts);
  if (input.event === undefined && (until === undefined || until <= walk.facts.now))
    return passed(walk, step, { result: 'TIME' }, { input });
  const waiting = decided(walk, step, {
    outcome: 'WAITING',
    input: { ...input, ...(until !== undefined && { until }) },
  });
  return stopped(waiting, { do: 'wait', step, wait: input, ...(until !== undefined && { until }) });
};

const minutesIn = { MINUTES: 1, HOURS: 60, DAYS: 1440, WORKING_HOURS: 60, WORKING_DAYS: 1440 } as const;

/** Until when a step waits; of an event, for how long at most. */
const untilOf = (
  { amount, unit = 'HOURS', until, working }: Waiting,
  { now, working: time }: Facts,
): string | undefined => {
  const from =
    until === undefined ? now : until.length === 10 && time ? dayStartIn(time, until) : new Date(until).toISOString();
  const moment =
    amount === undefined
      ? until === undefined && working !== true
        ? undefined
        : from
      : after(from, amount, unit, time);
  return moment !== undefined && working === true && time ? (addWorkingTime(time, moment, 0) ?? moment) : moment;
};

const dayStartIn = (time: WorkingTime, day: string): string =>
  new Date(instantOf({ day, minute: 0 }, time.timeZone)).toISOString();

const after = (
  from: string,
  amount: number,
  unit: NonNullable<Waiting['unit']>,
  time: WorkingTime | undefined,
): string => {
  if (unit === 'WORKING_HOURS' && time) return addWorkingTime(time, from, amount * 60) ?? from;
  if (unit === 'WORKING_DAYS' && time) return workingDaysAfter(time, from, amount);
  return new Date(Date.parse(from) + amount * minutesIn[unit] * 60_000).toISOString();
};

/** So many working days later, when work begins on that day. */
const workingDaysAfter = (time: WorkingTime, from: string, days: number): string => {
  const day = addWorkingDays(time, dayOf(time, from), days);
  const start = day === undefined ? from : dayStartIn(time, day);
  return addWorkingTime(time, start > from ? start : from, 0) ?? start;
};

const dayOf = (time: WorkingTime, instant: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: time.timeZone }).format(new Date(instant));

/** Whether a plan asks when people work. */
export const asksForWorkingTime = ({ steps }: Pick<Plan, 'steps'>): boolean =>
  steps.some(({ kind, input }) => kind === 'waitFor' && Object.keys(input).some((name) => waitingFields.has(name)));

// What became of a step -------------------------------------------------------------------------------------------

const settle = (walk: Walk, outcome: Outcome): Walk | Transition => {
  const step = stepAt(walk);
  if (!step) return walk;
  const input = outcome.input === undefined ? {} : { input: outcome.input };
  if (!('failed' in outcome)) return passed(walk, step, outcome, { ...input, attempt: walk.standing.attempts + 1 });
  return afterFailure(walk, step, outcome.failed, input);
};

/** What a step does about a failure when it says nothing. */
const usual = { retries: 3, afterSeconds: 60 };
/** The longest that a try is put off. */
const mostSeconds = 86_400;

const afterFailure = (walk: Walk, step: Step, failed: Failure, input: Partial<Decision>): Walk | Transition => {
  const attempt = walk.standing.attempts + 1;
  const { retries, afterSeconds, to: refuge } = { ...usual, to: undefined, ...step.onError };
  const what = { ...input, attempt, problem: `${failed.code}: ${failed.message}`.slice(0, 1000) };
  if (failed.mayPass && attempt <= retries) {
    const seconds = Math.min(afterSeconds * 2 ** (attempt - 1), mostSeconds);
    const until = new Date(Date.parse(walk.facts.now) + seconds * 1000).toISOString();
    const waiting = decided(walk, step, { outcome: 'RETRYING', ...what });
    return stopped({ ...waiting, standing: { ...walk.standing, attempts: attempt } }, { do: 'retry', step, until });
  }
  const noted = decided(walk, step, { outcome: 'FAILED', ...what, ...(refuge !== undefined && { to: refuge }) });
  // What cannot be taken back stays; the rest is taken back all the same.
  if (walk.standing.undo) return to(noted, endKey);
  return refuge === undefined ? fail(noted, failed) : to(noted, refuge);
};

/** The run fails where it stands; what it has done is taken back where steps say how, the last one first. */
const fail = (walk: Walk, failed: Failure): Transition => {
  const undo = undoneBy(walk);
  if (undo.length === 0) return stopped(walk, { do: 'end', status: 'FAILED', failed });
  return stopped(
    { ...walk, standing: { ...walk.standing, step: endKey, attempts: 0, undo } },
    { do: 'compensate', failed },
  );
};

const undoneBy = ({ plan, facts, made }: Walk): readonly string[] =>
  [...facts.decisions, ...made]
    .filter(({ outcome }) => outcome === 'DONE')
    .flatMap(({ step }) => plan.steps.find(({ key }) => key === step)?.undoneBy ?? [])
    .reverse();

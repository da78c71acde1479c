// The engine: where a run goes. Pure: it knows no clock and writes nothing, so that a run and its simulation agree.
import { resolved, type Sources } from './mapping.rules.ts';
import { followerOf } from './plan-checks.rules.ts';
import { endKey, type Plan, type Step } from './plan.rules.ts';
import { applies, judgedBy } from './routes.rules.ts';
import type { Given, StepOutcome } from './step-kinds.rules.ts';
import type { Facts, Failure, Next, Outcome, Standing, Transition } from './standing.rules.ts';
import { isWait, untilOf } from './waiting-time.rules.ts';
import type { Waiting } from './waiting.rules.ts';
import type { Decision } from './workflow-run.entity.ts';

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
  const [next] = walk.standing.undo ?? [];
  if (next !== undefined)
    return go({ ...walk, standing: { ...walk.standing, step: takenBackIn(next).key, attempts: 0 } });
  return stopped(walk, { do: 'end', status: walk.standing.undo ? 'FAILED' : 'COMPLETED' });
};

const enter = (walk: Walk, step: Step): Walk | Transition => {
  switch (step.kind) {
    case 'branch':
      return passed(walk, step, {}, { input: judgedBy({ facts: walk.facts, sources: sourcesOf(walk) }, step.routes) });
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

/** What mapped values are taken from; what takes a step back knows what was known when that was done. */
const sourcesOf = ({ facts, made, standing }: Walk): Sources => {
  const { record, trigger, run, now, today } = facts;
  const loop = standing.loops.at(-1);
  const [taking] = standing.undo ?? [];
  const known = [...facts.decisions, ...made].slice(0, taking === undefined ? undefined : takenBackIn(taking).known);
  const outputs = known.flatMap(({ step, output }) => (output === undefined ? [] : [[step, output] as const]));
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
  const sources = sourcesOf(walk);
  const route = step.routes.find((each) => applies({ facts: walk.facts, sources }, each, result));
  return route?.to ?? followerOf(walk.plan.steps, step);
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
  return isUndoing ? takenBack({ ...known, made }) : to({ ...known, made }, key);
};

/** One step less to be taken back. */
const takenBack = (walk: Walk): Walk =>
  to({ ...walk, standing: { ...walk.standing, undo: (walk.standing.undo ?? []).slice(1) } }, endKey);

const nextItem = (walk: Walk, step: Step): Walk | Transition => {
  const { loops } = walk.standing;
  const mine = loops.findIndex((loop) => loop.step === step.key);
  const begun = loops[mine];
  const index = begun ? begun.index + 1 : 0;
  const items = begun?.items ?? itemsOf(resolved(step.input['over'], sourcesOf(walk)));
  if (items.length > mostItems) return afterFailure(walk, step, tooMany(items.length), {});
  const outer = mine < 0 ? loops : loops.slice(0, mine);
  if (index >= items.length) return passed({ ...walk, standing: { ...walk.standing, loops: outer } }, step, {});
  const inner = { ...walk.standing, loops: [...outer, { step: step.key, index, items }] };
  const key = String(step.input['body']);
  const what = { outcome: 'PASSED', to: key, input: { index, of: items.length } } as const;
  return to(decided({ ...walk, standing: inner }, step, what), key);
};

/** Items of one list; more is for a job: none is done rather than the first of them. */
const mostItems = 100;
const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const tooMany = (items: number): Failure => ({
  code: 'TOO_MANY_ITEMS',
  message: `A list has at most ${String(mostItems)} items; this one has ${String(items)}.`,
  mayPass: false,
});

// Waiting ---------------------------------------------------------------------------------------------------------

const wait = (walk: Walk, step: Step): Walk | Transition => {
  const input = resolved(step.input, sourcesOf(walk)) as Waiting;
  if (!isWait(input)) return fail(walk, { code: 'BAD_INPUT', message: 'This is nothing to wait for.', mayPass: false });
  const until = untilOf(input, walk.facts);
  if (input.event === undefined && (until === undefined || until <= walk.facts.now))
    return passed(walk, step, { result: 'TIME' }, { input });
  const waiting = decided(walk, step, {
    outcome: 'WAITING',
    input: { ...input, ...(until !== undefined && { until }) },
  });
  return stopped(waiting, { do: 'wait', step, wait: input, ...(until !== undefined && { until }) });
};

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
  if (walk.standing.undo) return takenBack(noted);
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

/** The steps that take others back, each with how many decisions had been made by then: `DROP 3`. */
const undoneBy = ({ plan, facts, made }: Walk): readonly string[] =>
  [...facts.decisions, ...made]
    .flatMap(({ outcome, step }, index) => {
      const taker = outcome === 'DONE' ? plan.steps.find(({ key }) => key === step)?.undoneBy : undefined;
      return taker === undefined ? [] : [`${taker} ${String(index + 1)}`];
    })
    .reverse();

const takenBackIn = (undo: string): { readonly key: string; readonly known: number } => {
  const [key = '', known = ''] = undo.split(' ');
  return { key, known: Number(known) };
};

// What is wrong with a definition, as far as it alone says: names, ways, circles.
import type { Path, Problem } from '#kernel';
import { endKey, type Plan, type Step, type Trigger } from './plan.rules.ts';
import { problem } from './step-kinds.rules.ts';

type Definition = Pick<Plan, 'of' | 'trigger' | 'steps' | 'concurrency' | 'mostRuns'>;

/** What is wrong with a definition by itself. */
export const planProblems = (plan: Definition): readonly Problem[] => {
  if (plan.steps.length === 0) return [problem('A workflow has at least one step.', ['steps'])];
  const named = plan.steps.flatMap((step, index) => namingProblems(plan.steps, step, index));
  return [
    ...triggerProblems(plan),
    ...named,
    ...plan.steps.flatMap((step, index) => placeProblems(plan, step, index)),
    ...(named.length > 0 ? [] : [...unreachable(plan.steps), ...circles(plan.steps)]),
  ];
};

const needs: Readonly<Record<Trigger['kind'], readonly (keyof Trigger)[]>> = {
  EVENT: ['on'],
  SCHEDULE: ['at'],
  SEGMENT: ['segment'],
  MANUAL: [],
  WEBHOOK: [],
};
const takes: Readonly<Record<Trigger['kind'], readonly (keyof Trigger)[]>> = {
  EVENT: ['on', 'where', 'was', 'changed', 'record'],
  SCHEDULE: ['at', 'rule', 'where', 'working'],
  SEGMENT: ['segment', 'leaves'],
  MANUAL: [],
  WEBHOOK: ['record', 'by', 'mostPerMinute'],
};

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);

const triggerProblems = ({ of, trigger }: Definition): readonly Problem[] => {
  const { kind } = trigger;
  const given = (Object.keys(trigger) as (keyof Trigger)[]).filter((name) => name !== 'kind' && isGiven(trigger[name]));
  const at = (name: string): Path => ['trigger', name];
  const hasRecord = kind !== 'WEBHOOK' || trigger.record !== undefined;
  return [
    ...needs[kind].filter((name) => !given.includes(name)).map((name) => problem(`${kind} says ${name}.`, at(name))),
    ...given
      .filter((name) => !takes[kind].includes(name))
      .map((name) => problem(`${kind} takes no ${name}.`, at(name))),
    ...(of === undefined && trigger.where !== undefined && kind === 'SCHEDULE'
      ? [problem('Say of which kind the records are.', ['of'])]
      : []),
    ...(of === undefined && (kind === 'EVENT' || kind === 'SEGMENT')
      ? [problem('Say on which kind of record it runs.', ['of'])]
      : []),
    ...(of !== undefined && !hasRecord
      ? [problem('Say where the record is found in what is sent.', at('record'))]
      : []),
  ];
};

/** The steps to which a step may lead, with where it says so. */
export const waysFrom = (
  steps: readonly Step[],
  index: number,
): readonly { readonly to: string; readonly at: Path }[] => {
  const step = steps[index];
  if (!step) return [];
  const following = step.kind === 'stop' ? [] : [{ to: followerOf(steps, step), at: ['next'] }];
  const { body: begins } = step.input;
  const body = typeof begins === 'string' && step.kind === 'forEach' ? [{ to: begins, at: ['input', 'body'] }] : [];
  return [
    ...step.routes.map(({ to }, nth) => ({ to, at: ['routes', nth, 'to'] })),
    ...body,
    ...following,
    ...(step.onError?.to === undefined ? [] : [{ to: step.onError.to, at: ['onError', 'to'] }]),
    ...(step.undoneBy === undefined ? [] : [{ to: step.undoneBy, at: ['undoneBy'] }]),
  ];
};

/** The step after one where no route applies. */
export const followerOf = (steps: readonly Step[], step: Step): string =>
  step.next ?? steps[steps.indexOf(step) + 1]?.key ?? endKey;

const namingProblems = (steps: readonly Step[], { key, kind, input }: Step, index: number): readonly Problem[] => {
  const isBodiless = kind === 'forEach' && typeof input['body'] !== 'string';
  const keys = steps.map((step) => step.key);
  return [
    ...(key === endKey ? [problem('END is no step.', ['steps', index, 'key'])] : []),
    ...(keys.indexOf(key) < index ? [problem(`Two steps are called ${key}.`, ['steps', index, 'key'])] : []),
    ...(isBodiless
      ? [problem('Say in body with which step each item begins.', ['steps', index, 'input', 'body'])]
      : []),
    ...waysFrom(steps, index)
      .filter(({ to }) => to !== endKey && !keys.includes(to))
      .map(({ to, at }) =>
        problem(`There is no step ${to}; there are ${keys.join(', ')}.`, ['steps', index, ...at], 'UNKNOWN_STEP'),
      ),
  ];
};

/** Steps that need what the definition does not have. */
const placeProblems = ({ concurrency, steps }: Definition, step: Step, index: number): readonly Problem[] => {
  const taker = steps.find(({ key }) => key === step.undoneBy);
  return [
    ...(concurrency === 'PARALLEL' && step.kind === 'waitFor' && step.input['event'] !== undefined
      ? [problem('Of runs side by side none is the one that an event is for.', ['steps', index, 'input', 'event'])]
      : []),
    ...(taker && ['branch', 'forEach', 'waitFor', 'stop', 'approval'].includes(taker.kind)
      ? [problem(`${taker.key} takes nothing back.`, ['steps', index, 'undoneBy'])]
      : []),
  ];
};

const unreachable = (steps: readonly Step[]): readonly Problem[] => {
  const reached = new Set<string>();
  const open = [steps[0]?.key ?? endKey];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === endKey || reached.has(key)) continue;
    reached.add(key);
    open.push(...waysFrom(steps, indexOf(steps, key)).map(({ to }) => to));
  }
  return steps.flatMap(({ key }, index) =>
    reached.has(key) ? [] : [problem(`Nothing leads to the step ${key}.`, ['steps', index], 'UNREACHABLE_STEP')],
  );
};

const indexOf = (steps: readonly Step[], key: string): number => steps.findIndex((step) => step.key === key);

/** Steps that go in circles end only where something on the way is awaited. */
const isAwaited = ({ kind }: Step): boolean => kind === 'waitFor' || kind === 'approval';

/** The ways from a step that may be taken for ever: a list comes to its end. */
const endlessWays = (steps: readonly Step[], key: string): readonly string[] => {
  const index = indexOf(steps, key);
  const isLoop = steps[index]?.kind === 'forEach';
  return waysFrom(steps, index)
    .filter(({ at }) => !isLoop || at[0] !== 'input')
    .map(({ to }) => to);
};

const circles = (steps: readonly Step[]): readonly Problem[] =>
  steps.flatMap((step, index) =>
    isAwaited(step) || !returns(steps, step.key)
      ? []
      : [
          problem(
            `From ${step.key} the run comes back to it without waiting for anything.`,
            ['steps', index],
            'ENDLESS_LOOP',
          ),
        ],
  );

const returns = (steps: readonly Step[], from: string): boolean => {
  const seen = new Set<string>();
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    for (const to of endlessWays(steps, key)) {
      const step = steps[indexOf(steps, to)];
      if (to === from) return true;
      if (!step || isAwaited(step) || seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return false;
};

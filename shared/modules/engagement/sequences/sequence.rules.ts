import type { Path, Problem } from '#kernel';
import type { Branch, Offset, Step } from './sequence.entity.ts';

/** The kind of step that plans work. */
export const activityKind = 'ACTIVITY';

type Definition = { readonly steps: readonly Step[] };

const problem = (message: string, path: Path): Problem => ({ code: 'BAD_INPUT', message, path });

/** What is wrong with a sequence, as far as it alone says. */
export const sequenceProblems = ({ steps }: Definition): readonly Problem[] => {
  if (steps.length === 0) return [problem('A sequence has at least one step.', ['steps'])];
  const keys = steps.map(({ key }) => key);
  return steps.flatMap((step, index) => {
    const at = (...path: Path): Path => ['steps', index, ...path];
    return [
      ...(keys.indexOf(step.key) < index ? [problem(`Two steps are called ${step.key}.`, at('key'))] : []),
      ...offsetProblems(step.offset, at('offset')),
      ...(step.kind === activityKind ? workProblems(step, at) : []),
      ...step.branches.flatMap((branch, nth) => [
        ...branchProblems(branch, keys, at('branches', nth)),
        ...circleProblems(steps, index, branch, at('branches', nth, 'to')),
      ]),
    ];
  });
};

const offsetProblems = ({ amount, unit, from, field, at }: Offset, path: Path): readonly Problem[] => {
  const isDays = unit === 'DAYS' || unit === 'WORKING_DAYS';
  return [
    ...((from === 'FIELD') === (field === undefined)
      ? [problem('FIELD, and it alone, names a date field.', [...path, 'field'])]
      : []),
    ...(amount < 0 && (from !== 'FIELD' || !isDays)
      ? [problem('Only days before a date field are negative.', [...path, 'amount'])]
      : []),
    ...(at !== undefined && !isDays ? [problem('Only days have a time of the day.', [...path, 'at'])] : []),
  ];
};

const workProblems = (step: Step, at: (...path: Path) => Path): readonly Problem[] => [
  ...(step.activityType === undefined ? [problem('Say which kind of work it is.', at('activityType'))] : []),
  ...(step.subject === undefined ? [problem('Say what is to be done.', at('subject'))] : []),
  ...((step.doneBy === 'PERSON') === (step.person === undefined)
    ? [problem('PERSON, and it alone, names a person.', at('person'))]
    : []),
  ...((step.doneBy === 'TEAM') === (step.team === undefined)
    ? [problem('TEAM, and it alone, names a team.', at('team'))]
    : []),
];

const branchProblems = ({ to, when, results }: Branch, keys: readonly string[], path: Path): readonly Problem[] => [
  ...(to !== undefined && !keys.includes(to)
    ? [problem(`There is no step ${to}; there are ${keys.join(', ')}.`, [...path, 'to'])]
    : []),
  ...(when !== 'RESULT' && results.length > 0 ? [problem('Only RESULT names results.', [...path, 'results'])] : []),
];

/** Steps that are done at once go in circles for ever, unless something on the way is awaited: a person, or time. */
const circleProblems = (steps: readonly Step[], from: number, { to }: Branch, path: Path): readonly Problem[] => {
  const index = steps.findIndex(({ key }) => key === to);
  const target = steps[index];
  const isAwaited = (step: Step): boolean =>
    step.kind === activityKind || (step.offset.from === 'PREVIOUS' && step.offset.amount > 0);
  if (!target || index > from || steps.slice(index, from + 1).some(isAwaited)) return [];
  return [problem(`Between ${target.key} and here nothing is awaited.`, path)];
};

/** What came of the work of a step. */
export type Outcome = { readonly when: Branch['when']; readonly result?: string };

/** The branch that an outcome takes; undefined where the next step follows. */
export const branchFor = ({ branches }: Pick<Step, 'branches'>, { when, result }: Outcome): Branch | undefined => {
  const same = branches.filter((branch) => branch.when === when);
  if (when !== 'RESULT') return same[0];
  const said = result?.trim().toLowerCase();
  const named = same.find(({ results }) => results.some((each) => each.trim().toLowerCase() === said));
  return named ?? (said === undefined ? undefined : same.find(({ results }) => results.length === 0));
};

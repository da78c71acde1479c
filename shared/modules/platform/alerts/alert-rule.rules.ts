import type { Path, Problem } from '#kernel';
import {
  addWorkingTime,
  dayAfter,
  instantOf,
  wallTimeOf,
  workingDaysBetween,
  type WorkingTime,
} from '#modules/platform/settings';

type Step = { readonly afterMinutes: number; readonly to: string; readonly role?: string; readonly user?: string };
type Rule = {
  readonly trigger: Readonly<Partial<Record<'on' | 'of' | 'source', string>>> & {
    readonly kind: 'EVENT' | 'THRESHOLD' | 'PROMISE' | 'GOAL';
    readonly below?: number;
    readonly where?: unknown;
  };
  readonly steps: readonly Step[];
};

const wrong = (message: string, path: Path): Problem => ({ code: 'BAD_INPUT', message, path });

/** What each kind of trigger has to say. */
const asks = {
  EVENT: ['on'],
  THRESHOLD: ['of', 'where'],
  PROMISE: ['source'],
  GOAL: ['source', 'below'],
} as const;

/** What is wrong with a rule, seen by itself. */
export const ruleProblems = ({ trigger, steps }: Rule): readonly Problem[] => [
  ...asks[trigger.kind].flatMap((name) =>
    trigger[name] === undefined ? [wrong(`A ${trigger.kind} needs it.`, ['trigger', name])] : [],
  ),
  ...(steps.length === 0 ? [wrong('Say who is told.', ['steps'])] : []),
  ...steps.flatMap((step, index) => stepProblems(step, steps[index - 1], ['steps', index])),
];

const stepProblems = ({ afterMinutes, to, role, user }: Step, before: Step | undefined, path: Path) => [
  ...(before && afterMinutes < before.afterMinutes
    ? [wrong('Steps are in order of time.', [...path, 'afterMinutes'])]
    : []),
  ...(to === 'ROLE' && role === undefined ? [wrong('Say which role.', [...path, 'role'])] : []),
  ...(to === 'USER' && user === undefined ? [wrong('Say whom.', [...path, 'user'])] : []),
];

/** When a step is due that comes so many working minutes after an alert was raised. */
const dueAt = (raisedAt: string, { afterMinutes }: Step, time: WorkingTime): string | undefined =>
  afterMinutes === 0 ? raisedAt : addWorkingTime(time, raisedAt, afterMinutes);

/** The steps that are due by now, from the one that is next on, and when the one after them is. */
export const stepsDue = <S extends Step>(
  steps: readonly S[],
  from: number,
  { raisedAt, now, time }: { readonly raisedAt: string; readonly now: string; readonly time: WorkingTime },
): { readonly due: readonly S[]; readonly next: number; readonly nextAt: string | undefined } => {
  let next = from;
  const due: S[] = [];
  for (let step = steps[next]; step; step = steps[next]) {
    const at = dueAt(raisedAt, step, time);
    if (at === undefined || at > now) return { due, next, nextAt: at };
    due.push(step);
    next += 1;
  }
  return { due, next, nextAt: undefined };
};

/** How much of what was to be reached by a day was: percent of the share of the working days that are over. */
export const paceOf = (
  goal: { readonly from: string; readonly to: string; readonly target: number; readonly actual: number },
  today: string,
  time: WorkingTime,
): number => {
  const worked = workingDaysBetween(time, goal.from, today);
  const all = workingDaysBetween(time, goal.from, dayAfter(goal.to));
  const expected = all === 0 ? goal.target : (goal.target * Math.min(worked, all)) / all;
  return expected === 0 ? 100 : Math.round((goal.actual / expected) * 100);
};

/** When goals are looked at next: the next time that a clock of the zone shows that time of the day. */
export const nextLook = ({ at = '08:00' }: { readonly at?: string }, now: string, timeZone: string): string => {
  const [hours = 8, minutes = 0] = at.split(':').map(Number);
  const { day } = wallTimeOf(Date.parse(now), timeZone);
  const [today, tomorrow] = [day, dayAfter(day)].map((each) =>
    new Date(instantOf({ day: each, minute: hours * 60 + minutes }, timeZone)).toISOString(),
  );
  return (today !== undefined && today > now ? today : tomorrow) ?? now;
};

import type { Path, Problem } from '#kernel';
import {
  addWorkingTime,
  dayAfter,
  instantOf,
  isWorkingDay,
  wallTimeOf,
  workingDaysBetween,
  type WorkingTime,
} from '#modules/platform/settings';

type Step = { readonly afterMinutes: number; readonly to: string; readonly role?: string; readonly user?: string };
type Named = 'on' | 'of' | 'source' | 'rule' | 'startsOn';
type Rule = {
  readonly trigger: Readonly<Partial<Record<Named, string>>> & {
    readonly kind: 'EVENT' | 'THRESHOLD' | 'SCHEDULE' | 'PROMISE' | 'GOAL';
    readonly below?: number;
    readonly where?: unknown;
  };
  readonly stopWhen?: unknown;
  readonly steps: readonly Step[];
};

const wrong = (message: string, path: Path): Problem => ({ code: 'BAD_INPUT', message, path });

/** What each kind of trigger has to say. */
const asks = {
  EVENT: ['on'],
  THRESHOLD: ['of', 'where'],
  SCHEDULE: ['of'],
  PROMISE: ['source'],
  GOAL: ['source', 'below'],
} as const;

/** Each time all records are gone through, and alerts that are open are counted again. */
const tooOften = /FREQ=(?:SECONDLY|MINUTELY)|BY(?:MINUTE|SECOND)=[^;]*,/i;

/** What is wrong with a rule, seen by itself. */
export const ruleProblems = ({ trigger, stopWhen, steps }: Rule): readonly Problem[] => [
  ...asks[trigger.kind].flatMap((name) =>
    trigger[name] === undefined ? [wrong(`A ${trigger.kind} needs it.`, ['trigger', name])] : [],
  ),
  ...(trigger.kind === 'SCHEDULE' && trigger.rule === undefined && trigger.startsOn === undefined
    ? [wrong('Say when: by a rule, or on which day.', ['trigger', 'rule'])]
    : []),
  ...(trigger.kind === 'SCHEDULE' && tooOften.test(trigger.rule ?? '')
    ? [wrong('It comes once an hour at the most.', ['trigger', 'rule'])]
    : []),
  ...(trigger.kind === 'GOAL' && stopWhen !== undefined
    ? [wrong('A goal has no record that could stop it.', ['stopWhen'])]
    : []),
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

/** The number of steps that are done once those are that are due by now, and when the one after them is. */
export const stepsDue = (
  steps: readonly Step[],
  from: number,
  { raisedAt, now, time }: { readonly raisedAt: string; readonly now: string; readonly time: WorkingTime },
): { readonly next: number; readonly nextAt: string | undefined } => {
  for (let next = from; ; next += 1) {
    const step = steps[next];
    const at = step && dueAt(raisedAt, step, time);
    if (at === undefined || at > now) return { next, nextAt: at };
  }
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

/** The moment at which a clock shows a time of the day: `08:00`. */
export const momentOn = (day: string, at: string, timeZone: string): string => {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return new Date(instantOf({ day, minute: hours * 60 + minutes }, timeZone)).toISOString();
};

/** Days within which somebody works again, if ever. */
const mostDaysOff = 366;

/** When goals are looked at next: at that time of the next day on which people work; of the next day, if they never do. */
export const nextLook = (at: string, now: string, time: WorkingTime): string => {
  const { day } = wallTimeOf(Date.parse(now), time.timeZone);
  const first = momentOn(day, at, time.timeZone) > now ? day : dayAfter(day);
  for (let days = 0; days < mostDaysOff; days += 1) {
    const each = dayAfter(first, days);
    if (isWorkingDay(time, each)) return momentOn(each, at, time.timeZone);
  }
  return momentOn(first, at, time.timeZone);
};

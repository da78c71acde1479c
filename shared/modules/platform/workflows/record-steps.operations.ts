import {
  choice,
  dateTime,
  list,
  longText,
  maySeeField,
  notFound,
  object,
  optional,
  prefixOf,
  query,
  ref,
  text,
  type AnyRow,
  type Context,
  type Values,
} from '#kernel';
import { waitOf } from './awaited.operations.ts';
import { revisionOf } from './known.operations.ts';
import { manualIn, type ManualStep } from './manual-steps.rules.ts';
import { waysFrom } from './plan-checks.rules.ts';
import { endKey, type Step } from './plan.rules.ts';
import type { RevisionRow } from './workflow.entity.ts';
import { WorkflowRun, type Decision, type RunRow } from './workflow-run.entity.ts';

const stepFields = {
  run: ref('WorkflowRun', { describes: 'Of which run.' }),
  workflow: text({ max: 120, describes: 'What the workflow is called.' }),
  step: text({ max: 40, describes: 'The key of the step.' }),
  name: text({ max: 120, describes: 'What people call it.' }),
  kind: text({ max: 40, describes: 'What it does.' }),
  by: choice(['SYSTEM', 'PERSON'], { named: 'WorkflowStepBy', describes: 'Whether the product does it, or somebody.' }),
  state: choice(['DONE', 'FAILED', 'WAITING', 'NEXT'], {
    named: 'WorkflowStepState',
    describes: 'Done, failed, waited for now, or one that may come.',
  }),
  at: optional(dateTime({ describes: 'When it was done or begun.' })),
  until: optional(dateTime({ describes: 'Until when it is to be done, or goes on by itself.' })),
  result: optional(text({ max: 200, describes: 'What came of it.' })),
  problem: optional(longText({ max: 1000, describes: 'Why it failed, for whom `workflow.inspect` lets see it.' })),
  made: optional(ref('*', { describes: 'What it made, as far as one may see that: a task, a mail, a record.' })),
  people: list(ref('User'), { max: 60, describes: 'For whom it waits.' }),
  queue: optional(text({ max: 60, describes: 'In whose queue it waits.' })),
};
type Shown = Values<typeof stepFields>;

/** The permission to see what runs went by: their steps' inputs and answers, and why they failed. */
export const inspecting = 'workflow.inspect';

/** Runs of a record that are shown, the latest. */
const mostRuns = 20;
const mostSteps = 500;

export const workflowSteps = query('workflowSteps', {
  describes:
    'What workflows do about a record: what the product did, what waits for whom, and what may come next; of the latest 20 runs.',
  needs: 'workflowRun.read',
  input: { record: ref('*', { describes: 'The record.' }) },
  returns: {
    steps: list(object('WorkflowStepShown', stepFields), { max: mostSteps, describes: 'The latest run first.' }),
  },
  run: async ({ record }, context) => {
    if (!(await context.records([record])).has(record)) throw notFound('record', record);
    const runs = context.data(WorkflowRun);
    const { rows } = await runs.page('byRecord', { of: record, first: mostRuns, descending: true });
    const shown = await Promise.all(rows.map(async ({ id }) => stepsOf(context, await runs.get(id))));
    return { steps: await seenBy(context, shown.flat().slice(0, mostSteps)) };
  },
});

/** What whoever asks may see of steps that were done with the rights of others. */
const seenBy = async (context: Context, steps: readonly Shown[]): Promise<Shown[]> => {
  const records = await context.records(steps.flatMap(({ made }) => made ?? []));
  const isInspected = maySeeField(context.actor, WorkflowRun.name, 'problem');
  return steps.map(({ made, problem, ...rest }) => ({
    ...rest,
    ...(made !== undefined && records.has(made) && { made }),
    ...(problem !== undefined && isInspected && { problem }),
  }));
};

const stepsOf = async (context: Context, run: RunRow): Promise<readonly Shown[]> => {
  const plan = await revisionOf(context, run.revision);
  const manual = manualIn(context.registry);
  const named = (step: Step): Pick<Shown, 'run' | 'workflow' | 'step' | 'name' | 'kind' | 'by' | 'people'> => ({
    ...{ run: run.id, workflow: run.name, step: step.key, name: step.name ?? step.key, kind: step.kind, people: [] },
    by: manual.has(step.kind) ? 'PERSON' : 'SYSTEM',
  });
  const stepBy = new Map(plan.steps.map((step) => [step.key, step]));
  const past = run.decisions.flatMap((decision) => {
    const step = stepBy.get(decision.step);
    const isTold = toldOf.has(decision.outcome) || (decision.outcome === 'WAITING' && manual.has(decision.kind));
    return step && isTold ? [{ step, decision }] : [];
  });
  const made = await workOf(context, manual, past);
  const done = past
    .map(({ step, decision }) => ({
      decision,
      shown: { ...named(step), ...after(decision, manual.get(step.kind), made) },
    }))
    // What was asked is told by the answer once there is one.
    .filter(({ decision, shown }) => decision.outcome !== 'WAITING' || shown.state === 'WAITING')
    .map(({ shown }) => shown);
  const now = waitingAt(run, stepBy.get(run.step ?? ''));
  const next = nextSteps(plan, run).map((step): Shown => ({ ...named(step), state: 'NEXT' }));
  return [...done, ...(now ? [{ ...named(now.step), ...now.shown }] : []), ...next];
};

/** Outcomes by which something was done, or tried for good. */
const toldOf: ReadonlySet<string> = new Set(['DONE', 'FAILED', 'COMPENSATED']);

type Past = { readonly step: Step; readonly decision: Decision };

/** What people were given to do, as it is now. */
const workOf = async (
  { trusted, registry }: Context,
  manual: ReadonlyMap<string, ManualStep>,
  past: readonly Past[],
): Promise<ReadonlyMap<string, AnyRow>> => {
  const ids = past.flatMap(({ step, decision }) => (manual.has(step.kind) ? (madeBy(decision) ?? []) : []));
  const rows = await Promise.all(
    ids.map(async (id) => {
      const of = registry.byPrefix.get(prefixOf(id));
      return of && (await trusted(of).find(id));
    }),
  );
  return new Map(rows.flatMap((row) => (row ? [[row.id, row] as const] : [])));
};

/** The id of what a step made. */
const madeBy = ({ output }: Decision): string | undefined =>
  Object.values((output ?? {}) as Readonly<Record<string, unknown>>).find(
    (value): value is string => typeof value === 'string' && /^[a-z]{3,5}_/.test(value),
  );

type About = Pick<Shown, 'state'> & Partial<Shown>;

const after = (decision: Decision, manual: ManualStep | undefined, work: ReadonlyMap<string, AnyRow>): About => {
  const { outcome, at, result, problem } = decision;
  const made = madeBy(decision);
  const row = made === undefined ? undefined : work.get(made);
  const waiting = row && manual?.waiting(row);
  return {
    state: outcome === 'FAILED' ? 'FAILED' : waiting ? 'WAITING' : 'DONE',
    at,
    ...waiting,
    ...(result !== undefined && { result }),
    ...(problem !== undefined && { problem }),
    ...(made !== undefined && { made }),
  };
};

const open: ReadonlySet<string> = new Set(['RUNNING', 'WAITING', 'COMPENSATING', 'QUEUED']);

/** The step at which a run stands and waits; what people do is told with what was made for them. */
const waitingAt = (run: RunRow, step: Step | undefined): { readonly step: Step; readonly shown: About } | undefined => {
  const { status, since: at, wakesAt, waitsFor } = run;
  if (step === undefined || status !== 'WAITING' || waitsFor === 'APPROVAL') return undefined;
  const until = waitsFor === 'RETRY' ? wakesAt : waitOf(run)?.until;
  return { step, shown: { state: 'WAITING', at, ...(until !== undefined && { until }) } };
};

/** The steps that a run may still come to, in the order of the plan. */
const nextSteps = ({ steps }: RevisionRow, { status, step }: RunRow): readonly Step[] => {
  if (!open.has(status) || step === undefined) return [];
  const reached = new Set<string>();
  const ahead = [step];
  for (let key = ahead.pop(); key !== undefined; key = ahead.pop()) {
    const index = steps.findIndex((each) => each.key === key);
    const ways = waysFrom(steps, index).map(({ to }) => to);
    for (const to of ways.filter((way) => way !== endKey && !reached.has(way))) {
      reached.add(to);
      ahead.push(to);
    }
  }
  return steps.filter(({ key, kind }) => reached.has(key) && key !== step && kind !== 'branch' && kind !== 'stop');
};

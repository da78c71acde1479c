import { DomainError, json, longText, mutation, optional, prefixOf, recordInput, ref, type Context } from '#kernel';
import { announceRun, wakeNext } from './announce.operations.ts';
import { firstLook, overValues } from './keep-transition.operations.ts';
import { revisionOf } from './known.operations.ts';
import { chainOf } from './places.operations.ts';
import { chosenFor } from './special.operations.ts';
import { isRefused, laneOf, stageRun } from './start.operations.ts';
import { withdrawAsked } from './withdraw-asked.operations.ts';
import { Workflow, type WorkflowRow } from './workflow.entity.ts';
import { mostDecisions, WorkflowRun, type Decision, type RunRow } from './workflow-run.entity.ts';

/** What starts a run from code. */
export type HandStart = {
  readonly workflow: string;
  readonly record?: string;
  readonly input?: unknown;
  readonly cause?: string;
};

/**
 * Starts a run in the unit of work of its caller; it goes on once that is written, with the rights of who published the workflow.
 * Of the definitions of its process it is the most specific one. @throws WORKFLOW_OFF, OUT_OF_SCOPE,
 * RUN_GOES_ON, ENOUGH_RUNS, NOT_FOUND
 */
export const startByHand = async (
  context: Context,
  { workflow: id, record, input, cause = 'MANUAL' }: HandStart,
): Promise<RunRow> => {
  const named = await context.trusted(Workflow).get(id);
  await assertStartable(context, named, record);
  const workflow = await chosenFor(context, named, record);
  if (!workflow)
    throw new DomainError('OUT_OF_SCOPE', `${named.name} is special to others than this record.`, ['record']);
  const run = await stageRun(context, workflow, {
    ...(record !== undefined && { record }),
    cause,
    causedBy: context.actor.id,
    trigger: { input: input ?? {} },
    chain: chainOf(context.correlationId),
  });
  if (isRefused(run) || run.code === 'LOOP_GUARD')
    throw run === 'RUN_GOES_ON'
      ? new DomainError('RUN_GOES_ON', 'A run on this record goes on; it runs once at a time.', ['record'])
      : new DomainError('ENOUGH_RUNS', 'It has run as often as it may: in all, or within this hour.', ['record']);
  context.afterCommit(() => announceRun(context, run.id));
  return run;
};

const assertStartable = async (context: Context, workflow: WorkflowRow, record: string | undefined): Promise<void> => {
  const { active, archivedAt, of } = workflow;
  if (!active || archivedAt !== undefined)
    throw new DomainError('WORKFLOW_OFF', 'This workflow is not in use.', ['workflow']);
  if (record !== undefined && !(await context.records([record])).has(record))
    throw new DomainError('NOT_FOUND', `There is no record ${record}.`, ['record']);
  const asked = of === undefined ? undefined : context.registry.entity(of).idPrefix;
  if (asked !== (record === undefined ? undefined : prefixOf(record)))
    throw new DomainError('BAD_INPUT', `It runs on ${of === undefined ? 'no record' : `a record of the kind ${of}`}.`, [
      'record',
    ]);
};

export const startWorkflow = mutation('startWorkflow', {
  describes:
    'Starts a run of a workflow by hand: of the definitions of its process the most specific one for the record. The run acts with the ' +
    'rights of who published the workflow.',
  needs: 'workflow.start',
  input: {
    workflow: ref('Workflow', { describes: 'Which one.' }),
    record: optional(ref('*', { describes: 'On which record, where it runs on one.' })),
    input: optional(json({ describes: 'What its steps may use as `input`.' })),
  },
  returns: WorkflowRun,
  fails: ['WORKFLOW_OFF', 'OUT_OF_SCOPE', 'RUN_GOES_ON', 'ENOUGH_RUNS'],
  run: ({ workflow, record, input }, context) =>
    startByHand(context, { workflow, ...(record !== undefined && { record }), ...(input !== undefined && { input }) }),
});

const whichRun = recordInput('WorkflowRun');

export const cancelWorkflowRun = mutation('cancelWorkflowRun', {
  describes: 'Stops a run where it stands. What it has done stays; an approval that it has asked for is withdrawn.',
  needs: 'workflow.steer',
  input: { ...whichRun, reason: optional(longText({ max: 500, describes: 'Why.' })) },
  returns: WorkflowRun,
  run: async ({ id, reason }, context) => {
    const run = await context.data(WorkflowRun).get(id);
    await withdrawAsked(context, run);
    const why = { problem: reason ?? 'Stopped by hand.', code: 'STOPPED' };
    context.afterCommit(() => wakeNext(context, run));
    return context.trusted(WorkflowRun).move(run, 'CANCELLED', { ...overValues(context), ...why });
  },
});

/** Why runs fail whose last steps were done and not kept: whatever goes on from there would do them again, or go by nothing. */
const unkept = ['TOO_LARGE', 'ENDLESS_LOOP'] as const;

const assertKept = ({ status, code, problem = '' }: RunRow): void => {
  if (status === 'FAILED' && unkept.some((each) => each === code))
    throw new DomainError(code ?? '', `${problem} It cannot go on from there; start another run.`, ['id']);
};

export const retryWorkflowRun = mutation('retryWorkflowRun', {
  describes:
    'Lets a failed run go on from the step that failed, once what was wrong is put right. What it had done is not done again. One that ' +
    'failed because it did too much (TOO_LARGE, ENDLESS_LOOP) does not go on: what it had done and answered was not kept.',
  needs: 'workflow.steer',
  input: whichRun,
  returns: WorkflowRun,
  fails: ['COMPENSATED', 'RUN_GOES_ON', 'ENDLESS_LOOP'],
  run: async ({ id }, context) => {
    const run = await context.data(WorkflowRun).get(id);
    assertKept(run);
    const step = failedStep(run);
    if (run.status === 'FAILED' && step === undefined)
      throw new DomainError('COMPENSATED', 'What it did was taken back, or it was never begun; start another run.', [
        'id',
      ]);
    const lane = await freeLane(context, run);
    const decision: Decision = {
      step: step ?? '',
      kind: 'run',
      outcome: 'RESUMED',
      attempt: 0,
      at: context.clock.instant(),
    };
    const cleared = { problem: null, code: null, endedAt: null, attempts: 0 };
    const resumed = context.trusted(WorkflowRun).move(run, 'RUNNING', {
      ...cleared,
      step: step ?? null,
      since: context.clock.instant(),
      wakesAt: firstLook(context),
      decisions: [...run.decisions, decision].slice(-mostDecisions),
      ...(lane !== undefined && { lane }),
    });
    context.afterCommit(() => announceRun(context, run.id));
    return resumed;
  },
});

/** The step at which a run failed; undefined where it has taken back what it did. */
const failedStep = ({ decisions, step }: RunRow): string | undefined =>
  decisions.some(({ outcome }) => outcome === 'COMPENSATED')
    ? undefined
    : (step ?? decisions.findLast(({ outcome }) => outcome === 'FAILED')?.step);

/** The place of the run on its record, where it needs one. @throws RUN_GOES_ON */
const freeLane = async (context: Context, run: RunRow): Promise<string | undefined> => {
  const { concurrency } = await revisionOf(context, run.revision);
  if (concurrency === 'PARALLEL' || run.record === undefined) return undefined;
  const lane = laneOf(run.workflow, run.record);
  if (await context.trusted(WorkflowRun).findUnique('lane', lane))
    throw new DomainError('RUN_GOES_ON', 'Another run has its place on the record; let that one end first.', ['id']);
  return lane;
};

import { change, creation, DomainError, given, mutation, ref, versionInput, type Context, type Problem } from '#kernel';
import { problemsError } from '#kernel/errors';
import { forget } from '#kernel/remember';
import { knownIn } from './known.operations.ts';
import { heardBy } from './hearing.rules.ts';
import { planFields, type Plan } from './plan.rules.ts';
import { nextMoment } from './schedule.operations.ts';
import { stepKindsIn } from './step-kinds.rules.ts';
import { declaredProblems } from './typing.rules.ts';
import { Workflow, WorkflowRevision, type WorkflowRow } from './workflow.entity.ts';

const which = { id: ref('Workflow', { describes: 'Which one.' }) };

export const createWorkflow = creation(Workflow, 'createWorkflow', {
  describes:
    'Makes a workflow. Everything that it refers to is checked: fields, types of events, operations, secrets, templates, the kinds of mapped ' +
    'values, steps that nothing leads to, circles without a wait. Its runs act with the rights of who publishes it.',
  needs: 'workflow.create',
  input: {},
  returns: Workflow,
  fails: planCodes(),
  run: async ({ values }, context) => {
    const row = context.data(Workflow).create({ ...values, revision: 0, publishedBy: context.actor.id, hears: [] });
    return publish(context, row);
  },
});

export const updateWorkflow = change(Workflow, 'updateWorkflow', {
  describes:
    'Changes a workflow: absent fields stay, null clears. Runs that go on do so by the plan with which they started; whoever changes ' +
    'the plan lends it their rights.',
  needs: 'workflow.update',
  input: { ...which, version: versionInput },
  returns: Workflow,
  fails: [...planCodes(), 'KIND_FIXED'],
  run: async ({ id, changes }, context) => {
    const before = await context.data(Workflow).get(id);
    if (changes.of !== undefined && changes.of !== before.of)
      throw new DomainError('KIND_FIXED', 'What a workflow runs on stays; make another one.', ['of']);
    const row = context.data(Workflow).update(before, changes);
    const isPlan = ['name', ...planFields].some(
      (name) => JSON.stringify(row[name as keyof WorkflowRow]) !== JSON.stringify(before[name as keyof WorkflowRow]),
    );
    const isResumed = row.active && !before.active;
    return isPlan || isResumed ? publish(context, row) : settled(context, row);
  },
});

export const archiveWorkflow = mutation('archiveWorkflow', {
  describes: 'Takes a workflow out of use: it starts nothing any more. Runs that go on do so.',
  needs: 'workflow.archive',
  input: { ...which, version: versionInput },
  returns: Workflow,
  run: async ({ id }, context) =>
    settled(context, context.data(Workflow).archive(await context.data(Workflow).get(id))),
});

/** The codes of what is wrong with a plan. */
function planCodes(): readonly string[] {
  return [
    'UNKNOWN_STEP',
    'UNREACHABLE_STEP',
    'ENDLESS_LOOP',
    'UNKNOWN_KIND',
    'UNKNOWN_FIELD',
    'UNKNOWN_OPERATION',
    'UNKNOWN_ROLE',
    'WRONG_KIND',
    'RULE_INVALID',
    'NO_SECRET',
    'TEMPLATE_NOT_FOUND',
  ];
}

/** A plan becomes a revision of its own. */
const publish = async (context: Context, row: WorkflowRow): Promise<WorkflowRow> => {
  await assertSound(context, row);
  const number = row.revision + 1;
  const publishedBy = context.actor.id;
  const pinned = context
    .trusted(WorkflowRevision)
    .create({ workflow: row.id, number, name: row.name, publishedBy, ...planOf(row) });
  const nextAt =
    row.trigger.kind === 'SCHEDULE' ? await nextMoment(context, row.trigger, context.clock.instant()) : undefined;
  const changes = {
    revision: number,
    current: pinned.id,
    publishedBy,
    hears: [...new Set([...row.hears, ...heardBy(row.steps)])].sort(),
    nextAt: nextAt ?? null,
    // What was being started by the former plan is not started by this one.
    firing: null,
    firesAt: nextAt ?? null,
    ...(row.trigger.kind === 'WEBHOOK' && row.hook === undefined && { hook: context.ids.next('hook') }),
  };
  return settled(context, context.trusted(Workflow).update(row, changes));
};

const planOf = (row: WorkflowRow): Plan =>
  given(Object.fromEntries(planFields.map((name) => [name, row[name]]))) as Plan;

/** @throws DomainError with everything that is wrong with it */
const assertSound = async (context: Context, row: WorkflowRow): Promise<void> => {
  const declared = declaredProblems(context.registry, planOf(row), context.actor.country);
  const problems = declared.length > 0 ? declared : await missingIn(context, row.steps);
  if (problems.length > 0) throw problemsError(problems);
};

/** What steps name that there is not. */
const missingIn = async (context: Context, steps: Plan['steps']): Promise<readonly Problem[]> => {
  const kinds = stepKindsIn(context.registry);
  const missing = steps.map(async (step, index) => {
    const problems = await kinds.get(step.kind)?.missing?.(step, context);
    return (problems ?? []).map((each) => ({ ...each, path: ['steps', index, 'input', ...(each.path ?? [])] }));
  });
  return (await Promise.all(missing)).flat();
};

/** This container goes by the change at once, the others when they hear of it. */
const settled = (context: Context, row: WorkflowRow): WorkflowRow => {
  context.afterCommit(() => {
    forget(context, knownIn(context.actor.tenant));
    return Promise.resolve();
  });
  return row;
};

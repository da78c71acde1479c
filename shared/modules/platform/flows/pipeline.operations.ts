import {
  change,
  DomainError,
  mutation,
  optional,
  problemsError,
  record,
  ref,
  text,
  versionInput,
  type Context,
  type Row,
} from '#kernel';
import { Job, type JobRow } from '#modules/platform/jobs';
import { assertNoApproval } from '#modules/platform/settings';
import { Pipeline, type pipelineSubjects, type Stage } from './pipeline.entity.ts';
import { removalProblems, stageOf } from './pipeline.rules.ts';
import { pipelineKind } from './stage-settings.operations.ts';

/** From which stage of a pipeline to which. */
export type StageMove = { readonly pipeline: string; readonly stage: string; readonly to: string };

/** What the module whose records go through pipelines of a subject knows of their stages. */
export type StageUse = {
  readonly subject: (typeof pipelineSubjects)[number];
  /** Whether any record stands in the stage. */
  isUsed(context: Context, pipeline: string, stage: string): Promise<boolean>;
  /** Starts the job that moves all of them and then calls `dropStage`. */
  empty(context: Context, move: StageMove): JobRow;
};
/** The extension point for it. */
export const stageUses = 'pipeline.stage-uses';

const own = { id: ref('Pipeline', { describes: 'Which pipeline.' }), version: versionInput };

export const updatePipeline = change(Pipeline, 'updatePipeline', {
  describes:
    'Changes a pipeline: absent fields stay, null clears. Records follow at once what their stages newly say; stages are taken away by `removeStage`.',
  needs: 'pipeline.update',
  input: own,
  returns: Pipeline,
  fails: ['STAGE_REMOVED', 'APPROVAL_NEEDED'],
  run: async ({ id, changes }, context) => {
    const { data } = context;
    const pipeline = await data(Pipeline).get(id);
    if (changes.stages) await assertNoApproval(context, pipelineKind, id);
    const problems = removalProblems(changes.stages ?? pipeline.stages, pipeline.stages);
    if (problems.length > 0) throw problemsError(problems);
    return data(Pipeline).update(pipeline, changes);
  },
});

export const archivePipeline = mutation('archivePipeline', {
  describes: 'Takes a Pipeline out of use. It keeps its history and can be restored.',
  needs: 'pipeline.archive',
  input: own,
  returns: Pipeline,
  fails: ['APPROVAL_NEEDED'],
  run: async ({ id }, context) => {
    const pipeline = await context.data(Pipeline).get(id);
    await assertNoApproval(context, pipelineKind, id);
    return context.data(Pipeline).archive(pipeline);
  },
});

export const removeStage = mutation('removeStage', {
  describes:
    'Takes a stage out of a pipeline. Records that stand in it go to another stage first, by a job; the stage takes no new ones meanwhile.',
  needs: 'pipeline.update',
  input: {
    ...own,
    stage: text({ max: 40, describes: 'The key of the stage.' }),
    to: optional(text({ max: 40, describes: 'The key of the stage where its records go; needed when there are any.' })),
  },
  returns: {
    pipeline: record(Pipeline, 'The pipeline as it is now.'),
    job: optional(record(Job, 'The job that moves the records and then removes the stage; absent when it is gone.')),
  },
  fails: ['STAGE_NOT_FOUND', 'STAGE_RETIRED', 'STAGE_IN_USE', 'APPROVAL_NEEDED'],
  run: async ({ id, stage, to }, context) => {
    await assertNoApproval(context, pipelineKind, id);
    const pipeline = await context.data(Pipeline).get(id);
    stageOf(pipeline, stage);
    const use = usesOf(context).find(({ subject }) => subject === pipeline.subject);
    if (use && !(await use.isUsed(context, id, stage))) return { pipeline: dropStage(context, pipeline, stage) };
    if (!use || to === undefined) throw inUse(stage);
    assertTarget(pipeline, stage, to);
    return { pipeline: retireStage(context, pipeline, stage), job: use.empty(context, { pipeline: id, stage, to }) };
  },
});

const usesOf = ({ registry }: Context): readonly StageUse[] => registry.contributions(stageUses) as readonly StageUse[];

const inUse = (stage: string): DomainError =>
  new DomainError('STAGE_IN_USE', `Records stand in the stage ${stage}; say where they go, or retire it.`, ['to']);

const assertTarget = (pipeline: Row<typeof Pipeline>, stage: string, to: string): void => {
  if (to === stage) throw new DomainError('BAD_INPUT', 'Its records cannot go to the stage that is removed.', ['to']);
  if (stageOf(pipeline, to).retired)
    throw new DomainError('STAGE_RETIRED', `The stage ${to} takes no new records.`, ['to']);
};

const retireStage = ({ trusted }: Context, pipeline: Row<typeof Pipeline>, stage: string): Row<typeof Pipeline> => {
  const retired = (each: Stage): Stage => (each.key === stage ? { ...each, retired: true } : each);
  return trusted(Pipeline).update(pipeline, { stages: pipeline.stages.map(retired) });
};

/** Takes a stage away in which nothing stands. */
export const dropStage = ({ trusted }: Context, pipeline: Row<typeof Pipeline>, stage: string): Row<typeof Pipeline> =>
  trusted(Pipeline).update(
    pipeline,
    { stages: pipeline.stages.filter(({ key }) => key !== stage) },
    { event: 'pipeline.stageRemoved' },
  );

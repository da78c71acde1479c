import {
  list,
  object,
  optional,
  problemsError,
  readOn,
  text,
  type Context,
  type FieldMap,
  type Problem,
  type Row,
} from '#kernel';
import { inForce, ownValues, type SettingKind, type SettingValues } from '#modules/platform/settings';
import { Pipeline, type Stage } from './pipeline.entity.ts';
import { removalProblems, stageOf } from './pipeline.rules.ts';

/** The kind of the stages of pipelines. */
export const pipelineKind = 'PIPELINE';

const mostPipelines = 1000;

/** What a stage is called and asks for. Chances and forecasts are the tenant's, since they are added up across teams. */
const ownFields = {
  stages: list(
    object('OwnStage', {
      key: text({ max: 40, describes: 'Which stage.' }),
      labels: optional(
        object('StageLabels', {
          es: text({ max: 60, describes: 'In Spanish.' }),
          en: text({ max: 60, describes: 'In English.' }),
        }),
      ),
      requiredFields: optional(
        list(text({ max: 60 }), { max: 30, describes: 'Asked for besides what the tenant asks for.' }),
      ),
    }),
    { max: 30, describes: 'The stages that differ.' },
  ),
} satisfies FieldMap;

type OwnStage = Pick<Stage, 'key'> & Partial<Pick<Stage, 'labels' | 'requiredFields'>>;
const stagesIn = (values: SettingValues): readonly Stage[] => (values['stages'] ?? []) as readonly Stage[];
const ownStagesIn = (own: SettingValues): readonly OwnStage[] => (own['stages'] ?? []) as readonly OwnStage[];

const merged = (standard: SettingValues, own: SettingValues): SettingValues => {
  const byKey = new Map(ownStagesIn(own).map((stage) => [stage.key, stage]));
  return { stages: stagesIn(standard).map((stage) => withOwn(stage, byKey.get(stage.key))) };
};

const withOwn = (stage: Stage, own: OwnStage | undefined): Stage => ({
  ...stage,
  ...(own?.labels && { labels: own.labels }),
  requiredFields: [...new Set([...stage.requiredFields, ...(own?.requiredFields ?? [])])],
});

const unknownStages = (own: SettingValues, standard: SettingValues): readonly Problem[] =>
  ownStagesIn(own).flatMap(({ key }, index) =>
    stagesIn(standard).some((stage) => stage.key === key)
      ? []
      : [{ code: 'BAD_INPUT', message: `The pipeline has no stage ${key}.`, path: ['stages', index, 'key'] }],
  );

/** Every pipeline. */
const allPipelines = async ({ trusted }: Pick<Context, 'trusted'>): Promise<readonly Row<typeof Pipeline>[]> =>
  (await readOn((asked) => trusted(Pipeline).page('all', asked), mostPipelines)).rows;

/**
 * The stage of a key, in one pipeline or in whichever of a subject.
 * @throws NOT_FOUND, STAGE_NOT_FOUND with the stages that there are
 */
export const stageWithin = async (
  context: Pick<Context, 'trusted'>,
  within: { readonly subject: string; readonly pipeline?: string | undefined },
  key: string,
): Promise<Stage> => {
  const { subject, pipeline } = within;
  if (pipeline !== undefined) return stageOf(await context.trusted(Pipeline).get(pipeline), key);
  const stages = (await allPipelines(context)).flatMap((each) => (each.subject === subject ? each.stages : []));
  return stageOf({ stages: [...new Map(stages.map((stage) => [stage.key, stage])).values()] }, key);
};

/** The stages of pipelines as settings: `PIPELINE/pip_...`. */
export const stageSettings: SettingKind = {
  name: pipelineKind,
  describes:
    'The stages of a pipeline; the key is its id. A team or person may call them otherwise and ask for more to enter them.',
  needs: 'pipeline.update',
  keys: async (context) => (await allPipelines(context)).map(({ id }) => id),
  fields: () => ({ stages: Pipeline.fields.stages }),
  ownFields: () => ownFields,
  rows: async ({ trusted }, key) => {
    const pipeline = key.startsWith(`${Pipeline.idPrefix}_`) ? await trusted(Pipeline).find(key) : undefined;
    return pipeline ? [pipeline] : [];
  },
  standard: ([pipeline]) => pipeline && { stages: pipeline['stages'] },
  write: async ({ trusted }, key, values) => {
    const pipeline = await trusted(Pipeline).get(key);
    const stages = stagesIn(values);
    const problems = removalProblems(stages, pipeline.stages);
    if (problems.length > 0) throw problemsError(problems);
    trusted(Pipeline).update(pipeline, { stages });
  },
  ownProblems: unknownStages,
  merge: merged,
};

/** A pipeline as it counts for the actor: with what the team and the person have settled of its stages. Not to be written. */
export const pipelineInForce = async (
  context: Context,
  pipeline: Row<typeof Pipeline>,
): Promise<Row<typeof Pipeline>> => {
  const own = await ownValues(context, pipelineKind, pipeline.id);
  if (own.length === 0) return pipeline;
  return { ...pipeline, stages: stagesIn(inForce(stageSettings, { stages: pipeline.stages }, own)) };
};

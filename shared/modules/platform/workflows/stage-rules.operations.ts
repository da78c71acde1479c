import {
  choice,
  defaulted,
  DomainError,
  given,
  integer,
  json,
  list,
  mutation,
  optional,
  ref,
  text,
  type AnyEntity,
  type Context,
  type GivenTo,
} from '#kernel';
import { parseGiven } from '#kernel/execute';
import { stageWithin } from '#modules/platform/flows';
import { stageFieldsOf, stageMoments, workflowOf, type StageRule } from './stage-rules.rules.ts';
import { Workflow } from './workflow.entity.ts';
import { createWorkflow } from './workflow.operations.ts';

export const createStageRule = mutation('createStageRule', {
  describes:
    'Makes a rule of a stage: a workflow that acts when a record comes to the stage, leaves it, has stood in it for so many days, or when ' +
    'another system calls its address (`workflowAddress`) while the record stands there. Its steps may be any, moves to other stages among them.',
  needs: 'workflow.create',
  input: {
    name: text({ min: 1, max: 120, describes: 'Its name, unique among workflows.' }),
    of: defaulted(text({ max: 60, describes: 'The kind of record: Opportunity, Case.' }), 'Opportunity'),
    within: optional(
      ref('Pipeline', { describes: 'Of which pipeline; a case goes through that of its type. Of any when absent.' }),
    ),
    stage: text({ max: 40, describes: 'The key of the stage, or the status.' }),
    when: choice(stageMoments, { named: 'StageMoment', describes: 'When it acts.' }),
    days: optional(integer({ min: 1, max: 730, describes: 'AFTER_DAYS: how many.' })),
    by: optional(
      text({
        max: 80,
        describes: 'OUTSIDE_EVENT: the unique field by which `record` in what is sent names it; its id when absent.',
      }),
    ),
    steps: list(json<Readonly<Record<string, unknown>>>(), {
      max: 50,
      describes: 'What is done, as steps of a workflow.',
    }),
  },
  returns: Workflow,
  fails: ['NO_STAGES', 'STAGE_NOT_FOUND'],
  run: async ({ name, of: kind, ...rule }, context) => {
    const of = context.registry.entities.get(kind);
    if ((rule.when === 'AFTER_DAYS') !== (rule.days !== undefined))
      throw new DomainError('BAD_INPUT', 'AFTER_DAYS says how many days, and nothing else does.', ['days']);
    const definition = of && workflowOf(of, given(rule));
    if (!definition) throw new DomainError('NO_STAGES', `Records of the kind ${kind} have no stages.`, ['of']);
    await assertStage(context, of, rule);
    const values = parseGiven(context.actor, createWorkflow, { ...definition, name });
    return context.run(createWorkflow, values as GivenTo<typeof createWorkflow>);
  },
});

/** A rule of a stage that there is not would never act. @throws STAGE_NOT_FOUND with those that there are */
const assertStage = async (
  context: Context,
  of: AnyEntity,
  { stage, within }: Pick<StageRule, 'stage'> & { readonly within?: string | undefined },
): Promise<void> => {
  const { states } = of;
  if (states && stageFieldsOf(of)?.stage === states.field) {
    if (Object.hasOwn(states.moves, stage)) return;
    const message = `There is no stage ${stage}; there are ${Object.keys(states.moves).join(', ')}.`;
    throw new DomainError('STAGE_NOT_FOUND', message, ['stage']);
  }
  await stageWithin(context, { subject: of.name.toUpperCase(), pipeline: within }, stage);
};

import {
  change,
  creation,
  date,
  DomainError,
  longText,
  mutation,
  optional,
  recordInput,
  ref,
  text,
  versionInput,
  type ChangesOf,
  type Context,
  type Row,
} from '#kernel';
import { assertMayEnter, firstStage, Pipeline, pipelineInForce, stageOf, type Stage } from '#modules/platform/flows';
import { listFailures, listUse, settleListed, type ListedFields } from '#modules/platform/lists';
import { Opportunity } from './opportunity.entity.ts';
import { inStage, isClosing, isOutwaited, moveEvent, visitsAfter } from './opportunity.rules.ts';

const listedFields: ListedFields = { source: 'SOURCE' };
/** How many opportunities hold which value of a list. */
export const opportunityLists = listUse(Opportunity, listedFields);

const stageFailures = ['STAGE_NOT_FOUND', 'STAGE_RETIRED', 'REQUIRED_FOR_STAGE'];

/** The pipeline that is named, or the tenant's default one. @throws NO_PIPELINE */
const pipelineFor = async (id: string | undefined, { trusted }: Context): Promise<Row<typeof Pipeline>> => {
  if (id !== undefined) return trusted(Pipeline).get(id);
  const { rows } = await trusted(Pipeline).list({ first: 100 });
  const own = rows.filter(({ subject }) => subject === 'OPPORTUNITY');
  const found = own.find(({ isDefault }) => isDefault) ?? own[0];
  if (!found)
    throw new DomainError('NO_PIPELINE', 'There is no pipeline for opportunities; make one first.', ['pipeline']);
  return found;
};

/** The pipeline of opportunities that name none. @throws NO_PIPELINE */
export const defaultPipelineOf = (context: Context): Promise<Row<typeof Pipeline>> => pipelineFor(undefined, context);

/** What a client may say of a new opportunity besides its fields; pipeline and stage have defaults. */
export const createOpportunity = creation(Opportunity, 'createOpportunity', {
  describes: 'Opens an opportunity, in the first stage of the default pipeline unless told otherwise.',
  needs: 'opportunity.create',
  input: {
    pipeline: optional(ref('Pipeline', { describes: 'The pipeline; the default one when absent.' })),
    stage: optional(text({ max: 40, describes: 'The stage to start in; the first one when absent.' })),
    closedOn: optional(date({ describes: 'For one that was decided before: when. Today when absent.' })),
    stageEnteredOn: optional(date({ describes: 'For one that was begun before: since when it stands in its stage.' })),
  },
  returns: Opportunity,
  fails: [...stageFailures, 'NO_PIPELINE', ...listFailures],
  run: async ({ values, pipeline: pipelineId, stage: stageKey, closedOn, stageEnteredOn }, context) => {
    const pipeline = await pipelineInForce(context, await pipelineFor(pipelineId, context));
    const stage = stageKey === undefined ? firstStage(pipeline) : stageOf(pipeline, stageKey);
    if (!stage) throw new DomainError('STAGE_NOT_FOUND', 'The pipeline has no open stage.', ['stage']);
    assertMayEnter(stage, values);
    const enteredOn = isClosing(stage) ? (closedOn ?? stageEnteredOn) : stageEnteredOn;
    const enteredAt = enteredOn === undefined ? context.clock.instant() : `${enteredOn}T00:00:00.000Z`;
    const { staleAfterDays, ...standing } = inStage(pipeline.id, stage, enteredAt);
    return context.data(Opportunity).create({
      ...values,
      ...(await settleListed(context, listedFields, values)),
      pipeline: pipeline.id,
      ...standing,
      ...(staleAfterDays !== null && { staleAfterDays }),
      // One that was begun long ago is stale from the start; no timer needs to tell.
      isStale: isOutwaited({ stageEnteredAt: enteredAt }, stage, context.clock.instant()),
      ...(isClosing(stage) && { closedOn: closedOn ?? context.clock.today() }),
      stageHistory: [],
    });
  },
});

/** Moves an opportunity to a stage of a pipeline, with its history. */
export const enterStage = (
  context: Context,
  row: Row<typeof Opportunity>,
  pipeline: Row<typeof Pipeline>,
  stage: Stage,
  more: ChangesOf<typeof Opportunity> = {},
): Row<typeof Opportunity> => {
  if (row.place === `${pipeline.id}/${stage.key}`) return context.data(Opportunity).update(row, more);
  assertMayEnter(stage, { ...row, ...more });
  const at = context.clock.instant();
  const changes = {
    ...more,
    ...inStage(pipeline.id, stage, at),
    pipeline: pipeline.id,
    stageHistory: visitsAfter(row, at, context.actor.id),
    closedOn: isClosing(stage) ? (more.closedOn ?? context.clock.today()) : null,
  };
  return context.data(Opportunity).update(row, changes, { event: moveEvent(row.stageKind, stage.kind) });
};

export const moveOpportunity = mutation('moveOpportunity', {
  describes: 'Moves an opportunity to another stage. Winning, losing and postponing are moves to stages of that kind.',
  needs: 'opportunity.move',
  input: {
    id: ref('Opportunity', { describes: 'Which one.' }),
    version: optional(versionInput),
    stage: text({ max: 40, describes: 'The key of the new stage.' }),
    lostReason: optional(text({ describes: 'Why it was lost; asked for when the stage is of kind LOST.' })),
    competitor: optional(text({ describes: 'To whom it was lost.' })),
    closedOn: optional(date({ describes: 'When it was decided; today when absent.' })),
    note: optional(longText({ describes: 'Added to the description.' })),
  },
  returns: Opportunity,
  fails: [...stageFailures, 'LOST_REASON_REQUIRED'],
  run: async ({ id, stage: key, note, lostReason, competitor, closedOn }, context) => {
    const row = await context.data(Opportunity).get(id);
    const pipeline = await pipelineInForce(context, await context.trusted(Pipeline).get(row.pipeline));
    const stage = stageOf(pipeline, key);
    if (stage.kind === 'LOST' && (lostReason ?? row.lostReason) === undefined) {
      throw new DomainError('LOST_REASON_REQUIRED', 'Say why it was lost.', ['lostReason']);
    }
    return enterStage(context, row, pipeline, stage, {
      ...(lostReason !== undefined && { lostReason }),
      ...(competitor !== undefined && { competitor }),
      ...(closedOn !== undefined && { closedOn }),
      ...(note !== undefined && { description: [row.description, note].filter(Boolean).join('\n') }),
    });
  },
});

export const changePipeline = mutation('changePipeline', {
  describes: 'Takes an opportunity to a stage of another pipeline.',
  needs: 'opportunity.move',
  input: {
    id: ref('Opportunity', { describes: 'Which one.' }),
    version: optional(versionInput),
    pipeline: ref('Pipeline', { describes: 'The new pipeline.' }),
    stage: optional(text({ max: 40, describes: 'The stage in it; the first one when absent.' })),
  },
  returns: Opportunity,
  fails: stageFailures,
  run: async ({ id, pipeline: to, stage: key }, context) => {
    const row = await context.data(Opportunity).get(id);
    const pipeline = await pipelineInForce(context, await context.trusted(Pipeline).get(to));
    const stage = key === undefined ? firstStage(pipeline) : stageOf(pipeline, key);
    if (!stage) throw new DomainError('STAGE_NOT_FOUND', 'The pipeline has no open stage.', ['stage']);
    return enterStage(context, row, pipeline, stage);
  },
});

/** The pipeline of an opportunity changes by a move, never by a mere update. */
export const updateOpportunity = change(Opportunity, 'updateOpportunity', {
  describes: 'Changes an opportunity: absent fields stay, null clears. Stage and pipeline change by moving.',
  needs: 'opportunity.update',
  input: recordInput('Opportunity'),
  returns: Opportunity,
  fails: ['MOVE_INSTEAD', ...listFailures],
  run: async ({ id, changes }, context) => {
    const row = await context.data(Opportunity).get(id);
    if (changes.pipeline !== undefined && changes.pipeline !== row.pipeline) {
      throw new DomainError('MOVE_INSTEAD', 'Use changePipeline: the new pipeline has other stages.', ['pipeline']);
    }
    const listed = await settleListed(context, listedFields, changes, row);
    return context.data(Opportunity).update(row, { ...changes, ...listed });
  },
});

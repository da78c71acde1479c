import { job, type JobContext, type Piece } from '#kernel';
import { dropStage, Pipeline, stageOf, type StageMove, type StageUse } from '#modules/platform/flows';
import { startJob } from '#modules/platform/jobs';
import { Opportunity } from './opportunity.entity.ts';
import { enterStage } from './opportunity.operations.ts';
import { standingIn, told } from './standing.operations.ts';

/** Moves all that stands in a stage to another one, then takes the stage out of its pipeline. */
export const emptyStage = job<StageMove>('emptyStage', {
  describes: 'Moves the opportunities of a stage to another one and removes the stage once it is empty.',
  needs: 'opportunity.move',
  chunk: async ({ pipeline, stage, to }, cursor, context) => {
    const page = await standingIn(context, `${pipeline}/${stage}`, cursor);
    const outcomes = await context.together(page.rows.map(({ id }) => moving({ pipeline, stage, to }, id)));
    return {
      results: told(page.rows, outcomes),
      ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }),
    };
  },
  finish: async (move, context) => {
    const isEmpty = !(await isStoodIn(context, move));
    const pipeline = await context.trusted(Pipeline).get(move.pipeline);
    if (isEmpty && pipeline.stages.some(({ key }) => key === move.stage)) dropStage(context, pipeline, move.stage);
    return { removed: isEmpty };
  },
});

const moving = ({ pipeline: home, stage, to }: StageMove, id: string): Piece => ({
  key: `empty ${home} ${stage} ${id}`,
  reads: [id, home],
  run: async (unit) => {
    const row = await unit.data(Opportunity).get(id);
    const pipeline = await unit.trusted(Pipeline).get(home);
    return row.place === `${home}/${stage}` ? enterStage(unit, row, pipeline, stageOf(pipeline, to)) : row;
  },
});

/** The list may still show those that have just left; their rows tell. */
const isStoodIn = async (context: JobContext, { pipeline, stage }: StageMove): Promise<boolean> => {
  const place = `${pipeline}/${stage}`;
  const { rows } = await standingIn(context, place);
  const now = await context.trusted(Opportunity).getMany(rows.map(({ id }) => id));
  return [...now.values()].some((row) => row.place === place);
};

/** How pipelines of opportunities learn whether a stage is in use, and have it emptied. */
export const opportunityStages: StageUse = {
  subject: 'OPPORTUNITY',
  isUsed: async (context, pipeline, stage) => (await standingIn(context, `${pipeline}/${stage}`)).rows.length > 0,
  empty: (context, move) => startJob(context, emptyStage, move, { subject: move.pipeline }),
};

import { job, type Context, type JobContext, type Piece } from '#kernel';
import { dropStage, Pipeline, stageOf, type StageMove, type StageUse } from '#modules/platform/flows';
import { startJob } from '#modules/platform/jobs';
import { Case } from './case.entity.ts';
import { enterStatus } from './case.operations.ts';

const perChunk = 100;

const standingIn = ({ trusted }: Context, place: string, after?: string) =>
  trusted(Case).page('byPlace', { of: place, first: perChunk, ...(after !== undefined && { after }) });

/** Gives all cases of a status another one, then takes the status out of its pipeline. */
export const emptyStatus = job<StageMove>('emptyCaseStatus', {
  describes: 'Gives the cases of a status another one and removes the status once it is empty.',
  needs: 'case.move',
  chunk: async ({ pipeline, stage, to }, cursor, context) => {
    const page = await standingIn(context, `${pipeline}/${stage}`, cursor);
    const outcomes = await context.together(page.rows.map(({ id }) => moving({ pipeline, stage, to }, id)));
    const results = outcomes.map(({ status }, index) => ({
      row: index + 1,
      status,
      record: page.rows[index]?.id ?? '',
    }));
    return { results, ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }) };
  },
  finish: async (move, context) => {
    const removed = await isEmpty(context, move);
    const pipeline = await context.trusted(Pipeline).get(move.pipeline);
    if (removed && pipeline.stages.some(({ key }) => key === move.stage)) dropStage(context, pipeline, move.stage);
    return { removed };
  },
});

const moving = ({ pipeline: home, stage, to }: StageMove, id: string): Piece => ({
  key: `empty ${home} ${stage} ${id}`,
  reads: [id, home],
  run: async (unit) => {
    const row = await unit.data(Case).get(id);
    const pipeline = await unit.trusted(Pipeline).get(home);
    return row.place === `${home}/${stage}` ? enterStatus(unit, row, stageOf(pipeline, to)) : row;
  },
});

/** The list may still show those that have just left; their rows tell. */
const isEmpty = async (context: JobContext, { pipeline, stage }: StageMove): Promise<boolean> => {
  const place = `${pipeline}/${stage}`;
  const { rows } = await standingIn(context, place);
  const now = await context.trusted(Case).getMany(rows.map(({ id }) => id));
  return [...now.values()].every((row) => row.place !== place);
};

/** How pipelines of cases learn whether a status is in use, and have it emptied. */
export const caseStatuses: StageUse = {
  subject: 'CASE',
  isUsed: async (context, pipeline, stage) => (await standingIn(context, `${pipeline}/${stage}`)).rows.length > 0,
  empty: (context, move) => startJob(context, emptyStatus, move, { subject: move.pipeline }),
};

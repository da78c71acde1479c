import { job, type Context, type Page, type Piece, type Row } from '#kernel';
import { Pipeline, type Stage } from '#modules/platform/flows';
import { Opportunity } from './opportunity.entity.ts';
import { boardCells } from './opportunity.projections.ts';
import { followingStage, moveEvent } from './opportunity.rules.ts';
import { standingIn, told } from './standing.operations.ts';

/** Stages of a pipeline, of which its opportunities are to be told. */
export type Reweighing = { readonly pipeline: string; readonly stages: readonly string[] };

/** Brings an opportunity up to what its stage says. */
export const followStage = (
  { trusted, clock }: Context,
  row: Row<typeof Opportunity>,
  stage: Stage,
): Row<typeof Opportunity> => {
  const event = row.stageKind === stage.kind ? 'opportunity.reweighed' : moveEvent(row.stageKind, stage.kind);
  const changes = followingStage(row, stage, { now: clock.instant(), today: clock.today() });
  return trusted(Opportunity).update(row, changes, { event });
};

export const reweighOpportunities = job<Reweighing>('reweighOpportunities', {
  describes: 'Tells opportunities what their changed stages say: chance, kind, forecast category, patience.',
  needs: 'opportunity.update',
  silent: true,
  total: async ({ pipeline, stages }, context) =>
    (await boardCells(context, pipeline))
      .filter(({ stage }) => stages.includes(stage))
      .reduce((sum, { count }) => sum + count, 0),
  chunk: async ({ pipeline: id, stages }, cursor, context) => {
    const { index, after } = positionOf(cursor);
    const pipeline = await context.trusted(Pipeline).get(id);
    const page = await standingIn(context, `${id}/${stages[index] ?? ''}`, after);
    const outcomes = await context.together(page.rows.map((row) => reweighing(pipeline, row.id)));
    return { results: told(page.rows, outcomes), ...nextAfter(page, index, stages.length) };
  },
});

/** A cursor is `<which stage> <cursor of its page>`. */
const positionOf = (cursor = '0'): { readonly index: number; readonly after?: string } => {
  const [index, after] = cursor.split(' ');
  return { index: Number(index), ...(after !== undefined && { after }) };
};

const nextAfter = (page: Page<Row<typeof Opportunity>>, index: number, stages: number): { readonly next?: string } => {
  if (page.hasNextPage) return { next: `${String(index)} ${page.endCursor ?? ''}` };
  return index + 1 < stages ? { next: String(index + 1) } : {};
};

/** By the time that it is done, the opportunity may stand elsewhere: the stage that it stands in counts. */
const reweighing = ({ id: pipeline, version, stages }: Row<typeof Pipeline>, id: string): Piece => ({
  key: `reweigh ${id} by ${pipeline} ${String(version)}`,
  reads: [id],
  run: async (unit) => {
    const row = await unit.trusted(Opportunity).get(id);
    const stage = row.pipeline === pipeline && stages.find(({ key }) => key === row.stage);
    return stage && row.archivedAt === undefined ? followStage(unit, row, stage) : row;
  },
});

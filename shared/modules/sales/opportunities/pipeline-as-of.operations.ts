import {
  dateTime,
  integer,
  list,
  money,
  moneyOf,
  object,
  query,
  record,
  ref,
  text,
  type AnyRow,
  type Context,
} from '#kernel';
import { mayCount } from '#kernel/rollup-cells';
import { Pipeline } from '#modules/platform/flows';
import { changedSince } from '#modules/platform/history';
import { Opportunity } from './opportunity.entity.ts';
import { boardCells, opportunityTotals } from './opportunity.projections.ts';
import { boardCellsIn, type BoardCell } from './totals.rules.ts';

const columnFields = {
  stage: text({ describes: 'The key of the stage.' }),
  label: text({ describes: "The stage's name in the actor's language, as it is called today." }),
  count: integer({ describes: 'Opportunities that were in it.' }),
  amount: money({ describes: "Their amounts then, in the tenant's currency." }),
};

export const pipelineAsOf = query('pipelineAsOf', {
  describes:
    'The columns of a pipeline as they were at a moment: today’s totals, less what has happened since. It takes as long as much has happened, not as many opportunities as there are.',
  needs: 'opportunity.read',
  input: {
    pipeline: ref('Pipeline', { describes: 'Which pipeline.' }),
    at: dateTime({ describes: 'The moment; what happened at it has happened.' }),
  },
  returns: {
    pipeline: record(Pipeline, 'The pipeline as it is today.'),
    columns: list(object('PastColumn', columnFields), { max: 30, describes: 'One column a stage, in order.' }),
  },
  run: async ({ pipeline: id, at }, context) => {
    const pipeline = await context.data(Pipeline).get(id);
    const cells = await cellsAt(context, id, new Date(at).toISOString());
    const { actor } = context;
    const columns = pipeline.stages.map(({ key, labels }) => {
      const own = cells.filter(({ cell }) => cell.stage === key && mayCount(actor, Opportunity, cell.owner));
      const counted = own.filter(({ cell }) => cell.currency === actor.currency);
      return {
        stage: key,
        label: labels[actor.locale],
        count: own.reduce((sum, { cell, sign }) => sum + sign * cell.count, 0),
        amount: moneyOf(
          counted.reduce((sum, { cell, sign }) => sum + sign * cell.amount, 0),
          actor.currency,
        ),
      };
    });
    return { pipeline, columns };
  },
});

type Signed = { readonly cell: BoardCell; readonly sign: 1 | -1 };

/** What stands in the cells, less what changed records put there since, and more what they had there before. */
const cellsAt = async (context: Context, pipeline: string, moment: string): Promise<readonly Signed[]> => {
  const of = context.registry.entity(Opportunity.name);
  const [now, changed] = await Promise.all([boardCells(context, pipeline), changedSince(context, of, moment)]);
  return [
    ...now.map((cell): Signed => ({ cell, sign: 1 })),
    ...changed.flatMap(({ is }) => cellsOf(is, pipeline)).map((cell): Signed => ({ cell, sign: -1 })),
    ...changed.flatMap(({ was }) => cellsOf(was, pipeline)).map((cell): Signed => ({ cell, sign: 1 })),
  ];
};

/** What one opportunity adds to the board of a pipeline. */
const cellsOf = (row: AnyRow | undefined, pipeline: string): readonly BoardCell[] => {
  if (!row) return [];
  const shares = opportunityTotals.contributions(row).filter(({ partition }) => partition === `${pipeline}/stages`);
  return boardCellsIn(new Map(shares.map(({ cell, amounts }) => [cell, amounts])));
};

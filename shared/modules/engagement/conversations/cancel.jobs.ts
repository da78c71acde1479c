import { job, type Context, type Piece, type PieceOutcome, type RowResult } from '#kernel';
import { keepBack } from './keep-back.operations.ts';
import { Message } from './message.entity.ts';

const perChunk = 50;

type Progress = { readonly row: number; readonly after?: string };

export const cancelCampaign = job<{ readonly campaign: string }>('cancelMessages', {
  describes: 'Keeps the messages of a campaign back that have not gone out yet.',
  needs: 'message.sendMany',
  chunk: async ({ campaign }, cursor = '{"row":1}', context) => {
    const { row, ...place } = JSON.parse(cursor) as Progress;
    const where = { campaign: { eq: campaign }, status: { eq: 'QUEUED' } };
    const { rows, hasNextPage, endCursor } = await context.data(Message).list({ where, first: perChunk, ...place });
    const outcomes = await context.together(rows.map(({ id }) => keepingBack(id)));
    const results = outcomes.map((outcome, index) => resultOf(outcome, row + index, rows[index]?.id ?? ''));
    if (!hasNextPage || endCursor === undefined) return { results };
    return { results, next: JSON.stringify({ row: row + rows.length, after: endCursor }) };
  },
});

/** The list may lag behind: what has left meanwhile has left. */
const keepingBack = (id: string): Piece => ({
  key: `keep back ${id}`,
  reads: [id],
  run: async (unit: Context) => {
    const message = await unit.trusted(Message).get(id);
    return message.status === 'QUEUED' ? keepBack(unit, message) : undefined;
  },
});

const resultOf = ({ status, error }: PieceOutcome, row: number, record: string): RowResult => {
  if (status === 'failed') throw new Error(`Nobody could keep ${record} back.`, { cause: error });
  return { row, record, status: status === 'unchanged' ? 'skipped' : 'done' };
};

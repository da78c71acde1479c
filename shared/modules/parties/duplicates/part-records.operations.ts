import {
  DomainError,
  job,
  mutation,
  ref,
  type AnyRow,
  type Context,
  type JobContext,
  type Piece,
  type Row,
} from '#kernel';
import { readHistory } from '#kernel/feed';
import { allResults, Job, startJob, type Undoer } from '#modules/platform/jobs';
import { settleApart } from './duplicate.operations.ts';
import { Merge, type MergeRow } from './merge.entity.ts';
import { merging } from './merge.operations.ts';
import { partedValues, returnedValues } from './merge.rules.ts';
import { entityOf, told } from './move-references.jobs.ts';
import { repointed } from './references.rules.ts';
import { removeCopies } from './timeline-copies.operations.ts';

const perChunk = 25;

type Given = { readonly merge: string };

/** Gives back to a parted record what the merge had moved, unless it has moved on since; later edits of it go with it. */
export const giveBack = job<Given>('giveBackReferences', {
  describes: 'Gives back what followed a merged record, once both are parted again.',
  needs: 'duplicateCandidate.merge',
  chunk: async ({ merge: id }, cursor, context) => {
    const start = Number(cursor ?? 0);
    const merge = await context.trusted(Merge).get(id);
    const moved = (await allResults(context, merge.job ?? '')).filter(({ status }) => status === 'updated');
    const rows = moved.slice(start, start + perChunk);
    if (rows.length === 0) {
      await removeCopies(context, { from: merge.loser, to: merge.survivor });
      return { results: [] };
    }
    const mover = await context.trusted(Job).get(merge.job ?? '');
    const outcomes = await context.together(rows.map(({ record = '' }) => returning(context, record, merge, mover)));
    const results = rows.map(({ record = '' }, index) => told(record, index, outcomes[index]));
    return { results, next: String(start + rows.length) };
  },
});

const returning = (context: JobContext, id: string, merge: MergeRow, { correlationId }: Row<typeof Job>): Piece => ({
  key: `return ${id} ${merge.id}`,
  run: async (unit) => {
    const of = entityOf(context, id);
    const row = of && (await unit.trusted(of).find(id));
    if (!row) return undefined;
    const history = await readHistory(context.ports.table, context.actor.tenant, id, { limit: 100 });
    const moved = history.filter((event) => event.correlationId === correlationId);
    const fields = new Set(moved.flatMap(({ changed }) => Object.keys(changed)));
    const changes = repointed(of, row, merge.survivor, merge.loser, fields);
    if (Object.keys(changes).length === 0) return undefined;
    unit.trusted(of).update(row, changes, { evenFrozen: true });
    return { id };
  },
});

export const partRecords = mutation('partRecords', {
  describes:
    'Takes a merge back within 30 days: the merged record is there again with what it had brought, and what had followed it returns. Later edits stay where they were made, or go with the value that they corrected. Both are kept apart from then on.',
  needs: 'duplicateCandidate.merge',
  input: { id: ref('RecordMerge', { describes: 'Which merge.' }) },
  returns: Merge,
  fails: ['TOO_LATE', 'MERGE_AT_WORK', 'MERGED_AGAIN'],
  run: async ({ id }, context) => partMerge(context, await context.data(Merge).get(id)),
});

/** Parts two records that were merged. @throws DomainError */
export const partMerge = async (context: Context, merge: MergeRow): Promise<MergeRow> => {
  await assertPartable(context, merge);
  const of = entityOf(context, merge.survivor);
  if (!of) throw new DomainError('NOT_FOUND', `There is no record ${merge.survivor}.`, ['id']);
  const records = context.data(merging(of));
  const [survivor, loser] = await Promise.all([records.get(merge.survivor), records.get(merge.loser)]);
  assertStanding(survivor);
  const mergedFrom = (survivor['mergedFrom'] as readonly string[]).filter((other) => other !== merge.loser);
  const kept = records.update(survivor, {
    ...partedValues(survivor, merge),
    mergedFrom: mergedFrom.length > 0 ? mergedFrom : null,
  });
  const back = records.restore(loser);
  const own = { ...loser, ...merge.freed };
  const returned = { ...merge.freed, ...returnedValues(survivor, own, merge), mergedInto: null };
  const restored = records.update(back, returned);
  await settleApart(context, [kept, restored], merge.type);
  const given = startJob(context, giveBack, { merge: merge.id }, { subject: merge.loser });
  return context.trusted(Merge).move(merge, 'PARTED', { partedBy: given.id });
};

const assertPartable = async ({ trusted, clock }: Context, merge: MergeRow): Promise<void> => {
  if (merge.status !== 'MERGED') throw new DomainError('INVALID_STATE', 'They were parted before.', ['id']);
  if (merge.undoUntil < clock.instant())
    throw new DomainError('TOO_LATE', 'A merge can be taken back for 30 days.', ['id']);
  const mover = merge.job === undefined ? undefined : await trusted(Job).find(merge.job);
  if (mover?.status === 'QUEUED' || mover?.status === 'RUNNING' || mover?.status === 'PAUSED')
    throw new DomainError(
      'MERGE_AT_WORK',
      'What belonged to the merged record is still following it; wait for its job.',
      ['id'],
    );
};

const assertStanding = (survivor: AnyRow): void => {
  if (survivor['mergedInto'] !== undefined)
    throw new DomainError('MERGED_AGAIN', 'The survivor was merged into another record; part these first.', ['id']);
};

/** A merge is undone by parting. */
export const undoMerge: Undoer = {
  of: Merge.name,
  undo: async (context, id) => {
    const parted = await context.run(partRecords, { id });
    return { record: parted as unknown as AnyRow, ...(parted.partedBy !== undefined && { job: parted.partedBy }) };
  },
};

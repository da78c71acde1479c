import { DomainError, job, timer, type AnyEntity, type JobContext, type Piece, type RowResult } from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { ListEntry, type ListEntryRow } from './list-entry.entity.ts';
import { listUses, type ListUse } from './list.projections.ts';

/** Records of one chunk. */
const perChunk = 90;

type Merged = { readonly entry: string };
/** A field that may hold the merged key. */
type Place = { readonly of: AnyEntity; readonly field: string };

/** Changes the records that hold the key of a merged entry to the key of the one that stands for it. */
export const followMerge = job<Merged>('followListMerge', {
  describes: 'Changes the records that hold a merged entry of a list to the entry that stands for it.',
  needs: 'listEntry.merge',
  chunk: async ({ entry: id }, cursor, context) => {
    const entry = await context.trusted(ListEntry).get(id);
    const kept = await standingFor(context, entry);
    const places = placesOf(context, entry.list);
    const [index, after] = positionOf(cursor);
    const place = places[index];
    if (!place) return { results: [] };
    const page = await context.trusted(place.of).list({
      where: { [place.field]: { eq: entry.key } },
      first: perChunk,
      ...(after !== undefined && { after }),
    });
    const pieces = page.rows.map((row) => following(place, row.id, entry, kept));
    const results = (await context.together(pieces)).map(({ status, record }, row): RowResult => ({
      row: row + 1,
      status,
      ...(record !== undefined && { record }),
    }));
    if (page.hasNextPage && page.endCursor !== undefined)
      return { results, next: `${String(index)} ${page.endCursor}` };
    return index + 1 < places.length ? { results, next: String(index + 1) } : { results };
  },
});

const standingFor = async ({ trusted }: JobContext, entry: ListEntryRow): Promise<ListEntryRow> => {
  let kept = entry;
  while (kept.mergedInto !== undefined) kept = await trusted(ListEntry).get(kept.mergedInto);
  if (kept.id === entry.id) throw new DomainError('INVALID_STATE', `${entry.key} is not merged.`, ['entry']);
  return kept;
};

const placesOf = ({ registry }: JobContext, list: string): readonly Place[] =>
  (registry.contributions(listUses) as readonly ListUse[]).flatMap(({ of, fields }) =>
    Object.entries(fields).flatMap(([field, name]) => (name === list ? [{ of, field }] : [])),
  );

const positionOf = (cursor = '0'): readonly [index: number, after?: string] => {
  const [index, after] = cursor.split(' ');
  return after === undefined ? [Number(index)] : [Number(index), after];
};

const following = ({ of, field }: Place, id: string, entry: ListEntryRow, kept: ListEntryRow): Piece => ({
  key: `${entry.id} ${kept.id} ${id} ${field}`,
  run: async (unit) => {
    const row = await unit.trusted(of).get(id);
    return row[field] === entry.key && row.archivedAt === undefined
      ? unit.trusted(of).update(row, { [field]: kept.key })
      : row;
  },
});

/** Once every container knows of the merge: what was written with the old key meanwhile. */
export const followLate = timer(ListEntry, {
  describes:
    'Looks once more for records of a merged entry, two minutes after: other containers may not have known of it yet.',
  run: ({ id }, context) => {
    startJob(context, followMerge, { entry: id }, { subject: id });
    return Promise.resolve();
  },
});

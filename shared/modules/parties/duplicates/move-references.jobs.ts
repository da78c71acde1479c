import {
  DomainError,
  job,
  type AnyEntity,
  type Context,
  type JobContext,
  type KeySpec,
  type Piece,
  type PieceOutcome,
  type Position,
  type RowResult,
} from '#kernel';
import { linkPrefix } from '#kernel/planner';
import { identityOf } from '#kernel/rows';
import { copyTimeline } from './timeline-copies.operations.ts';
import { DuplicateCandidate } from './duplicate.entity.ts';
import { Merge } from './merge.entity.ts';
import { repointed } from './references.rules.ts';

/** What moves: everything that refers to one record comes to refer to the other. */
export type Moving = { readonly from: string; readonly to: string };

const perChunk = 25;
/** What tells of the merge itself keeps saying who was merged. */
const staying: ReadonlySet<string> = new Set([Merge.name, DuplicateCandidate.name, 'Job']);

/** A place where records that refer to another are listed. */
type Source = { readonly index?: 'gsi1'; readonly prefix?: string };
type Cursor = { readonly source: number; readonly after?: Position };

/** Lets everything that belonged to a record that was merged follow it, 25 at a time; done twice it is done once. */
export const moveReferences = job<Moving>('moveReferences', {
  describes: 'Lets activities, opportunities, files and all else that refers to a merged record follow it.',
  needs: 'duplicateCandidate.merge',
  chunk: async (given, cursor, context) => {
    const sources = sourcesOf(context);
    const at: Cursor = cursor === undefined ? { source: 0 } : (JSON.parse(cursor) as Cursor);
    const source = sources[at.source];
    if (!source) {
      await copyTimeline(context, given);
      return { results: [] };
    }
    const page = await readSource(context, source, given.from, at.after);
    const outcomes = await context.together(page.ids.map((id) => moving(context, id, given)));
    const next: Cursor = page.next ? { source: at.source, after: page.next } : { source: at.source + 1 };
    return { results: page.ids.map((id, index) => told(id, index, outcomes[index])), next: JSON.stringify(next) };
  },
});

/** The children of a parent in gsi1, and the lists of each declared link. */
const sourcesOf = ({ registry }: Context): readonly Source[] => [
  { index: 'gsi1' },
  ...[...registry.entities.values()].flatMap((of) =>
    Object.entries<KeySpec>(of.keys).flatMap(([key, spec]) =>
      'link' in spec ? [{ prefix: linkPrefix(of, key) }] : [],
    ),
  ),
];

const readSource = async ({ ports, actor }: Context, source: Source, from: string, after: Position | undefined) => {
  const { items, next } = await ports.table.query({
    pk: `${actor.tenant}#${from}`,
    limit: perChunk,
    ...(source.index ? { index: source.index } : { sort: { beginsWith: source.prefix ?? '' } }),
    ...(after && { after }),
  });
  const ids = items.map((item) =>
    source.index ? identityOf(item.pk).id : item.sk.slice(item.sk.lastIndexOf('#') + 1),
  );
  return { ids: [...new Set(ids)], next };
};

const moving = (context: JobContext, id: string, { from, to }: Moving): Piece => ({
  key: `move ${id} ${from}`,
  run: async (unit) => {
    const of = entityOf(context, id);
    if (!of || staying.has(of.name)) return undefined;
    const row = await unit.trusted(of).find(id);
    const changes = row ? repointed(of, row, from, to) : {};
    if (!row || Object.keys(changes).length === 0) return undefined;
    unit.trusted(of).update(row, changes, { evenFrozen: true });
    return { id };
  },
});

/** The entity of an id. */
export const entityOf = ({ registry }: Context, id: string): AnyEntity | undefined =>
  registry.byPrefix.get(id.slice(0, id.indexOf('_')));

/** What became of a record that was to move. */
export const told = (id: string, index: number, outcome: PieceOutcome | undefined): RowResult => {
  if (outcome?.status !== 'failed')
    return { row: index + 1, status: outcome?.record === undefined ? 'unchanged' : 'updated', record: id };
  const { error } = outcome;
  if (!(error instanceof DomainError)) throw error;
  return { row: index + 1, status: 'failed', record: id, code: error.code, message: error.message };
};

import { choice, job, mutation, prefixOf, reaction, type Context, type JobContext, type Piece } from '#kernel';
import { allResults, Job, startJob } from '#modules/platform/jobs';
import { lookAt } from './duplicate.reactions.ts';
import { kindOf, type DuplicateKind } from './kinds.rules.ts';
import { told } from './move-references.jobs.ts';
import { neighboursOf, type Neighbours } from './neighbours.operations.ts';

/** Records of a chunk: of all of a kind, each looked up by itself, and of those that a job has touched. */
const perChunk = { all: 50, touched: 500 };

/** Either all records of an entity, or those that a job made or changed. */
type Given = { readonly type: string } | { readonly job: string };

/** Looks for the duplicates of many records. */
export const checkMany = job<Given>('checkDuplicates', {
  describes: 'Looks at many records for others that may be the same.',
  needs: 'duplicateCandidate.update',
  chunk: async (given, cursor, context) => {
    const { ids, next, neighbours } =
      'job' in given ? await touchedBy(context, given.job, cursor) : await allOf(context, given.type, cursor);
    const looked = neighbours ? ids.filter((id) => neighbours.has(id)) : ids;
    const outcomes = await context.together(looked.map((id) => looking(context, id, neighbours?.get(id))));
    const outcomeOf = new Map(looked.map((id, index) => [id, outcomes[index]]));
    const results = ids.map((id, index) => told(id, index, outcomeOf.get(id)));
    return { results, ...(next !== undefined && { next }) };
  },
});

type Page = { readonly ids: readonly string[]; readonly next?: string; readonly neighbours?: Neighbours };

const allOf = async ({ trusted, registry }: JobContext, type: string, after: string | undefined): Promise<Page> => {
  const of = registry.entity(type);
  const key = Object.keys(of.keys).find((name) => {
    const spec = of.keys[name];
    return spec !== undefined && 'gsi' in spec && spec.gsi === 3;
  });
  if (key === undefined) return { ids: [] };
  const page = await trusted(of).page(key, { first: perChunk.all, ...(after !== undefined && { after }) });
  const next = page.hasNextPage ? page.endCursor : undefined;
  return { ids: page.rows.map(({ id }) => id), ...(next !== undefined && { next }) };
};

const touchedBy = async (context: JobContext, id: string, cursor = '0'): Promise<Page> => {
  const { touched, neighbours } = await openTouched(context, id);
  const end = Number(cursor) + perChunk.touched;
  return {
    ids: touched.slice(Number(cursor), end),
    ...(end < touched.length && { next: String(end) }),
    ...(neighbours && { neighbours }),
  };
};

type Touched = { readonly touched: readonly string[]; readonly neighbours: Neighbours | undefined };

/** Kept while a container goes through it; another one reads it again. */
let kept: { readonly name: string; readonly opened: Promise<Touched> } | undefined;

const openTouched = (context: JobContext, id: string): Promise<Touched> => {
  const name = `${context.actor.tenant} ${context.jobId}`;
  if (kept?.name !== name) kept = { name, opened: readTouched(context, id) };
  return kept.opened.catch((error: unknown) => {
    kept = undefined;
    throw error;
  });
};

const nobody: Neighbours = new Map();

const readTouched = async (context: JobContext, id: string): Promise<Touched> => {
  const touched = (await allResults(context, id)).flatMap(({ record }) => (record === undefined ? [] : [record]));
  const byKind = Map.groupBy(touched, (each) => kindOfRecord(context, each));
  const found = await Promise.all(
    [...byKind].map(([kind, ids]) => (kind ? neighboursOf(context, kind, ids) : Promise.resolve(nobody))),
  );
  if (found.includes(undefined)) return { touched, neighbours: undefined };
  return { touched, neighbours: new Map(found.flatMap((neighbours) => [...(neighbours ?? [])])) };
};

const kindOfRecord = ({ registry }: Context, id: string): DuplicateKind | undefined =>
  kindOf(registry, registry.byPrefix.get(prefixOf(id))?.name ?? '');

const looking = (context: JobContext, id: string, among: readonly string[] | undefined): Piece => ({
  key: `look ${id}`,
  reads: [id, ...(among ?? [])],
  run: async (unit) => {
    const kind = kindOfRecord(context, id);
    const row = kind && (await unit.trusted(kind.of).find(id));
    if (kind && row) await lookAt(unit, kind, row, among);
    return undefined;
  },
});

export const checkDuplicates = mutation('checkDuplicates', {
  describes:
    'Looks at all accounts or all contacts for records that may be the same, in a job; `duplicateCandidates` lists what it finds.',
  needs: 'duplicateCandidate.merge',
  input: { type: choice(['Account', 'Contact'], { named: 'ComparedType', describes: 'Which records.' }) },
  returns: Job,
  run: ({ type }, context) => Promise.resolve(startJob(context, checkMany, { type })),
});

/** What came in silently is looked at once it is all there. */
export const checkImported = reaction('checkImported', {
  describes: 'Looks for duplicates among the records that an import has made or changed.',
  on: ['job.completed'],
  run: async ({ record }, context) => {
    const done = await context.trusted(Job).find(record.id);
    if (done?.name === importing) startJob(context, checkMany, { job: record.id }, { subject: record.id });
  },
});

const importing = 'runImport';

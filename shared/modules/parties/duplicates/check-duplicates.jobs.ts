import { choice, job, mutation, reaction, type AnyRow, type JobContext, type Piece } from '#kernel';
import { allResults, Job, startJob } from '#modules/platform/jobs';
import { lookAt } from './duplicate.reactions.ts';
import { kindOf, type DuplicateKind } from './kinds.rules.ts';
import { told } from './move-references.jobs.ts';

const perChunk = 50;

/** Either all records of an entity, or those that a job made or changed. */
type Given = { readonly type: string } | { readonly job: string };

/** Looks for the duplicates of many records. */
export const checkMany = job<Given>('checkDuplicates', {
  describes: 'Looks at many records for others that may be the same.',
  needs: 'duplicateCandidate.update',
  chunk: async (given, cursor, context) => {
    const page =
      'job' in given ? await touchedBy(context, given.job, cursor) : await allOf(context, given.type, cursor);
    const outcomes = await context.together(page.ids.map((id) => looking(context, id)));
    const results = page.ids.map((id, index) => told(id, index, outcomes[index]));
    return { results, ...(page.next !== undefined && { next: page.next }) };
  },
});

type Page = { readonly ids: readonly string[]; readonly next?: string };

const allOf = async ({ trusted, registry }: JobContext, type: string, after: string | undefined): Promise<Page> => {
  const of = registry.entity(type);
  const key = Object.keys(of.keys).find((name) => {
    const spec = of.keys[name];
    return spec !== undefined && 'gsi' in spec && spec.gsi === 3;
  });
  if (key === undefined) return { ids: [] };
  const page = await trusted(of).page(key, { first: perChunk, ...(after !== undefined && { after }) });
  const next = page.hasNextPage ? page.endCursor : undefined;
  return { ids: page.rows.map(({ id }) => id), ...(next !== undefined && { next }) };
};

const touchedBy = async (context: JobContext, id: string, cursor = '0'): Promise<Page> => {
  const start = Number(cursor);
  const touched = (await allResults(context, id)).flatMap(({ record }) => (record === undefined ? [] : [record]));
  const end = start + perChunk;
  return { ids: touched.slice(start, end), ...(end < touched.length && { next: String(end) }) };
};

const looking = (context: JobContext, id: string): Piece => ({
  key: `look ${id}`,
  run: async (unit) => {
    const kind: DuplicateKind | undefined = kindOf(
      context.registry,
      context.registry.byPrefix.get(id.slice(0, id.indexOf('_')))?.name ?? '',
    );
    const row = kind && ((await unit.trusted(kind.of).find(id)) as AnyRow | undefined);
    if (kind && row) await lookAt(unit, kind, row);
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

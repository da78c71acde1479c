import { job, type Context, type JobContext, type RowResult } from '#kernel';
import type { FeedPosition } from '#kernel/feed';
import { allResults } from '#modules/platform/jobs';
import { cleanRecord, cleanStoredText, keepReason, removeRecord, type Fate } from './erasing.operations.ts';
import { everyRecord, ownRecords, personOf } from './person.operations.ts';
import { PrivacyRequest } from './privacy-request.entity.ts';

type Given = { readonly request: string };

/** First the records of others, then stored texts, at last the person: until then every chunk knows whom it looks for. */
type Cursor = { readonly records?: FeedPosition; readonly files?: number; readonly person?: true };

const filesPerChunk = 50;

/** Forgets a person. A chunk that runs again finds less to do. */
export const eraseSubject = job<Given>('eraseSubject', {
  describes: 'Takes a person out of everything that the tenant keeps, but for what law keeps.',
  needs: 'privacyRequest.erase',
  chunk: async ({ request: id }, cursor, context) => {
    const { subject } = await context.trusted(PrivacyRequest).get(id);
    const at = cursor === undefined ? {} : (JSON.parse(cursor) as Cursor);
    const own = await ownRecords(context, subject);
    if (at.person) return { results: await removePerson(context, own) };
    const { results, next } =
      at.files === undefined ? await cleanRecords(context, own, at) : await cleanFiles(context, own, at.files);
    return { results, next: JSON.stringify(next) };
  },
  finish: async ({ request: id }, context) => {
    const results = await allResults(context, context.jobId);
    const count = (code: string): number => results.filter((result) => result.code === code).length;
    const requests = context.trusted(PrivacyRequest);
    const report = {
      removed: count('REMOVED'),
      cleaned: count('CLEANED'),
      files: count('FILE'),
      kept: keptIn(context, results),
    };
    const request = await requests.get(id);
    if (request.status !== 'COMPLETED') requests.move(request, 'COMPLETED', report, { event: 'privacyRequest.erased' });
    return { removed: report.removed, cleaned: report.cleaned, files: report.files };
  },
});

type Step = { readonly results: readonly RowResult[]; readonly next: Cursor };

const noted = (row: number, record: string, fate: Fate | 'FILE'): readonly RowResult[] =>
  fate === 'UNTOUCHED' ? [] : [{ row, status: 'done', record, code: fate }];

const cleanRecords = async (context: JobContext, own: readonly string[], { records }: Cursor): Promise<Step> => {
  const traces = await personOf(context, own);
  const { ids, next } = await everyRecord(context, records);
  const results: RowResult[] = [];
  for (const id of ids.filter((each) => !own.includes(each) && each !== context.jobId))
    results.push(...noted(results.length + 1, id, await cleanRecord(context, id, traces)));
  return { results, next: next ? { records: next } : { files: 0 } };
};

const cleanFiles = async (context: JobContext, own: readonly string[], start: number): Promise<Step> => {
  const traces = await personOf(context, own);
  const stored = await context.ports.files.list(`${context.actor.tenant}/`);
  const results: RowResult[] = [];
  for (const { key } of stored.slice(start, start + filesPerChunk))
    if (await cleanStoredText(context, key, traces)) results.push(...noted(results.length + 1, key.slice(-60), 'FILE'));
  const end = start + filesPerChunk;
  return { results, next: end < stored.length ? { files: end } : { person: true } };
};

/** The named record goes last: while it is there, a chunk that failed finds its way again. */
const removePerson = async (context: JobContext, own: readonly string[]): Promise<readonly RowResult[]> => {
  const results: RowResult[] = [];
  for (const id of [...own].reverse()) results.push(...noted(results.length + 1, id, await removeRecord(context, id)));
  return results;
};

const keptIn = (context: Context, results: readonly RowResult[]) => {
  const kept = results.filter(({ code }) => code === 'KEPT').map(({ record = '' }) => entityName(context, record));
  return [...Map.groupBy(kept, (name) => name)].map(([type, all]) => ({
    type,
    count: all.length,
    reason: keepReason(context, type) ?? '',
  }));
};

const entityName = ({ registry }: Context, id: string): string =>
  registry.byPrefix.get(id.slice(0, id.indexOf('_')))?.name ?? '';

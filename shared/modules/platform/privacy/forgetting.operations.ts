import type { Context, RowResult } from '#kernel';
import type { FeedPosition } from '#kernel/feed';
import { cleanFile } from './erase-files.operations.ts';
import { cleanRecord, removeRecord, type Fate } from './erasing.operations.ts';
import { personOf, recordsNaming } from './person.operations.ts';

/** First the records of others, then stored files, at last the people: until then every step knows whom it looks for. */
export type Forgetting = { readonly records?: FeedPosition; readonly files?: string; readonly people?: true };

/** What a step did, and where the next one begins. */
export type Forgot = { readonly results: readonly RowResult[]; readonly next?: Forgetting };

/** Whom to forget. */
export type Forgotten = {
  /** The records of the people. */
  readonly own: readonly string[];
  /** What is left alone: the work itself. */
  readonly except?: string;
  /** Records that have gone with the people so far; their bytes and their lines in backups go too. */
  gone(): Promise<readonly string[]>;
};

const filesPerStep = 50;

/** One step of forgetting. Done again after a crash it finds less to do. */
export const forget = async (context: Context, whom: Forgotten, at: Forgetting): Promise<Forgot> => {
  if (at.people) return { results: await removePeople(context, whom.own) };
  return at.files === undefined ? cleanRecords(context, whom, at) : cleanFiles(context, whom, at.files);
};

const noted = (row: number, record: string, fate: Fate | 'FILE'): readonly RowResult[] =>
  fate === 'UNTOUCHED' ? [] : [{ row, status: 'done', record, code: fate }];

const cleanRecords = async (context: Context, { own, except }: Forgotten, { records }: Forgetting): Promise<Forgot> => {
  const traces = await personOf(context, own);
  const { ids, next } = await recordsNaming(context, traces, records);
  const results: RowResult[] = [];
  for (const id of ids.filter((each) => !own.includes(each) && each !== except))
    results.push(...noted(results.length + 1, id, await cleanRecord(context, id, traces)));
  return { results, next: next ? { records: next } : { files: '' } };
};

const cleanFiles = async (context: Context, { own, gone }: Forgotten, after: string): Promise<Forgot> => {
  const traces = await personOf(context, own);
  const removed = new Set([...own, ...(await gone())]);
  const stored = (await context.ports.files.list(`${context.actor.tenant}/`)).map(({ key }) => key);
  const keys = stored
    .filter((key) => key > after)
    .toSorted()
    .slice(0, filesPerStep);
  const results: RowResult[] = [];
  for (const key of keys)
    if (await cleanFile(context, key, traces, removed))
      results.push(...noted(results.length + 1, key.slice(-60), 'FILE'));
  const last = keys.at(-1);
  return { results, next: last === undefined ? { people: true } : { files: last } };
};

/** The named record goes last: while it is there, a step that failed finds its way again. */
const removePeople = async (context: Context, own: readonly string[]): Promise<readonly RowResult[]> => {
  const results: RowResult[] = [];
  for (const id of [...own].reverse()) results.push(...noted(results.length + 1, id, await removeRecord(context, id)));
  return results;
};

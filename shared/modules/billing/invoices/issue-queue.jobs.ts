// Under load the next documents of a series stand in line: a row says who, first come first served, and one job at a time works on
// it. Whoever comes while somebody waits joins the end, so that nobody is overtaken.
import { DomainError, job, signedIn, type Context, type JobContext, type RowResult } from '#kernel';
import { prefixOf } from '#kernel/ids';
import { isLostRace } from '#kernel/lost-race';
import { Job, startJob } from '#modules/platform/jobs';
import { CreditNote } from './credit-note.entity.ts';
import { IssueQueue, mostWaiting, type IssueQueueRow } from './document-chain.entity.ts';
import { Invoice } from './invoice.entity.ts';
import { issueCreditNote } from './issue-credit-note.operations.ts';
import { issueInvoice } from './issue-invoice.operations.ts';
import { headId } from './place.operations.ts';

/** The queue of a series, once somebody has waited in it. */
export const queueOf = (context: Context, series: string): Promise<IssueQueueRow | undefined> =>
  context.trusted(IssueQueue).find(headId(IssueQueue, context, series));

/** Puts a document at the end of the queue, once; who finds nobody at work on it starts the job. @throws QUEUE_FULL */
export const enqueue = async (context: Context, series: string, id: string): Promise<void> => {
  const queue = await queueOf(context, series);
  const { waiting = [] } = { ...queue };
  const isThere = waiting.includes(id);
  const isServed = waiting.length > 0 && (await isAtWork(context, queue));
  if (isThere && isServed) return;
  if (!isThere && waiting.length >= mostWaiting)
    throw new DomainError('QUEUE_FULL', `${String(mostWaiting)} documents wait for numbers already; try again later.`);
  const started = isServed ? {} : { job: startJob(context, issueWaiting, { series }).id };
  const after = { waiting: isThere ? waiting : [...waiting, id], ...started };
  const queues = context.trusted(IssueQueue);
  if (queue) queues.update(queue, after, { aside: true });
  else queues.create({ series, ...after }, { id: headId(IssueQueue, context, series) });
};

/** Somebody may have paused or cancelled the job, or it has failed: then the next to come starts another. */
const isAtWork = async ({ trusted }: Context, queue: IssueQueueRow | undefined): Promise<boolean> => {
  const job = queue?.job === undefined ? undefined : await trusted(Job).find(queue.job);
  return job?.status === 'QUEUED' || job?.status === 'RUNNING';
};

/** Turns in one step of the job. */
const turnsAtOnce = 20;

export const issueWaiting = job<{ readonly series: string }>('issueWaiting', {
  describes: 'Gives numbers to the documents that wait for them in a series, in the order in which they came.',
  needs: signedIn,
  chunk: async ({ series }, cursor = '0', context) => {
    const results: RowResult[] = [];
    for (let turn = 1; turn <= turnsAtOnce; turn += 1) {
      const served = await serveNext(context, series, `${cursor}/${String(turn)}`);
      if (served === 'nobody') return { results };
      if (served) results.push({ ...served, row: Number(cursor) * turnsAtOnce + turn });
    }
    return { results, next: String(Number(cursor) + 1) };
  },
});

/** Issues whoever is first; undefined when another write came first, and the turn is over. */
const serveNext = async (
  context: JobContext,
  series: string,
  turn: string,
): Promise<Omit<RowResult, 'row'> | 'nobody' | undefined> => {
  let first: string | undefined;
  const [outcome] = await context.together([
    {
      key: turn,
      run: async (own) => {
        const queue = await queueOf(own, series);
        first = queue?.waiting[0];
        if (!queue || first === undefined) return undefined;
        leave(own, queue, first);
        return isInvoice(first) ? issueInvoice(own, first) : issueCreditNote(own, first);
      },
    },
  ]);
  if (first === undefined) return 'nobody';
  if (outcome?.status !== 'failed') return { status: 'updated', record: first };
  if (isLostRace(outcome.error)) return undefined;
  return sendBack(context, series, first, outcome.error);
};

const isInvoice = (id: string): boolean => prefixOf(id) === Invoice.idPrefix;

const leave = (context: Context, queue: IssueQueueRow, id: string): void => {
  context.trusted(IssueQueue).update(queue, { waiting: queue.waiting.filter((each) => each !== id) }, { aside: true });
};

/** What cannot be issued is a draft again, and says why; the others go on. */
const sendBack = async (
  context: JobContext,
  series: string,
  id: string,
  error: unknown,
): Promise<Omit<RowResult, 'row'> | undefined> => {
  const { code, message } =
    error instanceof DomainError ? error : { code: 'INTERNAL', message: 'Something went wrong.' };
  const [outcome] = await context.together([
    {
      key: `back ${id} ${context.ids.next('try')}`,
      run: async (own) => {
        const queue = await queueOf(own, series);
        if (queue) leave(own, queue, id);
        return returned(own, id, `${code}: ${message}`.slice(0, 500));
      },
    },
  ]);
  return outcome?.status === 'failed' ? undefined : { status: 'failed', record: id, code, message };
};

const returned = async (context: Context, id: string, issueProblem: string) =>
  isInvoice(id)
    ? context.trusted(Invoice).move(await context.trusted(Invoice).get(id), 'DRAFT', { issueProblem })
    : context.trusted(CreditNote).move(await context.trusted(CreditNote).get(id), 'DRAFT', { issueProblem });

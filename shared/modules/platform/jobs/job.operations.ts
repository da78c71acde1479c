import {
  choice,
  defaulted,
  DomainError,
  forbidden,
  integer,
  list,
  mayDo,
  mayTouch,
  mutation,
  notFound,
  object,
  optional,
  query,
  ref,
  signedIn,
  text,
  verbOf,
  type Context,
  type Job as DeclaredJob,
  type RowResult,
} from '#kernel';
import { Job, type JobRow, type JobStatus } from './job.entity.ts';
import { changeJob, eventOf, readJob, readResults, type JobRecord } from './job-record.operations.ts';
import { keptRights, resultOf } from './job.rules.ts';

/** Queues a job: its record is written with the caller's unit of work, and it acts with the caller's rights. */
export const startJob = <Given>(
  context: Context,
  job: DeclaredJob<Given>,
  input: Given,
  about: { readonly subject?: string; readonly undoes?: string } = {},
): JobRow => {
  const { actor } = context;
  if (job.needs !== signedIn && !mayDo(actor, job.needs))
    throw forbidden(`${job.name} needs the permission ${job.needs}.`);
  const row = context.trusted(Job).create({
    name: job.name,
    done: 0,
    pages: 0,
    counts: { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 },
    input: input ?? {},
    rights: keptRights(actor),
    correlationId: context.ids.next('cor'),
    ...(actor.userId !== undefined && { startedBy: actor.userId }),
    ...about,
  });
  context.afterCommit(() => kick(context, row.id));
  return row;
};

/** Tells the worker. The event of the job tells it too, should this be lost. */
export const kick = ({ ports, actor }: Pick<Context, 'ports' | 'actor'>, job: string): Promise<void> =>
  ports.queues.send('jobs', [{ body: { tenant: actor.tenant, job } }]);

const own = { id: ref('Job', { describes: 'Which job.' }) };

/** A job that the actor may steer. @throws NOT_FOUND, FORBIDDEN */
const steered = (context: Context, { row }: JobRecord): JobRow => {
  if (!mayTouch(context.actor, Job, row, 'read')) throw notFound('Job', row.id);
  if (!mayTouch(context.actor, Job, row, 'update')) throw forbidden('You may not steer this job.');
  return row;
};

const moveJob = async (
  context: Context,
  id: string,
  from: readonly JobStatus[],
  to: JobStatus,
  event = `job.${verbOf(to)}`,
): Promise<JobRow> => {
  const { ports, actor, ids, clock } = context;
  const moved = await changeJob(ports.table, actor.tenant, id, (record) => {
    const row = steered(context, record);
    if (row.status === to) return undefined;
    if (!from.includes(row.status))
      throw new DomainError('INVALID_STATE', `A job that is ${row.status} cannot become ${to}.`, ['id']);
    const at = clock.instant();
    return {
      values: { status: to, ...(to === 'CANCELLED' && { finishedAt: at }) },
      event: eventOf(ids, event, at, actor.id),
    };
  });
  return moved.row;
};

export const pauseJob = mutation('pauseJob', {
  describes: 'Lets a job stop after the rows that it has at hand.',
  needs: 'job.update',
  input: own,
  returns: Job,
  run: ({ id }, context) => moveJob(context, id, ['QUEUED', 'RUNNING'], 'PAUSED'),
});

export const resumeJob = mutation('resumeJob', {
  describes: 'Lets a paused or failed job go on where it stopped.',
  needs: 'job.update',
  input: own,
  returns: Job,
  run: async ({ id }, context) => {
    const row = await moveJob(context, id, ['PAUSED', 'FAILED'], 'QUEUED', 'job.resumed');
    context.afterCommit(() => kick(context, id));
    return row;
  },
});

export const cancelJob = mutation('cancelJob', {
  describes: 'Ends a job after the rows that it has at hand. What was done stays; `undoJob` takes it back.',
  needs: 'job.update',
  input: own,
  returns: Job,
  run: ({ id }, context) => moveJob(context, id, ['QUEUED', 'RUNNING', 'PAUSED', 'FAILED'], 'CANCELLED'),
});

const resultFields = {
  row: integer({ describes: 'Which row, from 1.' }),
  status: choice(['created', 'updated', 'unchanged', 'skipped', 'failed', 'done'], {
    named: 'JobRowStatus',
    describes: 'What became of it.',
  }),
  record: optional(text({ max: 60, describes: 'The id of its record.' })),
  code: optional(text({ max: 60, describes: 'Why it failed or was skipped, for programs.' })),
  message: optional(text({ max: 300, describes: 'Why, for people.' })),
  field: optional(text({ max: 200, describes: 'Which field or column.' })),
};

export const jobResults = query('jobResults', {
  describes: 'What became of the rows of a job, in order; rows that left everything as it was are not listed.',
  needs: 'job.read',
  input: {
    id: ref('Job', { describes: 'Which job.' }),
    status: optional(
      choice(['created', 'updated', 'skipped', 'failed', 'done'], {
        named: 'JobRowKind',
        describes: 'Only rows of which this became.',
      }),
    ),
    first: defaulted(integer({ min: 1, max: 1000, describes: 'How many.' }), 100),
    after: optional(text({ max: 40, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    results: list(object('JobRowResult', resultFields), { max: 1000, describes: 'Rows.' }),
    endCursor: optional(text({ max: 40, describes: 'Where the next page begins; absent on the last one.' })),
  },
  run: async ({ id, status, first, after }, context) => {
    const { row } = await readJob(context.ports.table, context.actor.tenant, id);
    if (!mayTouch(context.actor, Job, row, 'read')) throw notFound('Job', id);
    return pageOfResults(context, id, { first, ...positionOf(after), ...(status !== undefined && { status }) });
  },
});

const positionOf = (after = '0.0') => {
  const [page, index] = after.split('.').map(Number);
  if (!Number.isInteger(page) || !Number.isInteger(index))
    throw new DomainError('BAD_INPUT', 'This is no cursor of jobResults.', ['after']);
  return { page: page ?? 0, index: index ?? 0 };
};

type Asked = { readonly first: number; readonly page: number; readonly index: number; readonly status?: string };

const pageOfResults = async ({ ports, actor }: Context, id: string, { first, page, index, status }: Asked) => {
  const results: RowResult[] = [];
  for (let from = page; ;) {
    const pages = await readResults(ports.table, actor.tenant, id, from, 10);
    for (const each of pages) {
      const start = each.page === page ? index : 0;
      for (const [at, kept] of each.results.entries()) {
        if (at < start || (status !== undefined && kept.s !== status)) continue;
        if (results.length === first) return { results, endCursor: `${String(each.page)}.${String(at)}` };
        results.push(resultOf(kept));
      }
    }
    const last = pages.at(-1);
    if (!last || pages.length < 10) return { results };
    from = last.page + 1;
  }
};

/** All results of a job of one kind, for error files and undo. */
export const allResults = async ({ ports, actor }: Context, id: string): Promise<readonly RowResult[]> => {
  const results: RowResult[] = [];
  for (let from = 0; ;) {
    const pages = await readResults(ports.table, actor.tenant, id, from, 50);
    results.push(...pages.flatMap((page) => page.results.map(resultOf)));
    const last = pages.at(-1);
    if (!last) return results;
    from = last.page + 1;
  }
};

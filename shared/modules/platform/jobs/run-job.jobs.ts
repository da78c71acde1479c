import { ConditionFailed, DomainError, type Actor, type AnyJob, type ChunkResult, type JobContext } from '#kernel';
import { runPieces } from '#kernel/bulk';
import { commit } from '#kernel/commit';
import type { Runtime } from '#kernel/context';
import { idempotencyOf, Replay } from '#kernel/idempotency';
import { newMeter } from '#kernel/table';
import { openUnit } from '#kernel/unit';
import { contextOf } from '#kernel/unit-repository';
import {
  eventOf,
  readJob,
  writeJob,
  writeResults,
  type JobRecord,
  type JobWrite,
  type Lease,
} from './job-record.operations.ts';
import type { JobRow } from './job.entity.ts';
import { actorOf, isFinal, keptResults, withResults } from './job.rules.ts';

/** How long a worker that says nothing is believed to be at work. */
const leaseSeconds = 120;

/** One delivery of a message that asks for a job. */
export type Delivery = {
  readonly tenant: string;
  readonly job: string;
  /** The message and how often it has come: when it comes again, the worker that had it is gone. */
  readonly message: string;
  readonly turn: number;
  /** Whether a further try would be the last one's fault: the job fails instead. */
  readonly isLastTry: boolean;
  /** Whether there is time for another chunk. */
  hasTime(): boolean;
};

/** Works on a job until it ends, is paused, or time is short; then another message goes on. */
export const runJob = async (runtime: Runtime, delivery: Delivery): Promise<void> => {
  const work = await takeJob(runtime, delivery);
  if (!work) return;
  try {
    if (await runtime.isPaused(delivery.tenant)) await pause(work);
    else await runChunks(work, delivery);
  } catch (error) {
    if (error instanceof LeaseLost) return;
    if (!(error instanceof DomainError) && !delivery.isLastTry) throw error;
    runtime.log.error('A job failed.', { job: delivery.job, error: String(error) });
    await save(work, { ...ended(work, 'FAILED'), values: { ...ended(work, 'FAILED').values, error: whyOf(error) } });
  }
};

/** Another worker has the job, or somebody has ended it. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

type Work = {
  readonly runtime: Runtime;
  readonly tenant: string;
  readonly job: AnyJob;
  readonly actor: Actor;
  readonly holder: Pick<Lease, 'by' | 'turn'>;
  record: JobRecord;
};

const whyOf = (error: unknown): string =>
  (error instanceof DomainError
    ? `${error.code}: ${error.message}`
    : 'INTERNAL: Something went wrong on our side.'
  ).slice(0, 1000);

const nowOf = ({ runtime }: Pick<Work, 'runtime'>): string => runtime.clock.now().toISOString();

const leaseOf = (runtime: Runtime, holder: Work['holder']): Lease => ({
  ...holder,
  until: new Date(runtime.clock.now().getTime() + leaseSeconds * 1000).toISOString(),
});

/** Takes the job, unless it has ended or a live worker has it. */
const takeJob = async (runtime: Runtime, delivery: Delivery): Promise<Work | undefined> => {
  const { tenant, message, turn } = delivery;
  const record = await readJob(runtime.ports.table, tenant, delivery.job);
  const job = runtime.registry.jobs.get(record.row.name);
  if (!job || !isFree(record, delivery, nowOf({ runtime }))) return undefined;
  const actor = await starterOf(runtime, tenant, record.row);
  const work = { runtime, tenant, job, holder: { by: message, turn }, record, actor };
  try {
    await begin(work);
    return work;
  } catch (error) {
    if (error instanceof LeaseLost) return undefined;
    throw error;
  }
};

/** Whether there is something to do and nobody who does it: who had a message that comes again is gone. */
const isFree = ({ row, lease }: JobRecord, { message, turn }: Delivery, now: string): boolean => {
  if (isFinal(row.status) || row.status === 'PAUSED') return false;
  return !lease || lease.until <= now || (lease.by === message && lease.turn < turn);
};

/** Who started it, with the fields that were defined a moment ago, perhaps in another container. */
const starterOf = async (runtime: Runtime, tenant: string, { rights }: JobRow): Promise<Actor> => {
  const customFields = await runtime.customFieldsOf(tenant, 'fresh');
  return { ...actorOf(tenant, rights), ...(customFields && { customFields }) };
};

/** Notes whose it is now, and that it has begun if it had not. */
const begin = (work: Work): Promise<void> => {
  const { status, startedAt = nowOf(work) } = work.record.row;
  if (status !== 'QUEUED') return save(work, { values: {} });
  const event = eventOf(work.runtime.ids, 'job.started', nowOf(work), work.actor.id);
  return save(work, { values: { status: 'RUNNING', startedAt }, event });
};

/** Writes the job's row as this worker, and only while it is this worker's. */
const save = async (work: Work, write: JobWrite): Promise<void> => {
  const { runtime, tenant, holder } = work;
  const lease = write.lease === undefined ? leaseOf(runtime, holder) : write.lease;
  for (let attempt = 1; ; attempt += 1) {
    try {
      work.record = await writeJob(runtime.ports.table, tenant, work.record, { ...write, lease });
      return;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      await reread(work, attempt);
    }
  }
};

/** Somebody paused or cancelled it meanwhile: progress is written all the same, another worker's job is left alone. */
const reread = async (work: Work, attempt: number): Promise<void> => {
  const current = await readJob(work.runtime.ports.table, work.tenant, work.record.row.id);
  const isMine = current.lease?.by === work.holder.by && current.lease.turn === work.holder.turn;
  if (!isMine || attempt === 5) throw new LeaseLost();
  work.record = current;
};

const runChunks = async (work: Work, delivery: Delivery): Promise<void> => {
  await learnTotal(work);
  let isDone = work.record.row.cursor === endCursor;
  while (!isDone) {
    const { row } = work.record;
    const answer = await within(work, `chunk ${row.cursor ?? ''}`, (context) =>
      work.job.chunk(row.input as never, row.cursor, context),
    );
    isDone = answer.next === undefined;
    await saveProgress(work, answer);
    if (work.record.row.status !== 'RUNNING') return save(work, { values: {}, lease: null });
    if (!isDone && (await work.runtime.isPaused(work.tenant))) return pause(work);
    if (!isDone && !delivery.hasTime()) return handOn(work);
  }
  await finish(work);
};

/** What the cursor says when all chunks are done and only the end is missing. */
const endCursor = '#end';

const learnTotal = async (work: Work): Promise<void> => {
  const { job, record } = work;
  if (!job.total || record.row.total !== undefined) return;
  const total = await within(work, 'total', async (context) => job.total?.(record.row.input as never, context));
  if (total !== undefined) await save(work, { values: { total } });
};

const saveProgress = async (work: Work, { results, next }: ChunkResult): Promise<void> => {
  const { row } = work.record;
  await writeResults(work.runtime.ports.table, work.tenant, row.id, row.pages, keptResults(results));
  const values = {
    done: row.done + results.length,
    counts: withResults(row.counts, results),
    pages: row.pages + 1,
    cursor: next ?? endCursor,
  };
  await save(work, { values });
};

/** Nothing goes on in a tenant whose trial has ended or that is suspended; `resumeJob` goes on from here. */
const pause = (work: Work): Promise<void> =>
  save(work, {
    values: { status: 'PAUSED' },
    lease: null,
    event: eventOf(work.runtime.ids, 'job.paused', nowOf(work), work.actor.id),
  });

const handOn = async (work: Work): Promise<void> => {
  await save(work, { values: {}, lease: null });
  await work.runtime.ports.queues.send('jobs', [{ body: { tenant: work.tenant, job: work.record.row.id } }]);
};

const finish = async (work: Work): Promise<void> => {
  const { job, record } = work;
  const result = job.finish
    ? await within(work, 'finish', async (context) => job.finish?.(record.row.input as never, context))
    : undefined;
  const end = ended(work, work.record.row.counts.failed > 0 ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED');
  const values = { ...end.values, ...(result !== undefined && { result }) };
  await save(work, { ...end, values });
};

const ended = (work: Work, status: 'COMPLETED' | 'COMPLETED_WITH_ERRORS' | 'FAILED') => ({
  values: { status, finishedAt: nowOf(work) },
  lease: null,
  event: eventOf(work.runtime.ids, status === 'FAILED' ? 'job.failed' : 'job.completed', nowOf(work), work.actor.id),
});

/** Runs a step of the job as a unit of work of its own that is written once; done again, it answers again and writes nothing. */
const within = async <Answer>(
  work: Work,
  step: string,
  run: (context: JobContext) => Promise<Answer>,
): Promise<Answer> => {
  const { runtime, actor, job, record } = work;
  const { table, secrets } = runtime.ports;
  const secret = await secrets.get('idempotency');
  const call = {
    runtime,
    actor,
    table,
    operation: job.name,
    correlationId: record.row.correlationId,
  };
  const meter = newMeter();
  const unit = openUnit({
    ...call,
    writes: true,
    idempotency: idempotencyOf(secret, actor.id, job.name, `${record.row.id} ${step}`, {}),
  });
  const inner = contextOf(unit, meter);
  const answer = await run({
    ...inner,
    jobId: record.row.id,
    together: (pieces, options) =>
      runPieces(
        { ...call, ...options, meter, contextOf, ...(job.silent === true && { silent: true }) },
        pieces.map((piece) => ({ ...piece, key: `${record.row.id} ${piece.key}` })),
      ),
  });
  try {
    await commit(unit);
  } catch (error) {
    if (!(error instanceof Replay)) throw error;
  }
  return answer;
};

import {
  boolean,
  choice,
  DomainError,
  forbidden,
  list,
  mayTouch,
  mutation,
  notFound,
  object,
  optional,
  query,
  record,
  anyRecord,
  ref,
  signedIn,
  text,
  type AnyRow,
  type Context,
  type DomainEvent,
} from '#kernel';
import { readCorrelated } from '#kernel/feed';
import { Job } from './job.entity.ts';
import { readJob } from './job-record.operations.ts';
import { startJob } from './job.operations.ts';
import { isFinal } from './job.rules.ts';
import { isDirect, madeUnder, touchedBy, undoRows } from './undo.jobs.ts';
import { undoingOf } from './undo.rules.ts';

const undoDays = 7;
const day = 86_400_000;

/** What an operation is taken back by that made such a record, under the extension point `undo`: a merge by parting. */
export type Undoer = {
  readonly of: string;
  /** Answers the record that tells of the undoing, and its job where there is one. @throws DomainError */
  undo(context: Context, id: string): Promise<{ readonly record: AnyRow; readonly job?: string }>;
};

/** The extension point. */
export const undoers = 'undo';

export const undoJob = mutation('undoJob', {
  describes:
    'Takes back what a job did, within seven days: records that it made are archived, those that it changed get their values back. Values that were changed again since are left alone.',
  needs: 'job.update',
  input: { id: ref('Job', { describes: 'Which job.' }) },
  returns: Job,
  fails: ['JOB_AT_WORK', 'TOO_LATE'],
  run: async ({ id }, context) => {
    const { row } = await readJob(context.ports.table, context.actor.tenant, id);
    if (!mayTouch(context.actor, Job, row, 'update')) throw notFound('Job', id);
    if (!isFinal(row.status))
      throw new DomainError('JOB_AT_WORK', 'Cancel the job first, or wait for its end.', ['id']);
    assertRecent(context, row.finishedAt ?? row.createdAt, 'id');
    const about = { undoes: id, ...(row.subject !== undefined && { subject: row.subject }) };
    return startJob(context, undoRows, { job: id }, about);
  },
});

const assertRecent = ({ clock }: Context, at: string, path: string): void => {
  if (clock.now().getTime() - new Date(at).getTime() <= undoDays * day) return;
  throw new DomainError('TOO_LATE', `It can be undone for ${String(undoDays)} days.`, [path]);
};

const correlationId = text({
  max: 60,
  describes: 'The id that all changes of the operation share; `history` tells it.',
});

const entry = object('UndoPreview', {
  record: optional(anyRecord('Which record.')),
  action: choice(['ARCHIVE', 'CHANGE', 'NOTHING'], {
    named: 'UndoAction',
    describes: 'It would be archived, get values back, or be left as it is.',
  }),
  fields: list(text(), { max: 500, describes: 'Fields that would get their values back.' }),
  conflicts: list(text(), { max: 500, describes: 'Fields that were changed again since; `*` for the whole record.' }),
  untold: list(text(), {
    max: 500,
    describes:
      'Fields whose old value is not known, or which are not for you to see or to write: they stay as they are.',
  }),
});

export const previewUndo = query('previewUndo', {
  describes: 'What `undo` would do, record by record, up to a hundred of them; nothing is changed.',
  needs: signedIn,
  input: { correlationId },
  returns: {
    entries: list(entry, { max: 100, describes: 'One for each record that you may see.' }),
    hasMore: boolean({ describes: 'Whether there are more records than shown.' }),
  },
  run: async ({ correlationId: id }, context) => {
    const { ids, hasMore } = await recordsUnder(context, id);
    const rows = await context.records(ids);
    const entries = await Promise.all([...rows.values()].map((row) => previewOf(context, row, id)));
    return { entries, hasMore };
  },
});

/** The first records that an operation touched, by itself or by the job that it started. */
const recordsUnder = async (context: Context, id: string) => {
  const { events, next } = await readCorrelated(context.ports.table, context.actor.tenant, id);
  const job = specialOf(context, events) ? undefined : await startedBy(context, id);
  const touched = job === undefined ? undefined : await touchedBy(context, job);
  const ids = touched?.flatMap(({ record }) => record ?? []) ?? events.filter(isDirect).map(({ record }) => record.id);
  const all = [...new Set(ids)];
  return { ids: all.slice(0, mostShown), hasMore: touched ? all.length > mostShown : next !== undefined };
};

const mostShown = 100;

/** The job that an operation has started, or whose changes these are: it is undone as such. */
const startedBy = async ({ ports, actor }: Context, id: string): Promise<string | undefined> => {
  const { events } = await readCorrelated(ports.table, actor.tenant, id, undefined, `${Job.idPrefix}_`);
  const own = events.filter(({ causationId }) => causationId === undefined);
  return own.find(({ type }) => type === 'job.created' || type === 'job.started')?.record.id;
};

const previewOf = async (context: Context, row: AnyRow, id: string) => {
  const of = context.registry.entity(context.registry.byPrefix.get(row.id.slice(0, row.id.indexOf('_')))?.name ?? '');
  const { made } = await madeUnder(context, row.id, id);
  const { kind, changes, conflicts, untold } = undoingOf(of, row, made, context.actor);
  return { record: row, action: kind, fields: Object.keys(changes), conflicts, untold };
};

export const undo = mutation('undo', {
  describes:
    'Takes back what one operation did, within seven days: a single change, a mass change or import by its job, a merge by parting both. Values that were changed again since are left alone; `jobResults` says which.',
  needs: 'job.update',
  input: { correlationId },
  returns: {
    job: optional(record(Job, 'The job that takes it back; `jobResults` says what became of each record.')),
    record: optional(anyRecord('What tells of the undoing, where the operation has one of its own: the merge.')),
  },
  fails: ['TOO_LATE', 'NOTHING_TO_UNDO', 'JOB_AT_WORK'],
  run: async ({ correlationId: id }, context) => {
    const { events } = await readCorrelated(context.ports.table, context.actor.tenant, id);
    const direct = events.filter(({ causationId }) => causationId === undefined);
    const [first] = direct;
    if (!first) throw new DomainError('NOTHING_TO_UNDO', 'No changes are known under this id.', ['correlationId']);
    const special = specialOf(context, direct);
    if (special) return undoneBy(context, special);
    assertRecent(context, first.at, 'correlationId');
    const job = await startedBy(context, id);
    if (job !== undefined) return { job: await context.run(undoJob, { id: job }) };
    await assertReach(context, direct);
    return { job: startJob(context, undoRows, { correlationId: id }) };
  },
});

/** What is undone by an undoer of its own: the record that the operation made, and who undoes it. */
const specialOf = ({ registry }: Context, events: readonly DomainEvent[]) => {
  for (const undoer of registry.contributions(undoers) as readonly Undoer[]) {
    const made = events.find(({ record: { type, version } }) => type === undoer.of && version === 1);
    if (made) return { undoer, id: made.record.id };
  }
  return undefined;
};

const undoneBy = async (context: Context, { undoer, id }: { readonly undoer: Undoer; readonly id: string }) => {
  const { record: told, job } = await undoer.undo(context, id);
  const started = job === undefined ? undefined : await context.trusted(Job).find(job);
  return { record: told, ...(started && { job: started }) };
};

/** @throws FORBIDDEN when the actor may see none of the records */
const assertReach = async (context: Context, events: readonly DomainEvent[]): Promise<void> => {
  const rows = await context.records(events.map(({ record: { id } }) => id));
  if (rows.size === 0) throw forbidden('None of what was changed is for you to see.');
};

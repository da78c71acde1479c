import type { Context } from '#kernel';
import { WorkflowRun, type RunRow } from './workflow-run.entity.ts';

type Announcing = Pick<Context, 'ports' | 'actor' | 'log'>;

/** Tells the queue that a run can go on. It may be lost: the run's own timer tells it again. */
export const announceRun = async ({ ports, actor, log }: Announcing, run: string, more: object = {}): Promise<void> => {
  try {
    await ports.queues.send('workflows', [{ body: { tenant: actor.tenant, run, ...more } }]);
  } catch (error) {
    log.warn('A run was not announced to its queue; its timer will do it.', { run, error: String(error) });
  }
};

/** Runs of a record among which those in line are looked for: the latest. */
const mostLooked = 100;

/** The runs of a workflow that wait for their turn on a record, the first in line first. */
export const inLine = async (
  { trusted }: Context,
  { record, workflow }: Pick<RunRow, 'record' | 'workflow'>,
): Promise<readonly RunRow[]> => {
  if (record === undefined) return [];
  const { rows } = await trusted(WorkflowRun).page('byRecord', { of: record, first: mostLooked, descending: true });
  return rows.filter((row) => row.workflow === workflow && row.status === 'QUEUED').toReversed();
};

/** Tells the queue of the run whose turn it is now. What an index did not show yet looks for its turn by itself. */
export const wakeNext = async (context: Context, run: RunRow): Promise<void> => {
  const [next] = await inLine(context, run);
  if (next) await announceRun(context, next.id);
};

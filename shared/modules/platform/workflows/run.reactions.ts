import { timer } from '#kernel';
import { removeRecord } from '#modules/platform/privacy';
import { lookAfter } from './keep-transition.operations.ts';
import { WorkflowRun } from './workflow-run.entity.ts';

/** What a wait is told when its time has come. */
const signals: Readonly<Record<string, string>> = { TIME: 'TIME', EVENT: 'TIMED_OUT' };

/** The time for which a run has waited has come, or nothing was heard of it for too long: the queue is told of it. */
export const wakes = timer(WorkflowRun, {
  describes:
    'Lets a run go on whose time has come, and one whose worker is gone; removes one that was kept long enough.',
  run: (row, context) => {
    if (row.endedAt !== undefined) {
      context.afterCommit(async () => {
        await removeRecord(context, row.id);
      });
      return Promise.resolve();
    }
    const signal = row.waitsFor === undefined ? undefined : signals[row.waitsFor];
    const woken =
      row.status === 'WAITING' ? context.trusted(WorkflowRun).move(row, 'RUNNING', { waitsFor: null }) : row;
    lookAfter(context, woken, { ...(signal !== undefined && { signal }), waitsFor: null });
    return Promise.resolve();
  },
});

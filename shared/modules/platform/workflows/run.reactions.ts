import { timer } from '#kernel';
import { removeRecord } from '#modules/platform/privacy';
import { lookAfter } from './keep-transition.operations.ts';
import { beginToLook, endWait } from './look-back.operations.ts';
import { WorkflowRun } from './workflow-run.entity.ts';

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
    if (row.status !== 'WAITING') lookAfter(context, row, { waitsFor: null });
    else if (row.looksBackAt !== undefined) beginToLook(context, row);
    else endWait(context, row);
    return Promise.resolve();
  },
});

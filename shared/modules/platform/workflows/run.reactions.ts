import { timer } from '#kernel';
import { lookAfter } from './keep-transition.operations.ts';
import { letGo } from './kept-runs.operations.ts';
import { beginToLook, endWait } from './look-back.operations.ts';
import { WorkflowRun } from './workflow-run.entity.ts';

/** The time for which a run has waited has come, nothing was heard of it for too long, or it need not be kept: the queue is told. */
export const wakes = timer(WorkflowRun, {
  describes:
    'Lets a run go on whose time has come, and one whose worker is gone; has one removed that was kept long enough.',
  run: (row, context) => {
    if (row.endedAt !== undefined) letGo(context, row);
    else if (row.status !== 'WAITING') lookAfter(context, row, { waitsFor: null });
    else if (row.looksBackAt !== undefined) beginToLook(context, row);
    else endWait(context, row);
    return Promise.resolve();
  },
});

import { module } from '#kernel';
import { Job } from './job.entity.ts';
import { cancelJob, jobResults, pauseJob, resumeJob } from './job.operations.ts';
import { startQueued } from './job.reactions.ts';
import { undoRows } from './undo.jobs.ts';
import { previewUndo, undo, undoJob } from './undo.operations.ts';

export { attempt, type Attempt } from './attempt.operations.ts';
export { Job, type JobRow } from './job.entity.ts';
export { allResults, startJob } from './job.operations.ts';
export { undoers, type Undoer } from './undo.operations.ts';
export { runJob, type Delivery } from './run-job.jobs.ts';

/** Jobs: work over many rows, in the background. */
export const jobs = module('platform/jobs', {
  entities: [Job],
  operations: [pauseJob, resumeJob, cancelJob, undoJob, undo, previewUndo, jobResults],
  jobs: [undoRows],
  reactions: [startQueued],
  contributes: {
    'role-grants': [
      {
        roles: ['seller', 'support', 'manager'],
        entities: { Job: { create: 'own', read: 'own', update: 'own', archive: 'none' } },
      },
    ],
  },
});

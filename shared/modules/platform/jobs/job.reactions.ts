import { reaction } from '#kernel';
import { kick } from './job.operations.ts';

/** Should the message that was sent with the job be lost, its event starts it. */
export const startQueued = reaction('startQueuedJob', {
  describes: 'A job that was queued or resumed is worked on, even if the first message about it was lost.',
  on: ['job.created', 'job.resumed'],
  run: (event, context) => {
    context.afterCommit(() => kick(context, event.record.id));
    return Promise.resolve();
  },
});

// Jobs on a domain of tests: what run-jobs does with the messages that were sent to its queue.
import { runJob, type Delivery } from '#modules/platform/jobs';
import type { Domain } from './domain.ts';

/** Takes one message off the queue `jobs`; undefined when there is none. */
export const nextJobMessage = (domain: Domain): { readonly tenant: string; readonly job: string } | undefined => {
  const index = domain.sent.findIndex(({ queue }) => queue === 'jobs');
  if (index === -1) return undefined;
  return domain.sent.splice(index, 1)[0]?.message.body as { readonly tenant: string; readonly job: string };
};

let delivered = 0;

/** Handles messages until none is left, with all that follows from them. */
export const workOff = async (domain: Domain, options: Partial<Delivery> = {}): Promise<void> => {
  for (let message = nextJobMessage(domain); message; message = nextJobMessage(domain)) {
    delivered += 1;
    await runJob(domain.runtime, {
      ...message,
      message: `message-${String(delivered)}`,
      turn: 1,
      isLastTry: false,
      hasTime: () => true,
      ...options,
    });
    await domain.settle();
  }
};

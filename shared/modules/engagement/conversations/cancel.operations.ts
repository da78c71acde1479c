import { DomainError, mutation, recordInput } from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { campaign } from '#modules/platform/mail-out';
import { cancelCampaign } from './cancel.jobs.ts';
import { keepBack } from './keep-back.operations.ts';
import { Message } from './message.entity.ts';

export const cancelMessage = mutation('cancelMessage', {
  describes:
    'Keeps a message back that was to go out later, or that waits for its turn: it is REFUSED then. What is on its way stays so.',
  needs: 'message.send',
  input: recordInput('Message'),
  returns: Message,
  fails: ['NOT_QUEUED'],
  run: async ({ id }, context) => {
    const message = await context.data(Message).get(id);
    if (message.status === 'QUEUED') return keepBack(context, message);
    throw new DomainError('NOT_QUEUED', 'Only what has not gone out yet can be kept back.', ['id']);
  },
});

export const cancelMessages = mutation('cancelMessages', {
  describes:
    'Keeps the messages of a campaign back that have not gone out yet, as those of `sendMessages` that wait for their moment or turn. A job goes from one to the next; cancel the job that still writes first.',
  needs: 'message.sendMany',
  input: { campaign: campaign('The campaign.') },
  returns: Job,
  run: ({ campaign: named }, context) => Promise.resolve(startJob(context, cancelCampaign, { campaign: named })),
});

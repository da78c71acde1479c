import { timer, type Context } from '#kernel';
import { afterSilence } from '#modules/platform/mail-out';
import { askForMediaAgain } from './media.jobs.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { hint } from './queue-message.operations.ts';

/** What becomes of a message about which nobody said anything for too long. */
export const messageTimer = timer(Message, {
  describes:
    'Announces a queued message to its queue again; sends one whose sender died once more, flagged as a possible duplicate; gives up after that. Fetches anew what came along with one that came in.',
  run: (message, context) => {
    if (message.direction === 'INBOUND') askForMediaAgain(context, message);
    else sendAgain(context, message);
    return Promise.resolve();
  },
});

const sendAgain = (context: Context, message: MessageRow): void => {
  const messages = context.trusted(Message);
  const triedAt = context.clock.instant();
  const next = afterSilence(message, triedAt);
  if (next === 'GIVE_UP') {
    const problem = message.status === 'SENDING' ? 'Nobody could tell twice whether it went out.' : 'It waited a day.';
    messages.update(message, { status: 'FAILED', problem }, { event: 'message.failed' });
    return;
  }
  const queued =
    next === 'DOUBT'
      ? messages.update(message, { status: 'QUEUED', triedAt, possibleDuplicate: true }, { event: 'message.doubted' })
      : messages.update(message, { triedAt }, { event: 'message.announced' });
  context.afterCommit(() => hint(context, queued));
};

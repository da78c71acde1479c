import { timer } from '#kernel';
import { Mail } from './mail.entity.ts';
import { afterSilence } from './outgoing.rules.ts';
import { hint } from './hint.operations.ts';

/** What becomes of a mail about which nobody said anything for too long. */
export const mailTimer = timer(Mail, {
  describes:
    'Announces a queued mail to its queue again; sends one whose sender died once more, flagged as a possible duplicate; gives up after that.',
  run: (mail, context) => {
    const mails = context.trusted(Mail);
    const triedAt = context.clock.instant();
    const next = afterSilence(mail, triedAt);
    if (next === 'GIVE_UP') {
      const detail =
        mail.status === 'SENDING'
          ? 'Nobody could tell twice whether it had gone out.'
          : 'It could not be put together or handed over for a day.';
      const problems = [...mail.problems, { kind: 'FAILURE' as const, at: triedAt, detail }];
      mails.move(mail, 'FAILED', { problems });
      return Promise.resolve();
    }
    const queued =
      next === 'DOUBT'
        ? mails.move(mail, 'QUEUED', { triedAt, possibleDuplicate: true }, { event: 'mail.doubted' })
        : mails.update(mail, { triedAt }, { event: 'mail.announced' });
    context.afterCommit(() => hint(context, queued));
    return Promise.resolve();
  },
});

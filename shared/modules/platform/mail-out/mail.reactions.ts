import { timer } from '#kernel';
import { Mail, type MailRow } from './mail.entity.ts';
import { later } from './mail.rules.ts';
import { hint } from './hint.operations.ts';

/** What becomes of a mail about which nobody said anything for too long. */
export const mailTimer = timer(Mail, {
  describes:
    'Announces a queued mail to its queue again; sends one whose sender died once more, flagged as a possible duplicate; gives up after that.',
  run: (mail, context) => {
    const mails = context.trusted(Mail);
    const triedAt = context.clock.instant();
    const detail = hopeless(mail, triedAt);
    if (detail !== undefined) {
      const problems = [...mail.problems, { kind: 'FAILURE' as const, at: triedAt, detail }];
      mails.move(mail, 'FAILED', { problems });
      return Promise.resolve();
    }
    const queued =
      mail.status === 'SENDING'
        ? mails.move(mail, 'QUEUED', { triedAt, possibleDuplicate: true }, { event: 'mail.doubted' })
        : mails.update(mail, { triedAt }, { event: 'mail.announced' });
    context.afterCommit(() => hint(context, queued));
    return Promise.resolve();
  },
});

const day = 24 * 60;

/** Why it makes no sense to try on, if it does not. */
const hopeless = ({ status, possibleDuplicate, createdAt, sendAt = createdAt }: MailRow, now: string) => {
  if (status === 'SENDING') return possibleDuplicate ? 'Nobody could tell twice whether it had gone out.' : undefined;
  return now > later(sendAt, day) ? 'It could not be put together or handed over for a day.' : undefined;
};

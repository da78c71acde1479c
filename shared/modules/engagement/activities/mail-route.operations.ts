import { DomainError, given } from '#kernel';
import type { MailRoute } from '#modules/platform/mail-in';
import { ActivityType } from './activity-type.entity.ts';
import { Activity } from './activity.entity.ts';
import { createActivity } from './activity.operations.ts';

/** Mails that become work. */
export const activityRoute: MailRoute = {
  key: 'ACTIVITY',
  describes: 'An activity due today, of the type that the rule names: EMAIL when it names none.',
  of: Activity,
  open: async (context, mail, { recordKind = 'EMAIL', owner, team }) => {
    const type = await context.trusted(ActivityType).findUnique('key', recordKind);
    if (!type) throw new DomainError('TYPE_NOT_FOUND', `There is no type of activity ${recordKind}.`, ['recordKind']);
    const { account, contact, subject, excerpt, from, text } = mail;
    const about = { subject: (subject || excerpt || from).slice(0, 200), notes: text.slice(0, 10_000).toWellFormed() };
    const dueAt = `${context.clock.today()}T23:59:59.000Z`;
    const values = { ...about, type: type.id, dueAt, ...given({ account, contact, owner, team }) };
    return context.run(createActivity, { values });
  },
};

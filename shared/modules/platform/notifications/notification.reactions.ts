import { timer } from '#kernel';
import { User } from '#modules/platform/users';
import { mailDigest, mailNotice } from './mailing.operations.ts';
import { NotificationProfile } from './notification-profile.entity.ts';
import { Notification } from './notification.entity.ts';

/** What quiet hours held back goes out, unless it was read meanwhile. */
export const mailHeldBack = timer(Notification, {
  describes: 'Sends by mail what quiet hours held back and nobody has read since.',
  run: async (row, context) => {
    const reader = await context.trusted(User).find(row.user);
    if (reader && reader.status !== 'DEACTIVATED') await mailNotice(context, reader, row);
    const mailedAt = context.clock.instant();
    context.trusted(Notification).update(row, { mailedAt, mailAt: null }, { event: 'notification.mailed' });
  },
});

/** Notifications that one digest lists. */
const mostListed = 50;

/** What has gathered since the last digest and is unread; nothing goes out when all was read. */
export const sendDigest = timer(NotificationProfile, {
  describes: 'Sends what is unread since the last digest as one mail.',
  run: async (settings, context) => {
    const { trusted, clock } = context;
    const { user, lastDigestAt = '' } = settings;
    const page = await trusted(Notification).page('byUser', {
      of: user,
      first: mostListed,
      descending: true,
      ...(lastDigestAt !== '' && { from: lastDigestAt }),
    });
    const waiting = page.rows.filter(({ channel, createdAt }) => channel === 'DIGEST' && createdAt > lastDigestAt);
    const reader = await trusted(User).find(user);
    if (reader && reader.status !== 'DEACTIVATED' && waiting.length > 0)
      await mailDigest(context, reader, waiting.toReversed(), page.hasNextPage);
    const made = { lastDigestAt: clock.instant(), nextDigestAt: null };
    trusted(NotificationProfile).update(settings, made, { event: 'notificationProfile.digested' });
  },
});

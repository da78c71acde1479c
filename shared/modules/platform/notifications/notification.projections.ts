import { rollup } from '#kernel';
import { Notification } from './notification.entity.ts';

/** Unread notifications of a person, by kind. */
export const unreadNotifications = rollup('unreadNotifications', {
  describes: 'Unread notifications of each person, by kind.',
  of: Notification,
  shards: 1,
  contributions: ({ user, kind, status, archivedAt }) =>
    status === 'UNREAD' && archivedAt === undefined ? [{ partition: user, cell: kind, amounts: { unread: 1 } }] : [],
});

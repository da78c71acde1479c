import {
  boolean,
  defaulted,
  DomainError,
  integer,
  list,
  mutation,
  object,
  optional,
  pageOf,
  query,
  records,
  ref,
  signedIn,
  text,
  type Context,
  type Page,
} from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { unreadNotifications } from './notification.projections.ts';
import { Notification, type NotificationRow } from './notification.entity.ts';

/** @throws BAD_INPUT for keys that belong to nobody */
export const readerOf = ({ actor }: Context): string => {
  if (actor.userId !== undefined) return actor.userId;
  throw new DomainError('BAD_INPUT', 'Only people have notifications.');
};

export const inbox = query('inbox', {
  describes: 'One’s own notifications, the newest first, and how many of each kind are unread. Two requests.',
  needs: signedIn,
  input: {
    unread: defaulted(boolean({ describes: 'Only those that are unread.' }), false),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many.' }), 25),
    after: optional(text({ max: 2000, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    unread: integer({ describes: 'How many are unread.' }),
    kinds: list(
      object('UnreadNotifications', {
        kind: text({ describes: 'The kind.' }),
        unread: integer({ describes: 'How many of it are unread.' }),
      }),
      { max: 200, describes: 'The unread ones by kind.' },
    ),
    notifications: pageOf(Notification, 'The notifications.'),
  },
  run: async ({ unread: onlyUnread, ...page }, context) => {
    const user = readerOf(context);
    const { ports, actor } = context;
    const [cells, notifications] = await Promise.all([
      readRollup(ports.table, actor.tenant, unreadNotifications.name, user),
      notificationsOf(context, user, onlyUnread, page),
    ]);
    const kinds = [...cells].map(([kind, { unread = 0 }]) => ({ kind, unread })).filter(({ unread }) => unread > 0);
    return { unread: kinds.reduce((sum, { unread }) => sum + unread, 0), kinds, notifications };
  },
});

const notificationsOf = (
  { trusted }: Context,
  user: string,
  onlyUnread: boolean,
  page: { readonly first: number; readonly after?: string },
): Promise<Page<NotificationRow>> =>
  onlyUnread
    ? trusted(Notification).page('byUser', { of: user, descending: true, ...page })
    : trusted(Notification).list({
        where: { user: { eq: user } },
        orderBy: { field: 'createdAt', descending: true },
        ...page,
      });

/** Marks notifications as read, whatever they were: what they told of is done with. */
export const markRead = async (context: Context, ids: readonly string[]): Promise<readonly NotificationRow[]> => {
  const { trusted, clock } = context;
  const rows = await trusted(Notification).getMany(ids);
  return [...rows.values()].map((row) =>
    row.status === 'READ' ? row : trusted(Notification).move(row, 'READ', { readAt: clock.instant(), mailAt: null }),
  );
};

/** Ids of one's own notifications. @throws NOT_FOUND */
const assertOwn = async (context: Context, ids: readonly string[]): Promise<void> => {
  const user = readerOf(context);
  const rows = await context.trusted(Notification).getMany(ids);
  const other = ids.find((id) => rows.get(id)?.user !== user);
  if (other !== undefined) throw new DomainError('NOT_FOUND', `There is no Notification ${other}.`, ['ids']);
};

export const readNotifications = mutation('readNotifications', {
  describes:
    'Marks up to 90 of one’s own notifications as read. No mail goes out for those that were still to be mailed.',
  needs: signedIn,
  input: { ids: list(ref('Notification'), { max: 90, describes: 'Which ones.' }) },
  returns: { notifications: records(Notification, 'As they are now.') },
  run: async ({ ids }, context) => {
    await assertOwn(context, ids);
    return { notifications: await markRead(context, ids) };
  },
});

export const keepNotificationUnread = mutation('keepNotificationUnread', {
  describes: 'Marks one of one’s own notifications as unread again.',
  needs: signedIn,
  input: { id: ref('Notification', { describes: 'Which one.' }) },
  returns: Notification,
  run: async ({ id }, context) => {
    await assertOwn(context, [id]);
    const row = await context.trusted(Notification).get(id);
    return row.status === 'UNREAD' ? row : context.trusted(Notification).move(row, 'UNREAD', { readAt: null });
  },
});

/** What one call marks: each is a row of its one write. */
const mostAtOnce = 90;

export const readAllNotifications = mutation('readAllNotifications', {
  describes:
    'Marks the newest 90 unread notifications of one’s own as read; call it again while `isComplete` is false.',
  needs: signedIn,
  input: {},
  returns: {
    read: integer({ describes: 'How many were marked.' }),
    isComplete: boolean({ describes: 'Whether none is left.' }),
  },
  run: async (_input, context) => {
    const page = await context
      .trusted(Notification)
      .page('byUser', { of: readerOf(context), first: mostAtOnce, descending: true });
    const read = await markRead(
      context,
      page.rows.map(({ id }) => id),
    );
    return { read: read.length, isComplete: !page.hasNextPage };
  },
});

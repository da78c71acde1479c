import { module } from '#kernel';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import { inbox, keepNotificationUnread, readAllNotifications, readNotifications } from './inbox.operations.ts';
import { notificationTemplates } from './mail-templates.rules.ts';
import { NotificationProfile } from './notification-profile.entity.ts';
import { myNotificationSettings, updateMyNotificationSettings } from './notification-settings.operations.ts';
import { Notification } from './notification.entity.ts';
import { unreadNotifications } from './notification.projections.ts';
import { mailHeldBack, sendDigest } from './notification.reactions.ts';

export { markRead } from './inbox.operations.ts';
export { notificationKinds, type NotificationKind, type Words } from './kinds.rules.ts';
export { isNoticeTemplate } from './mail-templates.rules.ts';
export { Notification, type NotificationRow } from './notification.entity.ts';
export { notify, type Notice } from './notify.operations.ts';
export { tellSupervisors } from './supervisors.operations.ts';

/** Everybody's notifications are their own, whatever else a role may see. */
const ownAlone = { create: 'none', read: 'own', update: 'own', archive: 'none' } as const;

/** What was told about a person alone goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [{ of: Notification.name, field: 'about' }];

/** Notifications: what people should know, in the product and by mail, as each of them has settled it. */
export const notifications = module('platform/notifications', {
  entities: [Notification, NotificationProfile],
  operations: [
    inbox,
    readNotifications,
    keepNotificationUnread,
    readAllNotifications,
    myNotificationSettings,
    updateMyNotificationSettings,
  ],
  rollups: [unreadNotifications],
  timers: [mailHeldBack, sendDigest],
  contributes: {
    [privacyBelongings]: ofPeople,
    'mail-templates': notificationTemplates,
    'role-grants': [{ roles: ['administrator', 'manager', 'seller', 'support'], entities: { Notification: ownAlone } }],
  },
});

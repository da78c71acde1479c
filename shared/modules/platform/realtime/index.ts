import { module } from '#kernel';
import { noticeSources, type NoticeSource } from './channels.rules.ts';
import { realtime as realtimeDoor, watchRecords } from './watching.operations.ts';

export { noticeSources, type NoticeSource } from './channels.rules.ts';
export { mayListen, tellListeners, type ListenRequest } from './tell.operations.ts';

/** One's own notifications, on every screen that one has open. */
const notificationNotices: NoticeSource = {
  on: ['notification.*'],
  to: ({ data }) => [data?.['user']].filter((user) => typeof user === 'string'),
};

/** Thin notices of what happens, at once, to those who look at it: notifications, watched records, calls that ring. */
export const realtime = module('platform/realtime', {
  operations: [realtimeDoor, watchRecords],
  contributes: { [noticeSources]: [notificationNotices] },
});

import { module, type Context } from '#kernel';
import { readyPoint } from '#modules/platform/workflows';
import { notificationKinds, type NotificationKind } from '#modules/platform/notifications';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { panelSections, type PanelSection } from '#modules/engagement/activities';
import { Reminder } from './reminder.entity.ts';
import {
  cancelReminder,
  completeReminder,
  createReminder,
  snoozeReminder,
  updateReminder,
} from './reminder.operations.ts';
import { followActivity, ring } from './reminder.reactions.ts';
import { readyWithReminders } from './ready-workflows.rules.ts';

export { Reminder, type ReminderRow } from './reminder.entity.ts';

const kinds: readonly NotificationKind[] = [
  { key: 'reminder.due', label: { es: 'Recordatorios', en: 'Reminders' }, usual: 'MAIL' },
  { key: 'reminder.callBack', label: { es: 'Llamadas por devolver', en: 'Calls to return' }, usual: 'MAIL' },
];

const ofToday: PanelSection = {
  name: 'reminders',
  describes: 'One’s own reminders that are due or will be today.',
  load: async ({ trusted, actor, clock }: Context) => {
    if (actor.userId === undefined) return [];
    const to = dayStart(dayAfter(clock.today()), actor.timeZone);
    return (await trusted(Reminder).page('byOwner', { of: actor.userId, to, first: 100 })).rows;
  },
};

/** What reminds of a person alone goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [{ of: Reminder.name, field: 'about' }];

/** Reminders: of any record, at a time or before an activity. */
export const reminders = module('engagement/reminders', {
  entities: [Reminder],
  operations: [createReminder, updateReminder, snoozeReminder, completeReminder, cancelReminder],
  reactions: [followActivity],
  timers: [ring],
  contributes: {
    [readyPoint]: readyWithReminders,
    [notificationKinds]: kinds,
    [panelSections]: [ofToday],
    [privacyBelongings]: ofPeople,
  },
});

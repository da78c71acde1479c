import { timer } from '#kernel';
import { notify, type NotificationKind } from '#modules/platform/notifications';
import { withSubstitutes } from '#modules/platform/users';
import { Activity } from './activity.entity.ts';
import { minutesAfter } from './activity.rules.ts';
import { managersOf } from './managers.operations.ts';

/** What managers are told about work that nobody takes or does. */
export const escalationNotice: NotificationKind = {
  key: 'activity.escalated',
  label: { es: 'Trabajo que nadie atiende', en: 'Work that nobody attends to' },
  usual: 'MAIL',
};

/** Tells the next manager, and waits again while there is one above. */
export const escalate = timer(Activity, {
  describes: 'Tells the next manager of work that nobody has taken or done in time.',
  run: async (row, context) => {
    const managers = await managersOf(context, row);
    const level = row.escalations ?? 0;
    const [told, next] = managers.slice(level, level + 2);
    const { clock, trusted } = context;
    const wait = minutesAfter(clock.instant(), row.escalateAfter ?? 0);
    const changes = {
      escalations: level + 1,
      escalatedTo: told ?? null,
      escalatesAt: next === undefined ? null : wait,
    };
    if (told === undefined) trusted(Activity).update(row, { escalatesAt: null });
    else {
      trusted(Activity).update(row, changes, { event: 'activity.escalated' });
      const title =
        row.owner === undefined
          ? { es: `Nadie ha tomado: ${row.subject}`, en: `Nobody has taken: ${row.subject}` }
          : { es: `Sigue sin hacer: ${row.subject}`, en: `Still not done: ${row.subject}` };
      const to = await withSubstitutes(context, [told]);
      await notify(context, { to, kind: escalationNotice.key, title, about: row.id });
    }
  },
});

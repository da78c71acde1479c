import { timer, type Context, type Row } from '#kernel';
import { notify, type NotificationKind } from '#modules/platform/notifications';
import { addWorkingTime, workingTimeOf } from '#modules/platform/settings';
import { User, withSubstitutes } from '#modules/platform/users';
import { Activity } from './activity.entity.ts';
import { managersOf } from './managers.operations.ts';

/** What managers are told about work that nobody takes or does. */
export const escalationNotice: NotificationKind = {
  key: 'activity.escalated',
  label: { es: 'Trabajo que nadie atiende', en: 'Work that nobody attends to' },
  usual: 'MAIL',
};

type Work = Row<typeof Activity>;

/** Whose working time counts: that of whoever has it, or of the team that it waits for, else the tenant's. */
const whoseTime = async ({ trusted }: Context, { owner, team }: Work) => {
  if (owner === undefined) return { teams: team === undefined ? [] : [team] };
  return { userId: owner, teams: (await trusted(User).find(owner))?.teams ?? [] };
};

/** When so many minutes have been worked from a moment on; undefined where nobody ever works. */
const workedAt = async (context: Context, work: Work, from: string): Promise<string | undefined> => {
  const time = await workingTimeOf(context, undefined, await whoseTime(context, work));
  return addWorkingTime(time, from, work.escalateAfter ?? 0);
};

/** Tells the next manager, and waits again while there is one above. */
export const escalate = timer(Activity, {
  describes: 'Tells the next manager of work that nobody has taken or done in time, as people work.',
  run: async (row, context) => {
    const { clock, trusted } = context;
    const { escalatesFrom = row.updatedAt } = row;
    const at = await workedAt(context, row, escalatesFrom);
    if (at !== undefined && at <= clock.instant()) await tellNext(context, row);
    else trusted(Activity).update(row, { escalatesFrom, escalatesAt: at ?? null }, { aside: true });
  },
});

const tellNext = async (context: Context, row: Work): Promise<void> => {
  const { clock, trusted } = context;
  const level = row.escalations ?? 0;
  const [told, next] = (await managersOf(context, row)).slice(level, level + 2);
  if (told === undefined) {
    trusted(Activity).update(row, { escalatesAt: null });
    return;
  }
  const now = clock.instant();
  const changes = {
    ...{ escalations: level + 1, escalatedTo: told, escalatesFrom: now },
    escalatesAt: next === undefined ? null : ((await workedAt(context, row, now)) ?? null),
  };
  trusted(Activity).update(row, changes, { event: 'activity.escalated' });
  const to = await withSubstitutes(context, [told]);
  await notify(context, { to, kind: escalationNotice.key, title: titleOf(row), about: row.id });
};

const titleOf = ({ owner, subject }: Work) =>
  owner === undefined
    ? { es: `Nadie ha tomado: ${subject}`, en: `Nobody has taken: ${subject}` }
    : { es: `Sigue sin hacer: ${subject}`, en: `Still not done: ${subject}` };

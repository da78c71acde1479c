import { reaction, type DomainEvent, type Row } from '#kernel';
import { notify, type NotificationKind, type Words } from '#modules/platform/notifications';
import { User } from '#modules/platform/users';
import { Activity } from './activity.entity.ts';

/** What people are told about activities. */
export const activityNotifications: readonly NotificationKind[] = [
  {
    key: 'activity.assigned',
    label: { es: 'Trabajo que le asignan', en: 'Work given to you' },
    usual: 'DIGEST',
  },
  {
    key: 'activity.delegated',
    label: { es: 'Trabajo que le piden', en: 'Work that you are asked to do' },
    usual: 'MAIL',
  },
  {
    key: 'activity.answered',
    label: { es: 'Respuestas a lo que usted pidió', en: 'Answers to what you asked for' },
    usual: 'DIGEST',
  },
];

type Told = { readonly kind: string; readonly to: string | undefined; readonly title: Words };

/** Who is told what when an event of an activity happens. */
const toldOf = ({ type }: DomainEvent, { subject, owner, delegatedBy }: Row<typeof Activity>, by: string): Told => {
  switch (type) {
    case 'activity.delegated':
      return {
        kind: 'activity.delegated',
        to: owner,
        title: { es: `${by} le pide: ${subject}`, en: `${by} asks you: ${subject}` },
      };
    case 'activity.delegationAccepted':
      return {
        kind: 'activity.answered',
        to: delegatedBy,
        title: { es: `${by} se encarga: ${subject}`, en: `${by} takes it on: ${subject}` },
      };
    case 'activity.delegationDeclined':
      return {
        kind: 'activity.answered',
        to: owner,
        title: { es: `${by} no puede: ${subject}`, en: `${by} cannot: ${subject}` },
      };
    default:
      return {
        kind: 'activity.assigned',
        to: owner,
        title: { es: `${by} le asigna: ${subject}`, en: `${by} gives you: ${subject}` },
      };
  }
};

/** Those concerned by what others do with an activity learn of it; of many at once, by one summary of the job that did it. */
export const tellConcerned = reaction('tellConcernedByActivity', {
  describes: 'Tells people when they are given or asked to do an activity, and what came of asking.',
  on: ['activity.delegated', 'activity.delegationAccepted', 'activity.delegationDeclined', 'activity.reassigned'],
  run: async (event, context) => {
    const activity = await context.trusted(Activity).find(event.record.id);
    if (event.silent === true || !activity) return;
    const by = await context.trusted(User).find(event.actor);
    const { kind, to, title } = toldOf(event, activity, by?.name ?? 'CRM');
    if (to === undefined || to === event.actor) return;
    const { delegationNote } = activity;
    const body =
      kind !== 'activity.assigned' && delegationNote !== undefined
        ? { es: delegationNote, en: delegationNote }
        : undefined;
    await notify(context, { to: [to], kind, title, about: activity.id, ...(body && { body }) });
  },
});

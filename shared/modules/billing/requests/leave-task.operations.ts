// The task of somebody whose deal could not be invoiced, or whose invoice could not be mailed.
import { given, type Context, type DomainError } from '#kernel';
import { Activity, ActivityType, withQueue } from '#modules/engagement/activities';

const words = {
  es: { subject: 'Factura no enviada', why: 'No se pudo facturar o enviar la factura' },
  en: { subject: 'Invoice not sent', why: 'It could not be invoiced or mailed' },
} as const;

/** What the task is about, and whose it is. */
export type Unsent = {
  readonly name: string;
  readonly opportunity?: string;
  readonly account?: string;
  readonly contact?: string;
  readonly owner?: string;
  readonly team?: string;
};

/** Leaves a task that says why. */
export const leaveTask = async (
  { trusted, actor, clock }: Context,
  { name, opportunity, account, contact, owner, team }: Unsent,
  { code, message }: DomainError,
): Promise<void> => {
  const type = await trusted(ActivityType).findUnique('key', 'TASK');
  if (!type) throw new Error('The tenant has no activity type TASK.');
  const { subject, why } = words[actor.locale];
  trusted(Activity).create({
    ...{ type: type.id, kind: type.kind, priority: 'HIGH', postponed: 0, timeZone: actor.timeZone },
    ...withQueue(given({ opportunity, account, contact, owner, team })),
    subject: `${subject}: ${name}`.slice(0, 200),
    notes: `${why}: ${message} (${code})`,
    dueAt: clock.instant(),
  });
};

import { DomainError, type Context, type Locale } from '#kernel';
import { queueMail, type MailOrder } from '#modules/platform/mail-out';
import { isWorkingDay, workingTimeOf } from '#modules/platform/settings';
import type { UserRow } from '#modules/platform/users';
import type { NotificationRow } from './notification.entity.ts';
import type { Place } from './quiet-hours.rules.ts';

/** Where a person is, and which days are free there. */
export const placeOf = async (context: Context): Promise<(user: UserRow) => Place> => {
  const time = await workingTimeOf(context);
  return ({ timeZone = context.actor.timeZone }) => ({ timeZone, isFree: (day) => !isWorkingDay(time, day) });
};

/** The language of a person. */
export const languageOf = ({ actor }: Context, { locale }: UserRow): Locale => locale ?? actor.locale;

/** Sends a notification by mail. */
export const mailNotice = (
  context: Context,
  reader: UserRow,
  { title, body }: Pick<NotificationRow, 'title' | 'body'>,
): Promise<void> => mailTo(context, reader, { template: 'notification', data: { title, text: body } });

/** Sends several as one mail. `more`: there are others. */
export const mailDigest = (
  context: Context,
  reader: UserRow,
  notices: readonly NotificationRow[],
  more: boolean,
): Promise<void> =>
  mailTo(context, reader, {
    template: 'notification-digest',
    data: { count: notices.length, more, notices: notices.map(({ title, body }) => ({ title, text: body })) },
  });

/** An address that is written to no more must not stop what else happens. */
const mailTo = async (
  context: Context,
  reader: UserRow,
  { template, data }: Pick<MailOrder, 'template' | 'data'> & { readonly template: string },
): Promise<void> => {
  try {
    await queueMail(context, {
      to: [reader.email],
      owner: reader.id,
      locale: languageOf(context, reader),
      template,
      data: { ...data, name: reader.name },
    });
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'SUPPRESSED') throw error;
    context.log.warn('Somebody gets no notifications by mail: the address is suppressed.', { user: reader.id });
  }
};

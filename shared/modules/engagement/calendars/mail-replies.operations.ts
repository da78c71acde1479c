import { DomainError } from '#kernel';
import type { MailCalendars } from '#modules/platform/mail-in';
import { receiveInvitationReply } from './invitation.operations.ts';

/** Most of a calendar object that is read. */
const mostText = 200_000;

/** Answers of calendar programs that come by mail. What is none, or forged, changes nothing. */
export const invitationReplies: MailCalendars = {
  take: async (context, calendar) => {
    if (calendar.length > mostText) return undefined;
    try {
      const { id } = await context.run(receiveInvitationReply, { message: calendar });
      return `It answers ${id}.`;
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  },
};

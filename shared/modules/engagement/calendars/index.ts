import { module, timer } from '#kernel';
import { calendarsPoint } from '#modules/platform/mail-in';
import { CalendarFeed } from './calendar-feed.entity.ts';
import { createCalendarFeed, feedPage, revokeCalendarFeed } from './feed.operations.ts';
import { freeBusy } from './free-busy.operations.ts';
import { Invitation } from './invitation.entity.ts';
import {
  answerInvitation,
  inviteToActivity,
  receiveInvitationReply,
  uninviteFromActivity,
} from './invitation.operations.ts';
import { followInvited } from './invitation.reactions.ts';
import { invitedTo } from './invited.projections.ts';
import { invitationReplies } from './mail-replies.operations.ts';
import { invitationTemplates } from './mail-templates.rules.ts';
import { RecurringActivity } from './recurring-activity.entity.ts';
import {
  activityFields,
  createRecurringActivity,
  endRecurringActivity,
  goOn,
  updateRecurringActivity,
} from './recurring-activity.operations.ts';
import { noteExceptions } from './recurring-activity.reactions.ts';
import { inviteToSeries, uninviteFromSeries } from './series-invitation.operations.ts';
import { followInvitedOccurrence, followInvitedSeries } from './series-invitation.reactions.ts';

export { Invitation } from './invitation.entity.ts';
export { receiveInvitationReply } from './invitation.operations.ts';
export { RecurringActivity } from './recurring-activity.entity.ts';

const nextWeeks = timer(RecurringActivity, {
  describes: 'Puts the next occurrences of a series into the agenda.',
  run: goOn,
});

/** Calendars: invitations by mail, answers to them, private feeds, busy times, and work that comes again. */
export const calendars = module('engagement/calendars', {
  entities: [RecurringActivity, Invitation, CalendarFeed],
  extensions: [{ of: 'Activity', fields: activityFields }],
  operations: [
    createRecurringActivity,
    updateRecurringActivity,
    endRecurringActivity,
    inviteToActivity,
    uninviteFromActivity,
    answerInvitation,
    receiveInvitationReply,
    createCalendarFeed,
    revokeCalendarFeed,
    freeBusy,
    inviteToSeries,
    uninviteFromSeries,
  ],
  reactions: [followInvited, noteExceptions, followInvitedSeries, followInvitedOccurrence],
  projections: [invitedTo],
  timers: [nextWeeks],
  pages: [feedPage],
  contributes: { 'mail-templates': invitationTemplates, [calendarsPoint]: [invitationReplies] },
});

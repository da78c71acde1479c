import { choice, derivedOptional, extended, optional, ref, type Row } from '#kernel';
import { Activity } from '#modules/engagement/activities';

/** What sequences add to activities: the enrolment that planned one, and who turned to whom. */
export const activityOfSequence = {
  enrolment: derivedOptional(ref('Enrolment', { describes: 'The enrolment in a sequence that planned it.' })),
  direction: optional(
    choice(['OUTBOUND', 'INBOUND'], {
      named: 'ActivityDirection',
      describes: 'Who turned to whom; INBOUND is the customer, whose answer ends the sequences that wait for one.',
    }),
  ),
};

/** The activity with the fields that are added here. */
export const Work = extended(Activity, activityOfSequence);
/** An activity, as code of sequences sees it. */
export type WorkRow = Row<typeof Work>;

/** Whether nothing is left to be done. */
export const isOver = ({ status, archivedAt }: WorkRow): boolean => status !== 'PLANNED' || archivedAt !== undefined;

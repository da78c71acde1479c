import { choice, derivedOptional, extended, link, optional, ref, type Extension, type Row } from '#kernel';
import { Activity } from '#modules/engagement/activities';

/** What came of speaking to somebody who owes. */
export const outcomes = ['NO_ANSWER', 'WRONG_NUMBER', 'REACHED', 'REFUSES', 'PROMISE', 'DISPUTE', 'PAID'] as const;

/** What collecting adds to activities. */
export const activityOfCollection = {
  collectionCase: optional(ref('CollectionCase', { describes: 'For which case of collecting.' })),
  collectionOutcome: derivedOptional(
    choice(outcomes, { named: 'CollectionOutcome', describes: 'What came of it, where it was to collect.' }),
  ),
};
/** An activity that may be one of collecting. */
export const CollectionActivity = extended(Activity, activityOfCollection);
/** Such an activity, as code sees it. */
export type CollectionActivityRow = Row<typeof CollectionActivity>;

/** The fields with the list of a case. */
export const collectionActivities: Extension = {
  of: 'Activity',
  fields: activityOfCollection,
  keys: { byCollectionCase: link('collectionCase', 'agendaAt', 'CollectionCase.activities') },
  timeline: ['collectionCase'],
};

import { module } from '#kernel';
import { visitReasons } from '#modules/engagement/routes';
import { segmentVisits, visitFields } from './visit-reason.operations.ts';

/** How often the accounts of a segment are visited. */
export const segmentVisiting = module('engagement/segment-visits', {
  extensions: [{ of: 'Segment', fields: visitFields }],
  contributes: { [visitReasons]: [segmentVisits] },
});

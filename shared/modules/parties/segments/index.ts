import { module } from '#kernel';
import { sourcePoint } from '#modules/platform/exports';
import { privacyBelongings } from '#modules/platform/privacy';
import { tenantDefaults } from '#modules/platform/tenants';
import { scopesPoint } from '#modules/platform/workflows';
import { emptyBook } from './book.operations.ts';
import { segmentCounts } from './counts.operations.ts';
import { evaluateSegment } from './evaluate.jobs.ts';
import { segmentFacts, segmentSizes } from './facts.projections.ts';
import { previewSegment } from './preview.operations.ts';
import { SegmentBook } from './segment-book.entity.ts';
import { SegmentMember } from './segment-member.entity.ts';
import { SegmentWatch } from './segment-watch.entity.ts';
import { Segment } from './segment.entity.ts';
import {
  addToSegment,
  archiveSegment,
  createSegment,
  removeFromSegment,
  restoreSegment,
  updateSegment,
} from './segment.operations.ts';
import { keepSegments, whenTimeGoesBy } from './segment.reactions.ts';
import { segmentSource } from './selection.operations.ts';
import { segmentCriteria, segmentsOf } from './vocabulary.operations.ts';
import { segmentScope } from './workflow-scope.operations.ts';

/** Segments: records that belong together, by criteria that hold at every moment, or by hand. */
export const segments = module('parties/segments', {
  entities: [Segment, SegmentMember, SegmentWatch, SegmentBook],
  operations: [
    createSegment,
    updateSegment,
    archiveSegment,
    restoreSegment,
    addToSegment,
    removeFromSegment,
    previewSegment,
    segmentCounts,
    segmentCriteria,
    segmentsOf,
  ],
  jobs: [evaluateSegment],
  reactions: [keepSegments],
  projections: [segmentFacts],
  rollups: [segmentSizes],
  timers: [whenTimeGoesBy],
  contributes: {
    [tenantDefaults]: [emptyBook],
    [sourcePoint]: [segmentSource],
    [scopesPoint]: [segmentScope],
    [privacyBelongings]: [
      { of: SegmentMember.name, field: 'subject' },
      { of: SegmentWatch.name, field: 'subject' },
    ],
    'role-grants': [
      {
        roles: ['manager'],
        entities: { Segment: { create: 'all', read: 'all', update: 'all', archive: 'all' } },
        grants: ['segment.fill'],
      },
    ],
  },
});
export { evaluateAnew } from './evaluate.jobs.ts';
export type { Moment, Values } from './evaluate.rules.ts';
export { standingOf } from './facts.operations.ts';
export { selectedIn, type Selected, type Selection } from './selection.operations.ts';
export { presentIn } from './membership.operations.ts';
export { SegmentMember, type SegmentMemberRow } from './segment-member.entity.ts';
export { Segment, type SegmentRow } from './segment.entity.ts';
export {
  relationBy,
  segmentRelations,
  segmentSubjects,
  type Fact,
  type SegmentRelation,
  type SegmentSubject,
  type Standing,
} from './subjects.rules.ts';

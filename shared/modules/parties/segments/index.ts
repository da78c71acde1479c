import { module } from '#kernel';
import { privacyBelongings } from '#modules/platform/privacy';
import { SegmentBook } from './segment-book.entity.ts';
import { SegmentMember } from './segment-member.entity.ts';
import { SegmentWatch } from './segment-watch.entity.ts';
import { Segment } from './segment.entity.ts';

/** Segments: records that belong together, by criteria that hold at every moment, or by hand. */
export const segments = module('parties/segments', {
  entities: [Segment, SegmentMember, SegmentWatch, SegmentBook],
  contributes: {
    [privacyBelongings]: [
      { of: SegmentMember.name, field: 'subject' },
      { of: SegmentWatch.name, field: 'subject' },
    ],
  },
});
export { SegmentMember, type SegmentMemberRow } from './segment-member.entity.ts';
export { Segment, type SegmentRow } from './segment.entity.ts';

import { reaction } from '#kernel';
import { subjectsIn } from './figures.rules.ts';
import { SegmentStanding, standingId } from './standing.entity.ts';
import { countMember, settle } from './standing.operations.ts';

/** Members come and go: the membership as it is now says whether the segment counts them. */
export const followMembers = reaction('segmentFlowFollowsMembers', {
  describes: 'Counts a member in the flow of its segment from when it enters until it leaves.',
  on: ['segmentMember.*'],
  run: ({ record }, context) => countMember(context, record.id),
});

/** What counts for a member, or the member itself, has changed. */
export const followFigures = reaction('segmentFlowFollowsFigures', {
  describes: 'Keeps what segments know of their members up to what is planned, done and sold.',
  on: ['*'],
  run: async (event, { registry, ...context }) => {
    const isSubject = 'ownerId' in event.changed && event.record.version > 1;
    for (const subject of [...subjectsIn(registry, event), ...(isSubject ? [event.record.id] : [])]) {
      const standing = await context.trusted(SegmentStanding).find(standingId(subject));
      const isCounted = standing?.subject === subject && standing.segments.length > 0;
      if (isCounted) await settle({ registry, ...context }, subject, standing.segments);
    }
  },
});

import { reaction, wordOf, type AnyEntity, type Context, type Reaction } from '#kernel';
import { subjectsIn, type Figures } from './figures.rules.ts';
import { SegmentStanding, standingId } from './standing.entity.ts';
import { countMember, settle } from './standing.operations.ts';

/** Members come and go: the membership as it is now says whether the segment counts them. */
export const followMembers = reaction('segmentFlowFollowsMembers', {
  describes: 'Counts a member in the flow of its segment from when it enters until it leaves.',
  on: ['segmentMember.*'],
  run: ({ record }, context) => countMember(context, record.id),
});

/** A record that is in a segment is counted anew. */
const recount = async (context: Context, subject: string): Promise<void> => {
  const standing = await context.trusted(SegmentStanding).find(standingId(subject));
  const isCounted = standing?.subject === subject && standing.segments.length > 0;
  if (isCounted) await settle(context, subject, standing.segments);
};

/** Members are counted for whoever has them. */
export const followHolders = reaction('segmentFlowFollowsHolders', {
  describes: 'Counts a member for its new owner when it changes hands.',
  on: ['account.*', 'contact.*'],
  run: async ({ record, changed }, context) => {
    if (record.version > 1 && 'ownerId' in changed) await recount(context, record.id);
  },
});

/** Keeps what segments know of their members up to a kind of figures; declared beside `figureTotals` of them. */
export const followFigures = <E extends AnyEntity>(figures: Figures<E>): Reaction =>
  reaction(`segmentFlowFollows${figures.of.name}`, {
    describes: `Keeps what segments know of their members up to what the records of ${figures.of.name} come to.`,
    on: [`${wordOf(figures.of.name)}.*`],
    run: async (event, context) => {
      for (const subject of subjectsIn(figures, event)) await recount(context, subject);
    },
  });

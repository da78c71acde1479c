import { job, mutation, ref, type RowResult } from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { Segment, SegmentMember } from '#modules/parties/segments';
import { standingId } from './standing.entity.ts';
import { countMember } from './standing.operations.ts';

/** Members of a chunk. */
const perChunk = 50;

/** Counts all members of a segment anew; done twice it changes nothing. */
export const recountMembers = job<{ readonly segment: string }>('recountSegmentFlow', {
  describes: 'Counts the members of a segment anew.',
  needs: 'segment.update',
  chunk: async ({ segment }, cursor, context) => {
    const page = await context
      .trusted(SegmentMember)
      .page('bySegment', { of: segment, first: perChunk, ...(cursor !== undefined && { after: cursor }) });
    const outcomes = await context.together(
      page.rows.map(({ id, subject }) => ({
        key: `recount ${id}`,
        reads: [id, subject, standingId(subject)],
        run: async (unit) => {
          await countMember(unit, id);
          return { id: standingId(subject) };
        },
      })),
    );
    return {
      results: outcomes.map(({ status }, index): RowResult => ({
        row: index + 1,
        status,
        record: page.rows[index]?.subject ?? '',
      })),
      ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }),
    };
  },
});

export const recountSegmentFlow = mutation('recountSegmentFlow', {
  describes: 'Counts all members of a segment anew for its flow, by a job: of a segment that is older than its flow.',
  needs: 'segment.update',
  input: { segment: ref('Segment', { describes: 'Which segment.' }) },
  returns: Job,
  run: async ({ segment }, context) => {
    await context.data(Segment).get(segment);
    return startJob(context, recountMembers, { segment }, { subject: segment });
  },
});

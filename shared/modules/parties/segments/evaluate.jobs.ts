import { job, type AnyEntity, type Context, type JobContext, type KeySpec, type Piece, type RowResult } from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { segmentsInForce } from './definitions.operations.ts';
import { leave, settling, type Why } from './membership.operations.ts';
import { reaches } from './needs.rules.ts';
import { bookId, SegmentBook } from './segment-book.entity.ts';
import { SegmentMember } from './segment-member.entity.ts';
import { Segment, type SegmentRow } from './segment.entity.ts';

/** Records of one chunk. */
const perChunk = 90;

type Given = { readonly segment: string; readonly revision: number };

/** Goes through all records that a segment may hold: when it is new, when its criteria change, when it comes and goes. */
export const evaluateSegment = job<Given>('evaluateSegment', {
  describes: 'Goes through all records and lets each into a segment, or out of it, by its criteria.',
  needs: 'segment.update',
  chunk: async ({ segment: id, revision }, cursor, context) => {
    const segment = await context.trusted(Segment).get(id);
    // Newer criteria have a job of their own.
    if (segment.revision !== revision) return { results: [] };
    const page = await pageFor(context, segment, cursor);
    const outcomes = await context.together(page.pieces);
    return {
      results: outcomes.map(({ status, record }, row): RowResult => ({
        row: row + 1,
        status,
        ...(record !== undefined && { record }),
      })),
      ...(page.next !== undefined && { next: page.next }),
    };
  },
  finish: async ({ segment: id, revision }, context) => {
    const segment = await context.trusted(Segment).get(id);
    if (segment.revision === revision && segment.archivedAt === undefined)
      context
        .trusted(Segment)
        .update(segment, { evaluatedAt: context.clock.instant() }, { event: 'segment.evaluated' });
    return { segment: id };
  },
});

const why: Why = { reason: 'EVALUATION' };

/** Of a live segment all records of the kind are looked at; of a static one, and of one that is archived, its members. */
const pageFor = async (context: JobContext, segment: SegmentRow, cursor: string | undefined) => {
  const asked = { first: perChunk, ...(cursor !== undefined && { after: cursor }) };
  const isOfMembers = segment.kind === 'STATIC' || segment.archivedAt !== undefined;
  if (isOfMembers) {
    const page = await context.trusted(SegmentMember).page('bySegment', { of: segment.id, ...asked });
    const pieces =
      segment.archivedAt === undefined
        ? await settlingAll(
            context,
            segment,
            page.rows.map(({ subject }) => subject),
          )
        : page.rows.map(({ id }) => leaving(context, id));
    return { pieces, next: page.hasNextPage ? page.endCursor : undefined };
  }
  const of = context.registry.entity(segment.recordType);
  const page = await context.trusted(of).page(keyOfAll(of), asked);
  const pieces = await settlingAll(
    context,
    segment,
    page.rows.map(({ id }) => id),
  );
  return { pieces, next: page.hasNextPage ? page.endCursor : undefined };
};

/** The key that lists all records of a kind: each has one. */
export const keyOfAll = ({ keys }: AnyEntity): string =>
  Object.entries<KeySpec>(keys).find(([, spec]) => 'gsi' in spec && spec.gsi === 3)?.[0] ?? '';

const settlingAll = async (
  context: JobContext,
  { id, recordType, revision }: SegmentRow,
  subjects: readonly string[],
) => {
  const segments = await segmentsInForce(context, [{ segment: id, recordType, revision }]);
  return subjects.map((subject) => named(context, settling(subject, segments, 'some', why)));
};

const leaving = (context: JobContext, id: string): Piece =>
  named<Piece>(context, {
    key: id,
    reads: [id],
    run: async (unit) => {
      const member = await unit.trusted(SegmentMember).get(id);
      if (member.archivedAt === undefined) leave(unit, member, { reason: 'SEGMENT_ARCHIVED' });
      return member;
    },
  });

/** Within a job, the same key does its work once. */
const named = <Work extends { readonly key: string }>({ jobId }: JobContext, piece: Work): Work => ({
  ...piece,
  key: `${jobId} ${piece.key}`,
});

/** Goes through all records again for the segments whose criteria look at a relation: its facts have changed for everybody. */
export const evaluateAnew = async (context: Context, relation: string): Promise<void> => {
  const book = await context.trusted(SegmentBook).find(bookId);
  for (const { segment, needs } of await segmentsInForce(context, book?.entries ?? []))
    if (needs && reaches(needs, relation))
      startJob(context, evaluateSegment, { segment: segment.id, revision: segment.revision }, { subject: segment.id });
};

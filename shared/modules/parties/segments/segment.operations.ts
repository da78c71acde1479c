import { change, creation, DomainError, list, mutation, integer, ref, versionInput, type Context } from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { putInForce, putOutOfForce } from './book.operations.ts';
import { criteriaOf } from './definitions.operations.ts';
import { evaluateSegment } from './evaluate.jobs.ts';
import { enter, isIn, leave, memberId, type Why } from './membership.operations.ts';
import { SegmentMember } from './segment-member.entity.ts';
import { Segment, type SegmentRow } from './segment.entity.ts';
import { subjectsOf } from './subjects.rules.ts';

const one = { id: ref('Segment', { describes: 'Which segment.' }) };
const atVersion = { ...one, version: versionInput };

/** Puts the criteria in force, and lets a job go through all records. */
const evaluated = async (context: Context, segment: SegmentRow): Promise<SegmentRow> => {
  await putInForce(context, segment);
  return goneThrough(context, segment, { subject: segment.id });
};

const goneThrough = (context: Context, segment: SegmentRow, about: { readonly subject?: string }): SegmentRow => {
  const { id, revision } = segment;
  const { id: evaluation } = startJob(context, evaluateSegment, { segment: id, revision }, about);
  return context.data(Segment).update(segment, { evaluation });
};

export const createSegment = creation(Segment, 'createSegment', {
  describes:
    'Makes a segment. Of a live one a job goes through all records, and from now on they enter and leave as they change and as time goes ' +
    'by. `previewSegment` tells before who would be in it.',
  needs: 'segment.create',
  input: {},
  returns: Segment,
  fails: ['TOO_MANY_SEGMENTS'],
  run: async ({ values }, context) => {
    assertCriteria(context, values);
    const made = context.data(Segment).create({ ...values, revision: 1 });
    if (made.kind === 'LIVE') return evaluated(context, made);
    await putInForce(context, made);
    return made;
  },
});

type Defined = Partial<Pick<SegmentRow, 'kind' | 'where'>> & Pick<SegmentRow, 'recordType'>;

/** @throws BAD_INPUT when a live segment has no criteria that can be read, or a static one has any */
const assertCriteria = (context: Context, { recordType, kind = 'LIVE', where }: Defined): void => {
  const subjects = [...subjectsOf(context.registry).keys()];
  if (!subjects.includes(recordType))
    throw new DomainError('BAD_INPUT', `Segments hold records of ${subjects.join(', ')}.`, ['recordType']);
  if (kind === 'LIVE') criteriaOf(context, recordType, where ?? {});
  else if (where !== undefined)
    throw new DomainError('BAD_INPUT', 'Of a static segment people say who is in it: it has no criteria.', ['where']);
};

export const updateSegment = change(Segment, 'updateSegment', {
  describes:
    'Changes a segment: absent fields stay, null clears. When its criteria change, a job goes through all records anew. Whose records it ' +
    'holds, and of which kind it is, stay.',
  needs: 'segment.update',
  input: atVersion,
  returns: Segment,
  run: async ({ id, changes }, context) => {
    const segment = await context.data(Segment).get(id);
    for (const field of ['recordType', 'kind'] as const)
      if (changes[field] !== undefined && changes[field] !== segment[field])
        throw new DomainError('BAD_INPUT', 'It stays as it was made.', [field]);
    if (changes.where === undefined) return context.data(Segment).update(segment, changes);
    assertCriteria(context, { ...segment, where: changes.where ?? undefined });
    const redefined = { ...changes, revision: segment.revision + 1, evaluatedAt: null };
    const changed = context.data(Segment).update(segment, redefined, { event: 'segment.redefined' });
    return evaluated(context, changed);
  },
});

export const archiveSegment = mutation('archiveSegment', {
  describes:
    'Takes a segment out of use. The members of a live one leave it; those of a static one stay for when it is restored.',
  needs: 'segment.archive',
  input: atVersion,
  returns: Segment,
  run: async ({ id }, context) => {
    const segment = await context.data(Segment).get(id);
    if (segment.archivedAt !== undefined) return segment;
    await putOutOfForce(context, id);
    // Nothing new may refer to what is archived, not even its job.
    const changed = segment.kind === 'LIVE' ? goneThrough(context, segment, {}) : segment;
    return context.data(Segment).archive(changed);
  },
});

export const restoreSegment = mutation('restoreSegment', {
  describes: 'Brings an archived segment back into use. A job goes through all records anew.',
  needs: 'segment.archive',
  input: atVersion,
  returns: Segment,
  fails: ['TOO_MANY_SEGMENTS'],
  run: async ({ id }, context) => {
    const segment = await context.data(Segment).get(id);
    if (segment.archivedAt === undefined) return segment;
    const restored = context.data(Segment).restore(segment);
    return evaluated(
      context,
      context.data(Segment).update(restored, { revision: segment.revision + 1, evaluatedAt: null }),
    );
  },
});

/** Memberships of one call: more are a job's, or an import's. */
const mostRecords = 90;
const recordsInput = list(ref('*'), {
  max: mostRecords,
  describes: 'Which records: of the kind that the segment holds.',
});

export const addToSegment = mutation('addToSegment', {
  describes: 'Puts records into a static segment. Those that are in it already stay.',
  needs: 'segment.fill',
  input: { ...one, records: recordsInput },
  returns: { added: integer({ describes: 'How many entered.' }) },
  fails: ['NOT_STATIC'],
  run: async ({ id, records }, context) => {
    const segment = await staticSegment(context, id);
    const of = context.registry.entity(segment.recordType);
    const rows = await context.data(of).getMany(records);
    const missing = records.find((record) => !rows.has(record) || rows.get(record)?.archivedAt !== undefined);
    if (missing !== undefined)
      throw new DomainError('REFERENCE_NOT_FOUND', `There is no ${of.name} ${missing} in use.`, ['records']);
    const members = await membersOf(context, segment.id, [...rows.keys()]);
    for (const row of rows.values())
      enter(context, { ...members.of(row.id), segment: { segment }, of: of.name, row }, byHand);
    return { added: [...rows.keys()].filter((record) => !members.isIn(record)).length };
  },
});

export const removeFromSegment = mutation('removeFromSegment', {
  describes: 'Takes records out of a static segment. Those that are not in it are passed over.',
  needs: 'segment.fill',
  input: { ...one, records: recordsInput },
  returns: { removed: integer({ describes: 'How many left.' }) },
  fails: ['NOT_STATIC'],
  run: async ({ id, records }, context) => {
    const segment = await staticSegment(context, id);
    const rows = await context.data(context.registry.entity(segment.recordType)).getMany(records);
    const members = await membersOf(context, segment.id, [...rows.keys()]);
    const leaving = [...rows.keys()].filter(members.isIn);
    for (const record of leaving) {
      const { member } = members.of(record);
      if (member) leave(context, member, byHand);
    }
    return { removed: leaving.length };
  },
});

const byHand: Why = { reason: 'MANUAL' };

const staticSegment = async (context: Context, id: string): Promise<SegmentRow> => {
  const segment = await context.data(Segment).get(id);
  if (segment.archivedAt !== undefined) throw new DomainError('ARCHIVED', 'This Segment is archived.', ['id']);
  if (segment.kind === 'STATIC') return segment;
  throw new DomainError('NOT_STATIC', 'Criteria say who is in a live segment.', ['id']);
};

/** Memberships of these records in a segment, those of former members included. */
const membersOf = async (context: Context, segment: string, subjects: readonly string[]) => {
  const ids = new Map(
    await Promise.all(subjects.map(async (subject) => [subject, await memberId(context, segment, subject)] as const)),
  );
  const members = await context.trusted(SegmentMember).getMany([...ids.values()]);
  const of = (subject: string) => ({ id: ids.get(subject) ?? '', member: members.get(ids.get(subject) ?? '') });
  return {
    of,
    isIn: (subject: string): boolean => isIn(of(subject).member),
  };
};

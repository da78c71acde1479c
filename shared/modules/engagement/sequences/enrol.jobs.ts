import { checkFilter } from '#kernel/filter-check';
import {
  DomainError,
  job,
  json,
  list,
  mutation,
  optional,
  ref,
  visibleFields,
  type Context,
  type Filter,
  type JobContext,
  type RowResult,
} from '#kernel';
import { Segment, selectedIn, type SegmentRow } from '#modules/parties/segments';
import { Job, startJob } from '#modules/platform/jobs';
import { enrolling, openEntrance, refusalOf, type Entrance } from './enrol.operations.ts';

/** Whom a job takes in: named records, the members of a segment, or those that a filter finds. */
type Many = {
  readonly sequence: string;
  readonly records?: readonly string[];
  readonly segment?: string;
  readonly where?: Filter;
};

/** Records of a chunk. */
const perChunk = 50;

/** Takes many records into a sequence, page by page; those that are refused are its skipped rows. */
export const enrolRecords = job<Many>('enrolMany', {
  describes: 'Takes many records into a sequence.',
  needs: 'enrolment.create',
  total: ({ records }) => Promise.resolve(records?.length),
  chunk: async (given, cursor, context) => {
    const entrance = await openEntrance(context, given.sequence, 'data');
    const { ids, next } = await idsFrom(context, entrance, given, cursor);
    const outcomes = await context.together(ids.map((id) => enrolling(entrance, id)));
    const results = outcomes.map((outcome, index): RowResult => ({
      row: index + 1,
      record: outcome.record ?? ids[index] ?? '',
      ...(outcome.status === 'failed' ? { status: 'skipped', ...refusalOf(outcome) } : { status: outcome.status }),
    }));
    return { results, ...(next !== undefined && { next }) };
  },
});

type Ids = { readonly ids: readonly string[]; readonly next?: string };

const idsFrom = async (
  context: JobContext,
  { of }: Entrance,
  { records, segment, where }: Many,
  cursor: string | undefined,
): Promise<Ids> => {
  if (records) return slice(records, Number(cursor ?? 0));
  if (segment !== undefined) {
    const { rows, next } = await selectedIn(context, of.name, { segment }, cursor);
    return { ids: rows.map(({ id }) => id), ...(next !== undefined && { next }) };
  }
  const page = await context.data(of).list({
    ...(where && { where }),
    first: perChunk,
    ...(cursor !== undefined && { after: cursor }),
  });
  const next = page.hasNextPage ? page.endCursor : undefined;
  return { ids: page.rows.map(({ id }) => id), ...(next !== undefined && { next }) };
};

const slice = (records: readonly string[], start: number): Ids => {
  const end = start + perChunk;
  return { ids: records.slice(start, end), ...(end < records.length && { next: String(end) }) };
};

export const enrolMany = mutation('enrolMany', {
  describes:
    'Takes many records into a sequence by a job: up to 1,000 named ones, the members of a segment, or all that a filter finds. `jobResults` says which were refused, and why.',
  needs: 'enrolment.create',
  input: {
    sequence: ref('Sequence', { describes: 'Which sequence.' }),
    records: optional(list(ref('*'), { max: 1000, describes: 'Which records.' })),
    segment: optional(ref('Segment', { describes: 'Or the members of this segment that you may see.' })),
    where: optional(
      json<Filter>({ describes: 'Or those that this filter finds, as their list takes it; `{}` for all.' }),
    ),
  },
  returns: Job,
  fails: ['NOT_ACTIVE'],
  run: async ({ sequence, records, segment, where }, context) => {
    if ([records, segment, where].filter((given) => given !== undefined).length !== 1)
      throw new DomainError('BAD_INPUT', 'Name either records, a segment or a filter.', ['records']);
    const { of } = await openEntrance(context, sequence, 'data');
    const { actor } = context;
    const checked = where && checkFilter(visibleFields(of, actor), where, { path: ['where'], country: actor.country });
    const many: Many = {
      sequence,
      ...(records && { records: [...new Set(records)] }),
      ...(segment !== undefined && { segment: (await heldBy(context, segment, of.name)).id }),
      ...(checked && { where: checked }),
    };
    return startJob(context, enrolRecords, many, { subject: sequence });
  },
});

const heldBy = async ({ data }: Context, id: string, recordType: string): Promise<SegmentRow> => {
  const segment = await data(Segment).get(id);
  if (segment.recordType === recordType) return segment;
  throw new DomainError('BAD_INPUT', `This segment holds records of ${segment.recordType}.`, ['segment']);
};

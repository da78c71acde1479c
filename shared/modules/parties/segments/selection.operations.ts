import { DomainError, type AnyRow, type Context } from '#kernel';
import type { ExportSource } from '#modules/platform/exports';
import { criteriaOf, type Criteria } from './definitions.operations.ts';
import { evaluate, type Moment } from './evaluate.rules.ts';
import { knownOf } from './facts.operations.ts';
import { SegmentMember } from './segment-member.entity.ts';
import { Segment } from './segment.entity.ts';

const perPage = 100;

/** Records of a selection that the actor sees, and where to go on. `examined` are those that were looked at. */
export type Selected = { readonly rows: readonly AnyRow[]; readonly examined: number; readonly next?: string };

/** A page of the records that the actor sees and that fulfil criteria now. A page may hold few of them, or none. */
export const selectedBy = async (
  context: Context,
  recordType: string,
  criteria: Criteria,
  after: string | undefined,
): Promise<Selected> => {
  const at: Moment = { at: Date.parse(context.clock.instant()), timeZone: context.actor.timeZone };
  const of = context.registry.entity(recordType);
  const page = await context.data(of).list({ first: perPage, ...(after !== undefined && { after }) });
  await readReferred(context, page.rows, criteria);
  const known = await Promise.all(page.rows.map((row) => knownOf(context, recordType, row, criteria.needs, at)));
  return {
    rows: page.rows.filter((_, index) => {
      const each = known[index];
      return each !== undefined && evaluate(criteria.criterion, each, at).holds;
    }),
    examined: page.rows.length,
    ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }),
  };
};

/** The records that these refer to, read together. */
const readReferred = async (
  { trusted, registry }: Context,
  rows: readonly AnyRow[],
  { needs }: Criteria,
): Promise<void> => {
  for (const [field, { entity }] of needs.referred)
    await trusted(registry.entity(entity)).getMany(
      rows.map((row) => row[field]).filter((id) => typeof id === 'string'),
    );
};

/** A page of the members of a segment whose records the actor sees. */
export const membersOf = async (context: Context, segment: string, after: string | undefined): Promise<Selected> => {
  const { recordType } = await context.data(Segment).get(segment);
  const page = await context
    .data(SegmentMember)
    .page('bySegment', { of: segment, first: perPage, ...(after !== undefined && { after }) });
  const records = await context
    .data(context.registry.entity(recordType))
    .getMany(page.rows.map(({ subject }) => subject));
  return {
    rows: [...records.values()],
    examined: page.rows.length,
    ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }),
  };
};

/** A selection as a client gives it: a segment, or criteria. */
export type Selection = { readonly segment?: string | undefined; readonly where?: unknown };

/** A page of a selection of records of one kind. @throws BAD_INPUT */
export const selectedIn = async (
  context: Context,
  recordType: string,
  { segment, where }: Selection,
  after: string | undefined,
): Promise<Selected> => {
  if ((segment === undefined) === (where === undefined))
    throw new DomainError('BAD_INPUT', 'Name a segment, or criteria.', ['segment']);
  if (segment === undefined) return selectedBy(context, recordType, criteriaOf(context, recordType, where), after);
  const { recordType: held } = await context.data(Segment).get(segment);
  if (held !== recordType) throw new DomainError('BAD_INPUT', `This segment holds records of ${held}.`, ['segment']);
  return membersOf(context, segment, after);
};

/** Exports of a segment, `{segment}`, or of whoever fulfils criteria now, `{where}`. */
export const segmentSource: ExportSource = {
  name: 'segment',
  page: async (recordType, selection, cursor, context) => {
    const { segment, where } = (selection ?? {}) as Readonly<Record<string, unknown>>;
    if (segment !== undefined && typeof segment !== 'string')
      throw new DomainError('BAD_INPUT', 'Name a segment by its id.', ['selection', 'segment']);
    const { rows, next } = await selectedIn(context, recordType, { segment, where }, cursor);
    return { rows, ...(next !== undefined && { next }) };
  },
};

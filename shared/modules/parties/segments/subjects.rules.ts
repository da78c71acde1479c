import {
  filterFields,
  type AnyEntity,
  type AnyRow,
  type Context,
  type FieldMap,
  type Registry,
  type Row,
} from '#kernel';
import type { Moment, Values } from './evaluate.rules.ts';

/** Records that segments may hold, under the extension point `segments.subjects`. */
export type SegmentSubject = {
  readonly of: AnyEntity;
  /** The field of a membership that names such a record, besides `subject`: account, contact. */
  readonly field: string;
  /** What its records are counted by within a segment: sector, zone, size. */
  traits(row: AnyRow): Readonly<Record<string, string | undefined>>;
};
/** The extension point for them. */
export const segmentSubjects = 'segments.subjects';

/** Something that one record tells of a subject: an opportunity of its account. */
export type Fact = { readonly subject: string; readonly values: Values };

/** Facts as they stand at a moment, and until when they do so: the same answer until then, whenever it is asked. */
export type Standing = { readonly facts: readonly Values[]; readonly changesAt?: number };

/**
 * What relates to the records of a subject, or has happened to them, under the extension point `segments.relations`: its
 * opportunities, purchases, visits. Facts are told by the records themselves; which ones is kept with their subject.
 * Several contributions under one name are one relation, told by several kinds of records.
 */
export type SegmentRelation = {
  readonly name: string;
  /** For people who write criteria. */
  readonly describes: string;
  /** The subject's entity, and the entity whose records tell the facts. */
  readonly subject: string;
  readonly of: AnyEntity;
  /** What criteria may ask of a fact. The same object in every contribution to a relation. */
  readonly fields: FieldMap;
  /** What a record in use tells: a pure function of it. */
  facts(row: AnyRow): readonly Fact[];
  /** What the facts come to at a moment, where that is another thing: a strength that fades. */
  settle?(facts: readonly Values[], at: Moment, context: Context): Promise<Standing>;
};
/** The extension point for them. */
export const segmentRelations = 'segments.relations';

/** All kinds of subjects, by entity. */
export const subjectsOf = (registry: Registry): ReadonlyMap<string, SegmentSubject> =>
  new Map((registry.contributions(segmentSubjects) as readonly SegmentSubject[]).map((each) => [each.of.name, each]));

/** All relations. */
export const relationsOf = (registry: Registry): readonly SegmentRelation[] =>
  registry.contributions(segmentRelations) as readonly SegmentRelation[];

type Related<E extends AnyEntity> = {
  readonly name: string;
  readonly describes: string;
  readonly subject: string;
  readonly of: E;
  /** The field that names the subject. */
  readonly by: Extract<keyof E['fields'], string>;
  /** The fields that criteria may ask of. */
  readonly keeps: readonly Extract<keyof E['fields'], string>[];
  /** Which records count; all in use when not said. */
  when?(row: Row<E>): boolean;
};

/** A relation to records that name their subject in a field. */
export const relationBy = <E extends AnyEntity>(related: Related<E>): SegmentRelation => {
  const { name, describes, subject, of, by, keeps, when } = related;
  const fields = Object.fromEntries(
    Object.entries(filterFields(of)).filter(
      ([field]) => field === 'createdAt' || (keeps as readonly string[]).includes(field),
    ),
  );
  return {
    name,
    describes,
    subject,
    of,
    fields,
    facts: (row) => {
      const id = row[by];
      if (typeof id !== 'string' || (when && !when(row as Row<E>))) return [];
      const known = Object.keys(fields).filter((field) => row[field] !== undefined);
      return [{ subject: id, values: Object.fromEntries(known.map((field) => [field, row[field]])) }];
    },
  };
};

import {
  DomainError,
  filterFields,
  visibleFields,
  type Actor,
  type Context,
  type FieldMap,
  type Registry,
} from '#kernel';
import { registryWith } from '#kernel/custom-fields';
import { rememberFor } from '#kernel/remember';
import { readCustomFields } from '#modules/platform/custom-fields';
import { readCriteria, type Language, type Scheme } from './criteria.rules.ts';
import type { Criterion } from './evaluate.rules.ts';
import { needsOf, type Needs } from './needs.rules.ts';
import type { SegmentEntry } from './segment-book.entity.ts';
import { Segment, type SegmentRow } from './segment.entity.ts';
import { relationsOf, subjectsOf } from './subjects.rules.ts';

/** Criteria with what they need to know. */
export type Criteria = { readonly criterion: Criterion; readonly needs: Needs };

/** A segment in force; without criteria, its members are those who were put into it. */
export type InForce = { readonly segment: SegmentRow } & Partial<Criteria>;

const schemes = (registry: Registry, fieldsOf: (entity: string) => FieldMap) => {
  const subjects = subjectsOf(registry);
  return (entity: string): Scheme | undefined => {
    if (!subjects.has(entity)) return undefined;
    const related = relationsOf(registry).filter(({ subject }) => subject === entity);
    return { fields: fieldsOf(entity), relations: new Map(related.map(({ name, fields }) => [name, fields])) };
  };
};

/** The words of criteria for an actor: a criterion on a hidden field would tell what it holds. */
export const languageOf = (registry: Registry, actor: Actor, isChecked: boolean): Language => ({
  country: actor.country,
  schemeOf: schemes(registry, (entity) => {
    const of = registry.entity(entity);
    return isChecked ? visibleFields(of, actor) : filterFields(of);
  }),
});

/** Reads criteria that an actor gives. @throws BAD_INPUT */
export const criteriaOf = ({ registry, actor }: Context, recordType: string, where: unknown): Criteria =>
  criteriaIn(languageOf(registry, actor, true), recordType, where);

const criteriaIn = (language: Language, recordType: string, where: unknown): Criteria => {
  const scheme = language.schemeOf(recordType);
  if (!scheme) throw new DomainError('BAD_INPUT', `Segments hold no records of ${recordType}.`, ['recordType']);
  const criterion = readCriteria(language, scheme, where, ['where']);
  return { criterion, needs: needsOf(criterion) };
};

/** The segments of these entries as they are in force, remembered by their revision. What cannot be read is left out. */
export const segmentsInForce = async (
  context: Context,
  entries: readonly SegmentEntry[],
): Promise<readonly InForce[]> => {
  const { tenant, customFields } = context.actor;
  const read = await Promise.all(
    entries.map(({ segment, revision }) =>
      rememberFor(
        context,
        `segment ${tenant} ${segment} ${String(revision)} ${customFields?.version ?? ''}`,
        () => inForce(context, segment),
        (found) => found?.segment.revision === revision,
      ),
    ),
  );
  return read.filter((each) => each !== undefined);
};

/** Whoever set the criteria has seen the fields; they are judged by whatever the record holds. */
const inForce = async (context: Context, id: string): Promise<InForce | undefined> => {
  const segment = await context.trusted(Segment).find(id);
  if (!segment || segment.kind === 'STATIC') return segment && { segment };
  try {
    return { segment, ...(await read(context, segment)) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    context.log.warn('The criteria of a segment cannot be read; its members stay as they are.', { segment: id });
    return undefined;
  }
};

/** Fields may have been defined a moment ago, in another container. */
const read = async (context: Context, { recordType, where = {} }: SegmentRow): Promise<Criteria> => {
  const { registry, actor } = context;
  try {
    return criteriaIn(languageOf(registry, actor, false), recordType, where);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const fresh = registryWith(registry, await readCustomFields(context));
    return criteriaIn(languageOf(fresh, actor, false), recordType, where);
  }
};

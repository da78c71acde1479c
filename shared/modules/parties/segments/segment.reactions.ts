import {
  reaction,
  timer,
  type AnyEntity,
  type AnyRow,
  type Context,
  type DomainEvent,
  type KeySpec,
  type Registry,
} from '#kernel';
import { prefixOf } from '#kernel/ids';
import { segmentsInForce, type InForce } from './definitions.operations.ts';
import type { Values } from './evaluate.rules.ts';
import { settleSubject, settling, type Why } from './membership.operations.ts';
import type { Needs } from './needs.rules.ts';
import { bookId, SegmentBook, type SegmentEntry } from './segment-book.entity.ts';
import { SegmentMember } from './segment-member.entity.ts';
import { SegmentWatch } from './segment-watch.entity.ts';
import { relationsOf, subjectsOf } from './subjects.rules.ts';

/** A record whose criteria may come out otherwise: because of itself, or of something that relates to it. */
type Touched = { readonly subject: string; readonly of: string; readonly relation?: string };

/**
 * The subjects that an event concerns. Memberships and watches count too: what was found out for them may have been overtaken
 * while it was written, and is looked at once more.
 */
const touchedBy = (registry: Registry, { record, changed }: DomainEvent, data: Values): readonly Touched[] => {
  if (record.type === SegmentMember.name || record.type === SegmentWatch.name) {
    const of = registry.byPrefix.get(prefixOf(String(data['subject'])));
    return of ? [{ subject: String(data['subject']), of: of.name }] : [];
  }
  const self = subjectsOf(registry).has(record.type) ? [{ subject: record.id, of: record.type }] : [];
  return [...self, ...told(registry, record.type, data, changed)];
};

/** The record after the event; as it is now, where the event does not say. */
const afterwards = async ({ trusted, registry }: Context, { record, data }: DomainEvent): Promise<Values> => {
  const of = registry.entities.get(record.type);
  return data ?? (of && (await trusted(of).find(record.id))) ?? {};
};

/** Those of whom the record tells now, and those of whom it did before. */
const told = (registry: Registry, type: string, data: Values, changed: DomainEvent['changed']): readonly Touched[] => {
  const before = { ...data, ...Object.fromEntries(Object.entries(changed).map(([name, { from }]) => [name, from])) };
  return relationsOf(registry)
    .filter(({ of }) => of.name === type)
    .flatMap(({ name, subject: of, facts }) =>
      [data, before].flatMap((row) =>
        facts(row as AnyRow).map(({ subject }): Touched => ({ subject, of, relation: name })),
      ),
    );
};

export const keepSegments = reaction('keepSegments', {
  describes: 'Records enter and leave segments as they, or what relates to them, change.',
  on: ['*'],
  reads: () => [bookId],
  run: async (event, context) => {
    const touched = touchedBy(context.registry, event, await afterwards(context, event));
    if (touched.length === 0) return;
    const book = await context.trusted(SegmentBook).find(bookId);
    if (!book || book.entries.length === 0) return;
    const why: Why = { reason: 'CHANGE', cause: event.type };
    for (const [subject, all] of Map.groupBy(touched, (each) => each.subject)) {
      await settleOne(context, book.entries, subject, all, why);
      await settleReferring(context, book.entries, subject, all, why);
    }
  },
});

/** Whether criteria look at what was touched. */
const looksAt = (needs: Needs | undefined, touched: readonly Touched[]): boolean =>
  touched.some(({ relation }) => relation === undefined || needs?.relations.has(relation) === true);

const settleOne = async (
  context: Context,
  entries: readonly SegmentEntry[],
  subject: string,
  touched: readonly Touched[],
  why: Why,
): Promise<void> => {
  const own = await segmentsInForce(
    context,
    entries.filter(({ recordType }) => recordType === touched[0]?.of),
  );
  if (own.some(({ needs }) => looksAt(needs, touched))) await settleAll(context, [subject], own, why);
};

/** Records that refer to the one that was touched, where their criteria look at it. */
const settleReferring = async (
  context: Context,
  entries: readonly SegmentEntry[],
  subject: string,
  touched: readonly Touched[],
  why: Why,
): Promise<void> => {
  const to = touched[0]?.of ?? '';
  for (const [recordType, own] of Map.groupBy(entries, (entry) => entry.recordType)) {
    if (!refersTo(context.registry, recordType, to)) continue;
    const segments = await segmentsInForce(context, own);
    for (const field of referringFields(segments, to, touched))
      await eachReferring(context, recordType, field, subject, (ids) => settleAll(context, ids, segments, why));
  }
};

const refersTo = (registry: Registry, from: string, to: string): boolean =>
  Object.values(registry.entity(from).fields).some(({ shape }) => shape.kind === 'ref' && shape.to === to);

const referringFields = (segments: readonly InForce[], to: string, touched: readonly Touched[]): readonly string[] => [
  ...new Set(
    segments.flatMap(({ needs }) =>
      [...(needs?.referred ?? [])]
        .filter(([, referred]) => referred.entity === to && looksAt(referred.needs, touched))
        .map(([field]) => field),
    ),
  ),
];

const perPage = 50;

const eachReferring = async (
  context: Context,
  from: string,
  field: string,
  to: string,
  work: (ids: readonly string[]) => Promise<void>,
): Promise<void> => {
  const of = context.registry.entity(from);
  const key = keyOf(of, field);
  for (let after: string | undefined; key !== undefined;) {
    const page = await context.trusted(of).page(key, { of: to, first: perPage, ...(after !== undefined && { after }) });
    await work(page.rows.map(({ id }) => id));
    if (!page.hasNextPage || page.endCursor === undefined) return;
    after = page.endCursor;
  }
};

const keyOf = (of: AnyEntity, field: string): string | undefined =>
  Object.entries<KeySpec>(of.keys).find(
    ([, spec]) => ('gsi' in spec ? spec.gsi === 1 && spec.of : spec.link) === field,
  )?.[0];

/** Each record in a unit of work of its own: what cannot be written now is tried again with the event. */
const settleAll = async (
  context: Context,
  ids: readonly string[],
  segments: readonly InForce[],
  why: Why,
): Promise<void> => {
  const outcomes = await context.together(ids.map((id) => settling(id, segments, 'all', why)));
  const failed = outcomes.find(({ status }) => status === 'failed');
  if (failed) throw failed.error;
};

/** A moment has come that criteria waited for. */
export const whenTimeGoesBy = timer(SegmentWatch, {
  describes: 'Records enter and leave segments as time goes by.',
  run: async ({ subject }, context) => {
    const of = context.registry.byPrefix.get(prefixOf(subject));
    const book = await context.trusted(SegmentBook).find(bookId);
    const entries = (book?.entries ?? []).filter(({ recordType }) => recordType === of?.name);
    await settleSubject(context, subject, await segmentsInForce(context, entries), 'all', { reason: 'TIME' });
  },
});

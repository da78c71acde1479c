import type { AnyEntity, AnyField, AnyRow, Context, DomainEvent, Registry } from '#kernel';
import { readFeed, feedStart, readVersions, type FeedPosition } from '#kernel/feed';
import { fromItem, identityOf, rowKey } from '#kernel/rows';
import { timelineItems } from '#kernel/timeline';
import { joined, mentions, subjectOf, tracesOf, type Traces } from './traces.rules.ts';

/** A person's own records: the one that was named, and those that were merged into it. */
export const ownRecords = async (context: Context, id: string): Promise<readonly string[]> => {
  const row = await rowOf(context, id);
  const merged = (row?.['mergedFrom'] as readonly string[] | undefined) ?? [];
  return [id, ...merged];
};

const rowOf = async ({ ports, actor, registry }: Context, id: string): Promise<AnyRow | undefined> => {
  const item = await ports.table.get(rowKey(actor.tenant, id), { consistent: true });
  const of = item && registry.entities.get(String(item['entity']));
  return of ? fromItem(of, item) : undefined;
};

/** Everything by which people were ever known. It is read anew in every chunk, since nothing may keep it meanwhile. */
export const personOf = async (context: Context, ids: readonly string[]): Promise<Traces> =>
  joined(
    await Promise.all(
      ids.map(async (id) => {
        const subject = subjectOf(context.registry, id);
        if (!subject) return { ids: [id], names: [], emails: [], phones: [], taxIds: [] };
        const versions = await readVersions(context.ports.table, context.actor.tenant, id, { from: 1 });
        return tracesOf(
          subject,
          id,
          await rowOf(context, id),
          versions.map(({ event }) => event),
        );
      }),
    ),
  );

/** Versions of each of the eight shards that are read at once. */
const perShard = 100;

/** Where people are spoken of, and how far that was looked for. */
export type Found = { readonly ids: readonly string[]; readonly next?: FeedPosition };

/**
 * Records that may speak of a person. The log has what every version of every record said, so that it is read for the traces and
 * only the records in which they stand are opened: a thousand versions cost some requests, not a thousand. Opened besides are
 * records of which the log does not tell everything. Where to go on, unless that was the end.
 */
export const recordsNaming = async (
  { ports, actor, registry }: Context,
  traces: Traces,
  position: FeedPosition = feedStart,
): Promise<Found> => {
  const page = await readFeed(ports.table, actor.tenant, position, perShard);
  const ids = new Set<string>();
  for (const event of page.events) {
    const isNamed = mentions(traces, JSON.stringify(event));
    if (isNamed || (opens(event) && isUntold(registry, event))) ids.add(event.record.id);
    // What was told of the one stands on the timelines of others.
    if (isNamed) for (const { pk } of timelineItems(registry, event)) ids.add(identityOf(pk).id);
  }
  return { ids: [...ids], ...(page.events.length > 0 && { next: page.position }) };
};

const opens = ({ record, lost, dataOmitted }: DomainEvent): boolean =>
  record.version === 1 || lost !== undefined || dataOmitted === true;

/** Lines and sensitive values are in the records alone. */
const isUntold = (registry: Registry, { record, lost, dataOmitted }: DomainEvent): boolean => {
  const of = registry.entities.get(record.type);
  return lost !== undefined || dataOmitted === true || (of !== undefined && holdsBack(of));
};

const holdsBack = ({ fields }: Pick<AnyEntity, 'fields'>): boolean =>
  Object.values<AnyField>(fields).some(
    ({ sensitive, shape }) =>
      sensitive === true || shape.kind === 'parts' || (shape.kind === 'object' && holdsBack({ fields: shape.fields })),
  );

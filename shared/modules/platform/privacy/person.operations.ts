import type { AnyRow, Context, DomainEvent } from '#kernel';
import { readFeed, feedStart, readVersions, type FeedPosition } from '#kernel/feed';
import { fromItem, rowKey } from '#kernel/rows';
import { joined, subjectOf, tracesOf, type Traces } from './traces.rules.ts';

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

/** Everything by which a person was ever known. It is read anew in every chunk, since nothing may keep it meanwhile. */
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

const perShard = 25;

/** Records of the tenant, each once, as the feed first told of them; where to go on, unless that was the end. */
export const everyRecord = async (
  { ports, actor }: Context,
  position: FeedPosition = feedStart,
): Promise<{ readonly ids: readonly string[]; readonly next?: FeedPosition }> => {
  const page = await readFeed(ports.table, actor.tenant, position, perShard);
  const ids = [...new Set(page.events.filter(opens).map(({ record }) => record.id))];
  return page.events.length === 0 ? { ids } : { ids, next: page.position };
};

const opens = ({ record, lost }: DomainEvent): boolean => record.version === 1 || lost !== undefined;

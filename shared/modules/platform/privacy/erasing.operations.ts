import type { AnyEntity, AnyField, Context, DomainEvent, Item, Position, Write } from '#kernel';
import { applyProjections } from '#kernel/apply-projections';
import { fromItem, indexKeys, uniqueKey, uniqueTexts } from '#kernel/rows';
import { File, fileKey } from '#modules/platform/files';
import {
  eraser,
  mentions,
  keepFor,
  keptUntil,
  privacyBelongings,
  subjectOf,
  without,
  type PrivacyBelonging,
  type PrivacyKeep,
  type Traces,
} from './traces.rules.ts';

/** What became of a record: it did not know the person, was cleaned, went with the person, or is kept by law. */
export type Fate = 'UNTOUCHED' | 'CLEANED' | 'REMOVED' | 'KEPT';

type Outside = Pick<Context, 'ports' | 'actor' | 'registry' | 'clock'>;

/** Everything that lies in the partition of a record. */
export const itemsOf = async ({ ports, actor }: Outside, id: string): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let after: Position | undefined;
  do {
    const page = await ports.table.query({ pk: `${actor.tenant}#${id}`, consistent: true, ...(after && { after }) });
    items.push(...page.items);
    after = page.next;
  } while (after);
  return items;
};

/** Takes a person out of a record of something or somebody else. Done twice it is done once. */
export const cleanRecord = async (outside: Outside, id: string, traces: Traces): Promise<Fate> => {
  const items = await itemsOf(outside, id);
  if (!mentions(traces, JSON.stringify(items.filter(({ sk }) => sk !== 'projected')))) return 'UNTOUCHED';
  const row = items.find(({ sk }) => sk === 'row');
  const of = outside.registry.entities.get(String(row?.['entity']));
  if (of && row) {
    if (await isKept(outside, of, row, traces)) return 'KEPT';
    if (goesWith(outside, of, row, traces)) return removeRecord(outside, id);
  }
  await rewrite(outside, items, eraser(of && row ? foreignTo(outside, of, row, traces) : traces));
  await refreshReadModels(outside, id);
  return 'CLEANED';
};

const isKept = async (outside: Outside, of: AnyEntity, row: Item, traces: Traces): Promise<boolean> => {
  const keep = keepOf(outside, of, row);
  if (keep) await keepIdentity(outside, keep, row, traces);
  return keep !== undefined;
};

/** The traces without what the record's own person or organisation has too. */
const foreignTo = ({ registry }: Outside, of: AnyEntity, row: Item, traces: Traces): Traces => {
  const own = subjectOf(registry, String(row['id']));
  return own ? without(traces, own.traces(fromItem(of, row))) : traces;
};

/** The law that keeps a record today; none when its years are over. */
export const keepOf = (
  { registry, actor, clock }: Outside,
  of: AnyEntity,
  stored: Readonly<Record<string, unknown>>,
): PrivacyKeep | undefined => {
  const keep = keepFor(registry, of.name);
  const from = keep && stored[keep.since];
  return keep && typeof from === 'string' && keptUntil(keep, from, actor.country) < clock.today() ? undefined : keep;
};

/** Of whom a document was issued to law wants to know the tax identity; it is written into the document while the person is known. */
const keepIdentity = async (outside: Outside, keep: PrivacyKeep, item: Item, traces: Traces): Promise<void> => {
  const { holder, identity } = keep;
  const isOwn = holder !== undefined && traces.ids.includes(String(item[holder]));
  if (!isOwn || identity === undefined || item[identity] !== undefined) return;
  const [[name], [taxId]] = [traces.names, traces.taxIds];
  if (name !== undefined && taxId !== undefined) await put(outside, item, { ...item, [identity]: { name, taxId } });
};

/** Files, mails and notes that are about the person alone. */
const goesWith = ({ registry }: Outside, of: AnyEntity, item: Item, traces: Traces): boolean => {
  const row = fromItem(of, item);
  const fields = (registry.contributions(privacyBelongings) as readonly PrivacyBelonging[]).filter(
    (each) => each.of === of.name,
  );
  const marks = new Set([...traces.ids, ...traces.emails]);
  return fields.some(({ field }) => {
    const named = [row[field]].flat().filter((value) => typeof value === 'string');
    return named.length > 0 && named.every((value) => marks.has(value.toLowerCase()) || marks.has(value));
  });
};

const isKeyName = (name: string): boolean => /^(pk|sk|gsi\dpk|gsi\dsk|duepk|duesk)$/.test(name);

type Eraser = ReturnType<typeof eraser>;

/** Every item without the traces. The row keeps its event, so that nobody is told of a change. */
const rewrite = async (outside: Outside, items: readonly Item[], { value }: Eraser): Promise<void> => {
  for (const item of items) {
    if (item.sk === 'projected') continue;
    const kept = Object.entries(item).map(([name, inner]) => [name, isKeyName(name) ? inner : value(inner)] as const);
    const cleaned = reindexed(outside, Object.fromEntries(kept) as unknown as Item);
    if (JSON.stringify(cleaned) === JSON.stringify(item)) continue;
    await put(outside, item, cleaned);
    if (item.sk === 'row') await moveGuards(outside, item, cleaned);
  }
};

/** Unique values are keys too: those of the row as it was go, those of the cleaned one come. */
const moveGuards = async (outside: Outside, was: Item, is: Item): Promise<void> => {
  const of = outside.registry.entities.get(String(is['entity']));
  if (!of) return;
  const [before, after] = [guardsOf(outside, of, was), guardsOf(outside, of, is)];
  const held = new Set(after.map(({ pk }) => pk));
  const stale = before.filter(({ pk }) => !held.has(pk));
  if (stale.length === 0) return;
  await outside.ports.table.batchWrite([
    ...stale.map((key): Extract<Write, { kind: 'delete' }> => ({ kind: 'delete', key })),
    ...after.map((key): Extract<Write, { kind: 'put' }> => ({ kind: 'put', item: { ...key, record: is['id'] } })),
  ]);
};

/** The sort values of a row's lists may have held the name. */
const reindexed = ({ registry, actor }: Outside, item: Item): Item => {
  const of = item.sk === 'row' ? registry.entities.get(String(item['entity'])) : undefined;
  return of ? { ...item, ...indexKeys(of, actor.tenant, fromItem(of, item)) } : item;
};

/** @throws ConditionFailed when somebody has changed the row meanwhile: the job runs the chunk again */
const put = ({ ports }: Outside, was: Item, item: Item): Promise<void> =>
  ports.table.write({
    kind: 'put',
    item,
    ...(was.sk === 'row' && {
      condition: {
        text: '#version = :version',
        names: { '#version': 'version' },
        values: { ':version': was['version'] },
      },
    }),
  });

/** Read models follow the row as it is now; also where its version is the one that they knew. */
const refreshReadModels = async ({ ports, registry, actor }: Outside, id: string): Promise<void> => {
  const source = { registry, customFieldsOf: () => Promise.resolve(actor.customFields) };
  const { failed } = await applyProjections(ports.table, source, actor.tenant, [id], { anew: true });
  for (const cause of failed.values()) throw cause;
};

/**
 * Removes a record as if it had never been: row, lines, read models, guards, the bytes of a file. The log keeps the bare fact of each
 * version, because the feed is dense: who did what kind of thing when, and nothing of what it said.
 */
export const removeRecord = async (outside: Outside, id: string): Promise<Fate> => {
  const { ports, actor, registry } = outside;
  const items = await itemsOf(outside, id);
  const row = items.find(({ sk }) => sk === 'row');
  const of = registry.entities.get(String(row?.['entity']));
  const guards = of && row ? guardsOf(outside, of, row) : [];
  if (of?.name === File.name) await ports.files.delete(fileKey(actor.tenant, id));
  const log = items.filter(({ sk }) => sk.startsWith('v#'));
  const others = items.filter(({ sk }) => !sk.startsWith('v#') && sk !== 'projected');
  await ports.table.batchWrite([
    ...log.map((item): Extract<Write, { kind: 'put' }> => ({ kind: 'put', item: tombstone(item) })),
    ...[...guards, ...others].map(({ pk, sk }): Extract<Write, { kind: 'delete' }> => ({
      kind: 'delete',
      key: { pk, sk },
    })),
  ]);
  await refreshReadModels(outside, id);
  return 'REMOVED';
};

const guardsOf = ({ actor }: Outside, of: AnyEntity, item: Item) => {
  const row = fromItem(of, item);
  return Object.entries<AnyField>(of.fields).flatMap(([name, field]) =>
    uniqueTexts(field, row[name], row).map((text) => uniqueKey(actor.tenant, of.name, name, text)),
  );
};

/** A version of which only the fact is left. */
export const tombstone = ({ secrets: _secrets, ...item }: Item): Item => {
  const { data: _data, ...event } = item['log'] as DomainEvent;
  return { ...item, log: { ...event, changed: {}, dataOmitted: true } };
};

// Relations without N+1: every record and every document's lines that one wave of resolvers asks for come in one BatchGet.
import DataLoader from 'dataloader';
import { mayTouch, type AnyEntity, type AnyRow, type Item } from '#kernel';
import { fromItem, linesPerDocument, linesPerPart, partsOf, rowKey } from '#kernel/rows';
import { loadMany, type Unit } from '#kernel/unit';

/** A document whose lines are wanted. */
export type Document = { readonly of: AnyEntity; readonly id: string };

/** The loaders of a request. Records that do not exist and records that the actor may not see are both null. */
export type Loaders = {
  readonly rows: DataLoader<string, AnyRow | null>;
  /** Strongly consistent, for reads by id. */
  readonly fresh: DataLoader<string, AnyRow | null>;
  /** All line fields of a document, by field. */
  readonly lines: DataLoader<Document, AnyRow, string>;
};

/** Opens the loaders over a reading unit. */
export const openLoaders = (unit: Unit, consistent: boolean): Loaders => {
  const fresh = rowLoader(unit, true);
  return {
    rows: consistent ? fresh : rowLoader(unit, false),
    fresh,
    lines: new DataLoader((documents) => loadLines(unit, documents), { cacheKeyFn: ({ id }) => id }),
  };
};

const rowLoader = (unit: Unit, consistent: boolean) =>
  new DataLoader<string, AnyRow | null>(async (ids) => {
    await loadMany(unit, ids, consistent);
    const places = await followRedirects(unit, ids, consistent);
    return places.map((id) => visibleRow(unit, id));
  });

/** What a module contributes under the extension point `redirects`: a field whose record answers for an archived one. */
type Redirect = { readonly of: string; readonly field: string };

/** A record may have gone into one that itself went into another; nobody merges so often. */
const mostRedirects = 8;

/** The ids of those that answer: a merged record's survivor in its place. */
const followRedirects = async (unit: Unit, ids: readonly string[], consistent: boolean): Promise<readonly string[]> => {
  const redirects = unit.runtime.registry.contributions('redirects') as readonly Redirect[];
  const next = (id: string): string => {
    const found = unit.loaded.get(id);
    const field =
      found?.row.archivedAt === undefined ? undefined : redirects.find(({ of }) => of === found.of.name)?.field;
    const target = field === undefined ? undefined : found?.row[field];
    return typeof target === 'string' ? target : id;
  };
  let places = ids;
  for (let hop = 0; hop < mostRedirects; hop += 1) {
    const further = places.map(next);
    if (further.every((id, index) => id === places[index])) return places;
    await loadMany(unit, further, consistent);
    places = further;
  }
  return places;
};

const visibleRow = (unit: Unit, id: string): AnyRow | null => {
  const found = unit.loaded.get(id);
  return found && mayTouch(unit.actor, found.of, found.row, 'read') ? found.row : null;
};

/** Consistent always: lines that are older than their document do not add up to its total. */
const loadLines = async (unit: Unit, documents: readonly Document[]): Promise<readonly AnyRow[]> => {
  const heads = documents.flatMap(({ of, id }) => partsOf(of).map((name) => ({ id, name })));
  const first = await readParts(
    unit,
    heads.map((head) => ({ ...head, index: 0 })),
  );
  const long = first.filter((item) => (item['lines'] as readonly unknown[]).length === linesPerPart);
  const rest = await readParts(unit, long.flatMap(followingParts(unit)));
  const byDocument = Map.groupBy(
    [...first, ...rest].sort((a, b) => (a.sk < b.sk ? -1 : 1)),
    (item) => item.pk,
  );
  return documents.map(({ of, id }) => {
    const key = rowKey(unit.actor.tenant, id);
    return fromItem(of, { ...key, id }, byDocument.get(key.pk));
  });
};

type Part = { readonly id: string; readonly name: string; readonly index: number };

const readParts = async (unit: Unit, parts: readonly Part[]): Promise<readonly Item[]> => {
  if (parts.length === 0) return [];
  const keys = parts.map(({ id, name, index }) => ({
    ...rowKey(unit.actor.tenant, id),
    sk: `part#${name}#${String(index)}`,
  }));
  return unit.table.batchGet(keys, { consistent: true });
};

const followingParts =
  ({ actor }: Unit) =>
  (head: Item): readonly Part[] =>
    Array.from({ length: linesPerDocument / linesPerPart - 1 }, (_, index) => ({
      id: head.pk.slice(actor.tenant.length + 1),
      name: String(head['part']),
      index: index + 1,
    }));

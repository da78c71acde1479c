import type { AnyEntity, AnyRow, Context, KeySpec } from '#kernel';
import { fromItem, kindPartition, rowKey } from '#kernel/rows';
import { blocksOf, mostInBlock, mostShared } from './blocking.rules.ts';
import { identityIn, type DuplicateKind } from './kinds.rules.ts';

/** Whom each of many records has to be compared with. Those that share no key with anybody, and never did, are not in it. */
export type Neighbours = ReadonlyMap<string, readonly string[]>;

/** Members of a key among all records. */
type Block = string[];
type Asked = { readonly id: string; readonly isChanged: boolean; readonly blocks: readonly Block[] };

/** Rows that are read for each record asked about, and anyway: beyond that its own lookups cost less. */
const rowsForEach = 20;
const rowsAnyway = 10_000;
/** Rows in memory at a time. */
const perRequest = 200;

/** Records asked about at a time: their keys are what lies in memory while all others pass by. */
const askedAtOnce = 10_000;

/**
 * The neighbours of many records: all records of their kind are read for each ten thousand of them, since four lookups a record
 * would take far longer. Undefined where there are too many others for so few.
 */
export const neighboursOf = async (
  context: Context,
  kind: DuplicateKind,
  ids: readonly string[],
  atOnce = askedAtOnce,
): Promise<Neighbours | undefined> => {
  const found = new Map<string, readonly string[]>();
  const mostRows = ids.length * rowsForEach + rowsAnyway;
  for (let start = 0; start < ids.length; start += atOnce) {
    const part = await neighboursOfSome(context, kind, ids.slice(start, start + atOnce), mostRows);
    if (!part) return undefined;
    for (const [id, members] of part) found.set(id, members);
  }
  return found;
};

const neighboursOfSome = async (
  context: Context,
  kind: DuplicateKind,
  ids: readonly string[],
  mostRows: number,
): Promise<Neighbours | undefined> => {
  const blocks = new Map<string, Block>();
  const asked: Asked[] = [];
  for (let start = 0; start < ids.length; start += perRequest)
    asked.push(...(await askedAbout(context, kind, ids.slice(start, start + perRequest), blocks)));
  let read = 0;
  for await (const rows of allOf(context, kind.of)) {
    read += rows.length;
    if (read > mostRows) return undefined;
    for (const row of rows) for (const key of keysOf(kind, row)) join(blocks.get(key), row.id);
  }
  return new Map(asked.flatMap(withNeighbours));
};

const askedAbout = async (
  { ports, actor }: Context,
  kind: DuplicateKind,
  ids: readonly string[],
  blocks: Map<string, Block>,
): Promise<readonly Asked[]> => {
  const items = await ports.table.batchGet(
    ids.map((id) => rowKey(actor.tenant, id)),
    { consistent: true },
  );
  return items.map((item) => {
    const row = fromItem(kind.of, item);
    return { id: row.id, isChanged: row.version > 1, blocks: keysOf(kind, row).map((key) => blockOf(blocks, key)) };
  });
};

const keysOf = (kind: DuplicateKind, row: AnyRow): readonly string[] => [...new Set(blocksOf(identityIn(kind, row)))];

const blockOf = (blocks: Map<string, Block>, key: string): Block => {
  const block = blocks.get(key) ?? [];
  blocks.set(key, block);
  return block;
};

/** One more than counts is enough to know that there are too many. */
const join = (block: Block | undefined, id: string): void => {
  if (block && block.length <= mostInBlock) block.push(id);
};

/** What was changed may have been like somebody before; what is new was not. */
const withNeighbours = ({ id, isChanged, blocks }: Asked): readonly (readonly [string, readonly string[]])[] => {
  const sharing = blocks.flatMap((block) => (block.length > mostInBlock ? [] : block));
  const members = mostShared(sharing.filter((other) => other !== id));
  return members.length > 0 || isChanged ? [[id, members]] : [];
};

/** All records of a kind that are in use, page by page. */
async function* allOf({ ports, actor }: Context, of: AnyEntity): AsyncIterable<readonly AnyRow[]> {
  const spec = Object.values<KeySpec>(of.keys).find((each) => 'gsi' in each && each.gsi === 3);
  const shards = (spec && 'shards' in spec ? spec.shards : undefined) ?? 1;
  for (let shard = 0; shard < shards; shard += 1) {
    const place = { index: 'gsi3', pk: kindPartition(of, actor.tenant, String(shard)), limit: perRequest } as const;
    let page = await ports.table.query(place);
    yield page.items.map((item) => fromItem(of, item));
    while (page.next) {
      page = await ports.table.query({ ...place, after: page.next });
      yield page.items.map((item) => fromItem(of, item));
    }
  }
}

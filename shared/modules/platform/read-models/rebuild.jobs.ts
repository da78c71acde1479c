import { createHash } from 'node:crypto';
import { DomainError, job, type DomainEvent, type Item, type JobContext } from '#kernel';
import { applyProjections } from '#kernel/apply-projections';
import { feedEnd, feedStart, readFeed, type FeedPosition } from '#kernel/feed';
import { targetOf } from '#kernel/read-model';
import { generationsKey, type Generations } from '#kernel/rollup-cells';
import { ConditionFailed } from '#kernel/table';
import { timelineItems } from '#kernel/timeline';
import { cellRemoval, outdatedCells } from './outdated-cells.operations.ts';

/** Of which kind of records; of all when absent. */
export type Rebuilding = { readonly entity?: string };

/** How far it has come; kept as the job's cursor. */
type Progress = {
  /** Walks over the feed: the first writes everything anew, the further ones find what others wrote into old cells meanwhile. */
  readonly walk: number;
  readonly position: FeedPosition;
  readonly until: FeedPosition;
  /** The generation of cells that each roll-up of the kind has begun. */
  readonly generations: Generations;
  /** Where cells lie: `<roll-up> <partition>`. */
  readonly partitions: readonly string[];
  /** What the old cells held when this walk began. */
  readonly digest?: string;
};

/** Versions of each of the eight shards per chunk. */
const eventsPerShard = 40;
/** A tenant in which somebody writes into old cells for so long has a worker that runs old code. */
const mostWalks = 6;

/**
 * Goes through the feed, which has every record and every version. Timelines follow from the versions, all else from the rows.
 * Totals are begun anew beside the old ones: each record takes its share out of the old cells and puts it into new ones, and
 * readers add both up. What is left in old cells that nobody has touched during a whole walk is nobody's, and is removed.
 */
export const rebuild = job<Rebuilding>('rebuildReadModels', {
  describes: 'Makes search, timelines, lists under further parents and totals anew.',
  needs: 'readModel.rebuild',
  total: async (_input, { ports, actor }) => sum(await feedEnd(ports.table, actor.tenant)),
  async chunk(input, cursor, context) {
    const progress = cursor === undefined ? await begin(input, context) : (JSON.parse(cursor) as Progress);
    if (isWalked(progress)) return { results: [], ...nextOf(await sweep(progress, context)) };
    const { ports, actor } = context;
    const { events, position } = await readFeed(ports.table, actor.tenant, progress.position, eventsPerShard);
    if (events.length === 0) throw new Error('The feed is behind its heads; another try will find the rest.');
    const partitions = await follow(
      context,
      progress,
      events.filter(({ record }) => isMeant(input, record.type)),
    );
    const next = { ...progress, position, partitions: [...new Set([...progress.partitions, ...partitions])] };
    const gone = progress.walk === 1 ? events : [];
    return { results: gone.map((_, index) => ({ row: index + 1, status: 'unchanged' })), ...nextOf(next) };
  },
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const isMeant = ({ entity }: Rebuilding, kind: string): boolean => entity === undefined || entity === kind;

const nextOf = (progress: Progress | undefined) => (progress ? { next: JSON.stringify(progress) } : {});

const isWalked = ({ position, until }: Progress): boolean =>
  until.every((last, shard) => last <= (position[shard] ?? 0));

/** From here on whoever applies projections in this tenant writes into new cells. */
const begin = async (input: Rebuilding, { ports, actor, registry }: JobContext): Promise<Progress> => {
  const names = registry.rollups.filter(({ of }) => isMeant(input, of)).map(({ name }) => name);
  const key = generationsKey(actor.tenant);
  if (names.length > 0)
    await ports.table.write({
      kind: 'update',
      key,
      update: {
        text: `ADD ${names.map((_, index) => `#r${String(index)} :one`).join(', ')}`,
        names: Object.fromEntries(names.map((name, index) => [`#r${String(index)}`, name])),
        values: { ':one': 1 },
      },
    });
  const item = await ports.table.get(key, { consistent: true });
  const generations = Object.fromEntries(names.map((name) => [name, Number(item?.[name])]));
  const until = await feedEnd(ports.table, actor.tenant);
  return { walk: 1, position: feedStart, until, generations, partitions: [] };
};

/** Makes anew what these events lead to; answers where the totals of their records lie. */
const follow = async (
  context: JobContext,
  { walk }: Progress,
  events: readonly DomainEvent[],
): Promise<readonly string[]> => {
  const { ports, actor, registry } = context;
  const source = { registry, customFieldsOf: () => Promise.resolve(actor.customFields) };
  const entries = walk === 1 ? events.flatMap((event) => timelineItems(registry, event)) : [];
  if (entries.length > 0) await ports.table.batchWrite(entries.map((item) => ({ kind: 'put', item })));
  const ids = events.filter(opensRecord).map(({ record }) => record.id);
  const { failed, rows } = await applyProjections(ports.table, source, actor.tenant, ids, { anew: walk === 1 });
  for (const cause of failed.values()) throw cause;
  return [...rows.values()].flatMap((row) =>
    targetOf(registry, row).shares.map(({ rollup, partition }) => `${rollup} ${partition}`),
  );
};

/** Every record has one first version, told or lost. */
const opensRecord = ({ record, lost }: DomainEvent): boolean => (lost?.from ?? record.version) === 1;

/** After a walk: removes the old cells when they are as they were before it, else walks once more. */
const sweep = async (progress: Progress, { ports, actor }: JobContext): Promise<Progress | undefined> => {
  const cells = await oldCells(progress, ports.table, actor.tenant);
  const digest = digestOf(cells);
  if (cells.length === 0) return undefined;
  if (digest !== progress.digest) {
    if (progress.walk === mostWalks) throw new DomainError('CONFLICT', 'Old totals are still written to; try again.');
    const until = await feedEnd(ports.table, actor.tenant);
    return { ...progress, walk: progress.walk + 1, position: feedStart, until, digest };
  }
  for (const cell of cells) await removeCell(ports.table, cell);
  return undefined;
};

const oldCells = async (
  { partitions, generations }: Progress,
  table: JobContext['ports']['table'],
  tenant: string,
): Promise<readonly Item[]> => {
  const found: Item[] = [];
  for (const place of partitions) {
    const cut = place.indexOf(' ');
    const name = place.slice(0, cut);
    found.push(...(await outdatedCells(table, tenant, name, place.slice(cut + 1), generations[name] ?? 0)));
  }
  return found;
};

const digestOf = (cells: readonly Item[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify(cells.map((cell) => Object.entries(cell).sort(([left], [right]) => (left < right ? -1 : 1)))),
    )
    .digest('base64url');

/** One that has changed in this very moment stays, and is right: readers add it up. The next rebuild removes it. */
const removeCell = async (table: JobContext['ports']['table'], cell: Item): Promise<void> => {
  try {
    await table.write(cellRemoval(cell));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
};

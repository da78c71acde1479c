import {
  isOpenRow,
  job,
  type AnyEntity,
  type AnyRow,
  type Context,
  type JobContext,
  type KeySpec,
  type Piece,
  type PieceOutcome,
  type Registry,
  type RowResult,
} from '#kernel';
import { posts, type HandOver, type Post } from './posts.rules.ts';

/** An entity whose records are handed over: by a field of its own, found by the key of their owner. */
type Handed = { readonly of: AnyEntity; readonly field: string; readonly key: string };

/** Entities of people's work. What the platform itself keeps (files, jobs, mails) stays with whoever made it. */
export const handedEntities = (registry: Registry): readonly Handed[] =>
  registry.modules
    .filter(({ name }) => !name.startsWith('platform/'))
    .flatMap(({ entities = [] }) => entities.map(({ name }) => registry.entity(name)))
    .flatMap((of) => {
      const key = Object.entries<KeySpec>(of.keys).find(([, spec]) => 'gsi' in spec && spec.gsi === 2)?.[0];
      return of.owner.kind === 'field' && key !== undefined ? [{ of, field: of.owner.user, key }] : [];
    });

/** Records of a person that still ask for work, counted per entity up to a hundred. */
export const openWorkOf = async (
  { trusted, registry }: Context,
  user: string,
): Promise<ReadonlyMap<string, number>> => {
  const counts = await Promise.all(
    handedEntities(registry).map(async ({ of, key }) => {
      const { rows } = await trusted(of).page(key, { of: user, first: 100 });
      return [of.name, rows.length] as const;
    }),
  );
  return new Map(counts.filter(([, count]) => count > 0));
};

const rowsPerChunk = 100;

/** A part of the work: the open or the closed records of an entity. */
type Part = Handed & { readonly open: boolean };

const partsOf = (registry: Registry, { closedToo = false }: HandOver): readonly Part[] =>
  handedEntities(registry).flatMap((handed) => [
    { ...handed, open: true },
    ...(closedToo ? [{ ...handed, open: false }] : []),
  ]);

/** Gives what a person has to somebody else, posts last. A cursor is `<which part> <cursor of its page>`. */
export const handOverWork = job<HandOver>('handOverWork', {
  describes:
    'Gives the work of a person to somebody else: every record that has an owner, and what the person leads or is to decide. `undo` takes it back.',
  needs: 'user.handOver',
  async chunk(handOver, cursor, context) {
    const [index = '0', after] = cursor?.split(' ') ?? [];
    const part = partsOf(context.registry, handOver)[Number(index)];
    if (!part) return { results: await handPosts(handOver, context) };
    const page = await context.trusted(part.of).page(part.key, {
      of: handOver.from,
      first: rowsPerChunk,
      open: part.open,
      ...(after !== undefined && { after }),
    });
    const rows = page.rows as readonly AnyRow[];
    const outcomes = await context.together(rows.map(({ id }) => handingOver(part, id, handOver)));
    const next = page.hasNextPage ? `${index} ${page.endCursor ?? ''}` : String(Number(index) + 1);
    return { results: outcomes.map((outcome, nth) => resultOf(nth + 1, rows[nth]?.id ?? '', outcome)), next };
  },
});

const handingOver = ({ of, field }: Handed, id: string, { from, to, closedToo = false }: HandOver): Piece => ({
  key: `hand over ${id} from ${from} to ${to}`,
  reads: [id],
  async run({ trusted }) {
    const row = (await trusted(of).get(id)) as AnyRow;
    const isMeant = row[field] === from && row.archivedAt === undefined && (closedToo || isOpenRow(of, row));
    return isMeant ? trusted(of).update(row, { [field]: to }, { evenFrozen: true }) : row;
  },
});

/** Posts are few: a person leads some teams and has some reports. */
const handPosts = async (handOver: HandOver, context: JobContext): Promise<readonly RowResult[]> => {
  const known = context.registry.contributions(posts) as readonly Post[];
  const held = await Promise.all(
    known.map(async (post) => ({ post, rows: await post.heldBy(context, handOver.from) })),
  );
  const givings = held.flatMap(({ post, rows }) => rows.map(({ id }) => givingOf(post, id, handOver)));
  const outcomes = await context.together(givings.map(({ piece }) => piece));
  return givings.flatMap(({ id, changed }, nth) =>
    [id, ...changed.filter((other) => other !== id)].map((each) => resultOf(nth + 1, each, outcomes[nth])),
  );
};

/** A post and the records that change with it: a team, and the people who come and go. */
const givingOf = (post: Post, id: string, handOver: HandOver) => {
  const changed: string[] = [];
  const piece: Piece = {
    key: `hand over post ${id} from ${handOver.from} to ${handOver.to}`,
    async run(unit) {
      const rows = await post.give(unit, id, handOver);
      changed.splice(0, changed.length, ...rows.map((row) => row.id));
      return { id };
    },
  };
  return { id, changed, piece };
};

const resultOf = (row: number, record: string, outcome: PieceOutcome | undefined): RowResult => ({
  row,
  status: outcome?.status ?? 'failed',
  record,
  ...(outcome?.error instanceof Error && { message: outcome.error.message }),
});

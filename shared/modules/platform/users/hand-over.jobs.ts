import {
  isOpenRow,
  job,
  type AnyEntity,
  type AnyRow,
  type Context,
  type KeySpec,
  type Piece,
  type PieceOutcome,
  type Registry,
  type RowResult,
} from '#kernel';

/** From whom to whom. */
export type HandOver = { readonly from: string; readonly to: string };

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

/** Gives all that a person still works on to somebody else. A cursor is `<which entity> <cursor of its page>`. */
export const handOverWork = job<HandOver>('handOverWork', {
  describes: 'Gives the open records of a person to somebody else.',
  needs: 'user.handOver',
  async chunk({ from, to }, cursor, context) {
    const entities = handedEntities(context.registry);
    const [index = '0', after] = cursor?.split(' ') ?? [];
    const handed = entities[Number(index)];
    if (!handed) return { results: [] };
    const page = await context
      .trusted(handed.of)
      .page(handed.key, { of: from, first: rowsPerChunk, ...(after !== undefined && { after }) });
    const rows = page.rows as readonly AnyRow[];
    const outcomes = await context.together(rows.map(({ id }) => handingOver(handed, id, { from, to })));
    const next = page.hasNextPage ? `${index} ${page.endCursor ?? ''}` : String(Number(index) + 1);
    const isLast = !page.hasNextPage && Number(index) + 1 === entities.length;
    return { results: resultsOf(rows, outcomes), ...(!isLast && { next }) };
  },
});

const handingOver = ({ of, field }: Handed, id: string, { from, to }: HandOver): Piece => ({
  key: `hand over ${id} from ${from} to ${to}`,
  reads: [id],
  async run({ trusted }) {
    const row = (await trusted(of).get(id)) as AnyRow;
    return row[field] === from && isOpenRow(of, row) ? trusted(of).update(row, { [field]: to }) : row;
  },
});

const resultsOf = (rows: readonly AnyRow[], outcomes: readonly PieceOutcome[]): readonly RowResult[] =>
  outcomes.map(({ status, error }, index) => ({
    row: index + 1,
    status,
    record: rows[index]?.id ?? '',
    ...(error instanceof Error && { message: error.message }),
  }));

import { DomainError, type AnyRow, type Context, type KeySpec, type Repository, type AnyEntity } from '#kernel';
import { keyText } from './match-keys.rules.ts';
import type { OpenTable } from './open-import.operations.ts';
import type { Plan } from './plan.rules.ts';
import { targetOf, valueAt } from './targets.rules.ts';

/** Records that own keys are compared with at most: all of them are read, once an import. */
const mostRecords = 500_000;
const perPage = 100;

/** Which records have the text of a key. They are read once, however many rows there are: a lookup a row would take longer. */
export const recordsByKey = (
  context: Context,
  plan: Plan,
  table: OpenTable,
): Promise<ReadonlyMap<string, readonly string[]>> => (table.index ??= readAll(context, plan));

const readAll = async (context: Context, plan: Plan): Promise<ReadonlyMap<string, readonly string[]>> => {
  const index = new Map<string, string[]>();
  let count = 0;
  for await (const row of allRows(context.data(plan.of), plan.of)) {
    count += 1;
    if (count > mostRecords)
      throw new DomainError(
        'TOO_MANY_RECORDS',
        'There are too many records for keys of your own; match by a unique field.',
      );
    for (const text of textsOf(context, plan, row)) {
      const ids = index.get(text);
      if (!ids) index.set(text, [row.id]);
      else if (ids.length < 10 && !ids.includes(row.id)) ids.push(row.id);
    }
  }
  return index;
};

/** All records that the actor sees: by the key that lists them all, else as lists do. */
async function* allRows(records: Repository<AnyEntity>, of: AnyEntity): AsyncIterable<AnyRow> {
  const all = Object.entries<KeySpec>(of.keys).find(([, spec]) => 'gsi' in spec && spec.gsi === 3)?.[0];
  let after: string | undefined;
  do {
    const from = { first: perPage, ...(after !== undefined && { after }) };
    const page = all === undefined ? await records.list(from) : await records.page(all, from);
    for (const row of page.rows as readonly AnyRow[]) if (row.archivedAt === undefined) yield row;
    after = page.hasNextPage ? page.endCursor : undefined;
  } while (after !== undefined);
}

const textsOf = ({ registry, actor }: Context, { of, keys = [] }: Plan, row: AnyRow): readonly string[] =>
  keys.flatMap((paths) => {
    const shapeOf = (path: string) => targetOf(registry, of, path)?.field.shape;
    const text = keyText(paths, (path) => valueAt(of, row, path), shapeOf, actor.country);
    return text === undefined ? [] : [text];
  });

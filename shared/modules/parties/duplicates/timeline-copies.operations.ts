import type { Context, Item, Position, Write } from '#kernel';
import type { Moving } from './move-references.jobs.ts';

const prefix = 'time#';

type Put = Extract<Write, { kind: 'put' }>;
type Delete = Extract<Write, { kind: 'delete' }>;

/** The survivor's timeline tells also what happened to the loser; the copies are marked, so that they can be taken out again. */
export const copyTimeline = ({ ports, actor }: Context, { from, to }: Moving): Promise<void> =>
  eachPage({ ports, actor }, from, (items) =>
    ports.table.batchWrite(
      items.map((item): Put => ({ kind: 'put', item: { ...item, pk: `${actor.tenant}#${to}`, mergedFrom: from } })),
    ),
  );

/** Takes the copies out again. */
export const removeCopies = ({ ports, actor }: Context, { from, to }: Moving): Promise<void> =>
  eachPage({ ports, actor }, to, (items) =>
    ports.table.batchWrite(
      items
        .filter((item) => item['mergedFrom'] === from)
        .map(({ pk, sk }): Delete => ({ kind: 'delete', key: { pk, sk } })),
    ),
  );

const eachPage = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  record: string,
  work: (items: readonly Item[]) => Promise<void>,
): Promise<void> => {
  let after: Position | undefined;
  do {
    const page = await ports.table.query({
      pk: `${actor.tenant}#${record}`,
      sort: { beginsWith: prefix },
      limit: 200,
      ...(after && { after }),
    });
    if (page.items.length > 0) await work(page.items);
    after = page.next;
  } while (after);
};

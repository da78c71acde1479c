import { readOn, type Context } from '#kernel';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { isWaiting } from './blocks.operations.ts';

/** Items that a report or a run looks at, at most, of each kind. */
const mostItems = 5000;

/** Items that wait, and whether that is all of them. */
export type WaitingItems = { readonly rows: readonly BillableItemRow[]; readonly isComplete: boolean };

type Asked = { readonly account?: string; readonly to?: string };

/** What waits to be invoiced, and to be invoiced again, as far as the caller may see it; the oldest first, of each. */
export const waitingItems = (context: Context, { account, ...bounds }: Asked): Promise<WaitingItems> =>
  account === undefined ? ofEverybody(context, bounds) : ofAccount(context, account, bounds);

const ofAccount = async ({ data }: Context, of: string, bounds: Asked): Promise<WaitingItems> => {
  const page = await readOn(
    (asked) => data(BillableItem).page('byAccount', { of, open: true, ...bounds, ...asked }),
    mostItems,
  );
  return { ...page, rows: page.rows.filter(isWaiting) };
};

const ofEverybody = async ({ data }: Context, bounds: Asked): Promise<WaitingItems> => {
  const pages = await Promise.all(
    (['PENDING', 'PENDING_REINVOICE'] as const).map((of) =>
      readOn((asked) => data(BillableItem).page('byStatus', { of, ...bounds, ...asked }), mostItems),
    ),
  );
  return { rows: pages.flatMap(({ rows }) => rows), isComplete: pages.every(({ isComplete }) => isComplete) };
};

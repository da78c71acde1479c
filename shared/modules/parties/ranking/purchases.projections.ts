import { projection, type AnyEntity, type AnyRow, type Money, type Registry } from '#kernel';
import { RankedAccount, type RankedAccountRow } from './ranked-account.entity.ts';

/** Something that an account bought (or gave back, then less than nothing) on a day. */
export type Purchase = { readonly account: string; readonly on: string; readonly amount: Money };

/**
 * Where purchases are known from, under the extension point `ranking.purchases`. When a record comes to be or ceases to be one,
 * its module calls `planRanking`.
 */
export type PurchaseSource = {
  /** opportunities, invoices. */
  readonly name: string;
  /** How sure it is that these were purchases: of several sources the surest counts. */
  readonly certainty: number;
  readonly of: AnyEntity;
  /** What a record says of purchases: a pure function of it. */
  purchases(row: AnyRow): readonly Purchase[];
};
/** The extension point for them. */
export const purchaseSources = 'ranking.purchases';

/** All sources, the surest first. */
export const sourcesOf = (registry: Registry): readonly PurchaseSource[] =>
  (registry.contributions(purchaseSources) as readonly PurchaseSource[]).toSorted(
    (left, right) => right.certainty - left.certainty,
  );

/** Where the purchases of a month lie. */
export const monthPartition = (month: string): string => `purchases#${month}`;

/** Purchases by month, so that a ranking reads its period and nothing else. */
export const purchasesByMonth = projection('purchasesByMonth', {
  describes: 'What accounts bought, by month: what customers are ranked by.',
  of: ['*'],
  items: (row, of, registry) =>
    row.archivedAt !== undefined
      ? []
      : sourcesOf(registry)
          .filter((source) => source.of.name === of.name)
          .flatMap((source) =>
            source.purchases(row).map(({ account, on, amount }, index) => ({
              partition: monthPartition(on.slice(0, 7)),
              sort: `${on}#${source.name}#${row.id}#${String(index)}`,
              attributes: { account, on, source: source.name, ...amount },
            })),
          ),
});

/** Where the customers of a tenant stand in their order. */
export const rankPartition = 'ranking';
const mostMinor = 10 ** 15;

/** Customers by class, those who bring in most first. */
export const rankOrder = projection('rankOrder', {
  describes: 'Customers by class and revenue.',
  of: [RankedAccount.name],
  items: (row) => {
    const { rank, ranking, archivedAt, id } = row as RankedAccountRow;
    if (rank === undefined || archivedAt !== undefined) return [];
    const place = String(mostMinor - Math.max(0, ranking?.revenue.minor ?? 0)).padStart(16, '0');
    return [{ partition: rankPartition, sort: `${rank}#${place}#${id}` }];
  },
});

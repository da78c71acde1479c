import type { Context, Position } from '#kernel';
import { monthPartition, sourcesOf } from './purchases.projections.ts';
import type { Bought } from './ranking.rules.ts';

/** Days, both inclusive. */
export type Period = { readonly from: string; readonly to: string };

type Sum = { revenue: number; lastOn: string; readonly days: Set<string> };

/**
 * What each account bought in a period, by one source: the one that is named, else the surest that knows of any purchase. Amounts
 * in other currencies than the tenant's do not count.
 */
export const readPurchases = async (
  context: Context,
  { from, to }: Period,
  wanted?: string,
): Promise<{ readonly source: string; readonly bought: ReadonlyMap<string, Bought> }> => {
  const sums = new Map<string, Map<string, Sum>>();
  for (const month of monthsOf(from, to)) await addMonth(context, month, { from, to }, sums);
  const names = sourcesOf(context.registry).map(({ name }) => name);
  const source = wanted ?? names.find((name) => sums.has(name)) ?? names[0] ?? '';
  const bought = [...(sums.get(source) ?? [])].map(
    ([account, { revenue, days, lastOn }]) => [account, { revenue, lastOn, days: days.size }] as const,
  );
  return { source, bought: new Map(bought) };
};

const monthsOf = (from: string, to: string): readonly string[] => {
  const months: string[] = [];
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); month = nextMonth(month)) months.push(month);
  return months;
};

const nextMonth = (month: string): string =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)).toISOString().slice(0, 7);

const addMonth = async (
  { ports, actor }: Context,
  month: string,
  { from, to }: Period,
  sums: Map<string, Map<string, Sum>>,
): Promise<void> => {
  let after: Position | undefined;
  do {
    const page = await ports.table.query({
      pk: `${actor.tenant}#${monthPartition(month)}`,
      sort: { from, to: `${to}~` },
      ...(after && { after }),
    });
    for (const item of page.items)
      if (item['currency'] === actor.currency) add(sums, item as unknown as Parameters<typeof add>[1]);
    after = page.next;
  } while (after);
};

const add = (
  sums: Map<string, Map<string, Sum>>,
  item: { readonly account: string; readonly source: string; readonly on: string; readonly minor: number },
): void => {
  const accounts = sums.get(item.source) ?? new Map<string, Sum>();
  const sum = accounts.get(item.account) ?? { revenue: 0, lastOn: item.on, days: new Set<string>() };
  sum.revenue += item.minor;
  // What is given back takes from the revenue; it is no purchase.
  if (item.minor > 0) sum.days.add(item.on);
  if (item.minor > 0 && item.on > sum.lastOn) sum.lastOn = item.on;
  accounts.set(item.account, sum);
  sums.set(item.source, accounts);
};

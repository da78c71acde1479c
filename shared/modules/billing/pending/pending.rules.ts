// Reports of what waits to be invoiced. Pure.
import { moneyOf, type Money } from '#kernel';

/** Ages in days, by the first day of each. */
export const ages = [
  { label: '0-7', from: 0 },
  { label: '8-30', from: 8 },
  { label: '31-60', from: 31 },
  { label: '61-90', from: 61 },
  { label: '91+', from: 91 },
] as const;

/** Something that waits. */
export type Waiting = {
  readonly account: string;
  readonly readyOn: string;
  readonly base: Money;
  readonly blockedBy: readonly { readonly code: string }[];
};

/** A row of a report. */
export type PendingRow = { readonly key: string; readonly count: number; readonly base: Money };

/** How old something is on a day. */
export const ageOf = (readyOn: string, today: string): string => {
  const days = Math.max(0, Math.round((Date.parse(today) - Date.parse(readyOn)) / 86_400_000));
  return ages.findLast(({ from }) => days >= from)?.label ?? ages[0].label;
};

/** Items added up by words, a row for each word and currency; the greatest amounts first. */
export const addedUp = <Item extends Pick<Waiting, 'base'>>(
  items: readonly Item[],
  keysOf: (item: Item) => readonly string[],
): readonly PendingRow[] => {
  const rows = new Map<string, PendingRow>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const { currency, minor } = item.base;
      const row = rows.get(`${key} ${currency}`);
      const base = moneyOf((row?.base.minor ?? 0) + minor, currency);
      rows.set(`${key} ${currency}`, { key, count: (row?.count ?? 0) + 1, base });
    }
  }
  return [...rows.values()].sort((a, b) => b.base.minor - a.base.minor || (a.key < b.key ? -1 : 1));
};

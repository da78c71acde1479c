// Which items go on one invoice. Pure.
import { createHash } from 'node:crypto';
import type { Address } from '#kernel';
import type { TradingAccountRow } from '#modules/sales/terms';

/** What customers may want apart. */
export type InvoicingGrouping = NonNullable<TradingAccountRow['groupInvoicesBy']>[number];

/** What one write takes, of the hundred rows that it may: the rest are the draft, its lines, and its number. */
const mostWeight = 80;
/** A delivery or an order that counts what is invoiced is written with its lines. */
const documentWeight = 3;

/** An item, as far as its group goes. */
export type Groupable = {
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  readonly readyOn: string;
  readonly paymentDays?: number;
  readonly emissionPoint?: string;
  readonly order?: string;
  readonly delivery?: string;
  readonly reference?: string;
  readonly project?: string;
  readonly shipTo?: Address;
};

/** What customers say of the invoices that they want. */
export type GroupTerms = {
  readonly paymentDays?: number;
  readonly taxTreatment?: string;
  readonly groupInvoicesBy?: readonly InvoicingGrouping[];
};

/** Items that go on one invoice. */
export type Group<Item> = { readonly key: string; readonly account: string; readonly items: readonly Item[] };

/** The Monday of the week of a day. */
export const mondayOf = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  return new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10);
};

const partOf: Readonly<Record<InvoicingGrouping, (item: Groupable) => string>> = {
  ORDER: ({ order = '' }) => order,
  DELIVERY: ({ delivery = '' }) => delivery,
  REFERENCE: ({ reference = '' }) => reference,
  SHIP_TO: ({ shipTo }) => JSON.stringify([shipTo?.label, shipTo?.street, shipTo?.city, shipTo?.province]),
  PROJECT: ({ project = '' }) => project,
  WEEK: ({ readyOn }) => mondayOf(readyOn),
  MONTH: ({ readyOn }) => readyOn.slice(0, 7),
};

const keyOf = (item: Groupable, terms: GroupTerms, by: readonly InvoicingGrouping[]): string => {
  const always = [
    item.account,
    item.currency,
    item.paymentDays ?? terms.paymentDays ?? '',
    terms.taxTreatment ?? 'NORMAL',
    item.emissionPoint ?? '',
  ];
  const wanted = [...by].sort().map((name) => `${name}=${partOf[name](item)}`);
  return createHash('sha256')
    .update(JSON.stringify([...always, ...wanted]))
    .digest('hex')
    .slice(0, 32);
};

/**
 * The invoices that items come to: one for each customer, currency, terms, tax regime and emission point, and for what the
 * customer (or `by`, for all of them) wants apart. Groups that are too large are several invoices.
 */
export const groupItems = <Item extends Groupable>(
  items: readonly Item[],
  termsOf: (account: string) => GroupTerms,
  by?: readonly InvoicingGrouping[],
): readonly Group<Item>[] => {
  const groups = new Map<string, Item[]>();
  for (const item of [...items].sort(inOrder)) {
    const terms = termsOf(item.account);
    const key = keyOf(item, terms, by ?? terms.groupInvoicesBy ?? []);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups].flatMap(([key, members]) => invoicesOf(key, members));
};

/** A group in invoices that one write each can make; each has some items more until its weight is full. */
const invoicesOf = <Item extends Groupable>(key: string, members: readonly Item[]): readonly Group<Item>[] => {
  const invoices: Item[][] = [];
  for (const item of members) {
    const last = invoices.at(-1);
    if (last && weightOf([...last, item]) <= mostWeight) last.push(item);
    else invoices.push([item]);
  }
  return invoices.map((items, index) => ({
    key: index === 0 ? key : `${key}-${String(index + 1)}`,
    account: items[0]?.account ?? '',
    items,
  }));
};

/** How many rows it takes to reserve items and to count them where they come from. */
const weightOf = (items: readonly Groupable[]): number => {
  const documents = new Set(items.flatMap(({ order, delivery }) => [order, delivery]));
  documents.delete(undefined);
  return items.length + documentWeight * documents.size;
};

/** Whether items fit into one invoice. */
export const fitTogether = (items: readonly Groupable[]): boolean => weightOf(items) <= mostWeight;

const inOrder = (a: Groupable, b: Groupable): number =>
  textOrder(a.readyOn, b.readyOn) || textOrder(a.order ?? '', b.order ?? '') || textOrder(a.id, b.id);

const textOrder = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

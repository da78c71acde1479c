// Which invoices a rebate is credited on: few credit notes, none for more than its invoice has left. Pure.
import { allocate, moneyOf, type Money } from '#kernel';

/** What a document added to what a customer bought by a sale; negative where it came back. */
export type Bought = { readonly sale: string; readonly account: string; readonly base: Money };

/** An invoice, as far as crediting it goes: what is left of it without taxes. */
export type Creditable = { readonly id: string; readonly account: string; readonly left: Money };

/** So much off an invoice. */
export type CreditTarget = { readonly invoice: string; readonly amount: Money };

/**
 * What is credited on which invoice: of each customer its part of the amount, by what it bought, on as few invoices as hold it.
 * Nothing where they do not.
 */
export const creditTargets = (
  amount: Money,
  bought: ReadonlyMap<string, Money>,
  invoices: readonly Creditable[],
): readonly CreditTarget[] | undefined => {
  const buyers = [...bought].filter(([, base]) => base.minor > 0);
  if (buyers.length === 0) return undefined;
  const shares = allocate(
    amount,
    buyers.map(([, base]) => base.minor),
  );
  const targets = buyers.map(([account], index) =>
    targetsOf(
      shares[index]?.minor ?? 0,
      invoices.filter((invoice) => invoice.account === account),
    ),
  );
  return targets.some((found) => found === undefined) ? undefined : targets.flatMap((found) => found ?? []);
};

/** The smallest invoice that holds all of it, else the largest ones. */
const targetsOf = (minor: number, invoices: readonly Creditable[]): readonly CreditTarget[] | undefined => {
  if (minor === 0) return [];
  const byLeft = invoices.filter(({ left }) => left.minor > 0).toSorted((a, b) => b.left.minor - a.left.minor);
  const whole = byLeft.findLast(({ left }) => left.minor >= minor);
  if (whole) return [{ invoice: whole.id, amount: moneyOf(minor, whole.left.currency) }];
  const [largest, ...others] = byLeft;
  if (!largest) return undefined;
  const rest = targetsOf(minor - largest.left.minor, others);
  return rest && [{ invoice: largest.id, amount: largest.left }, ...rest];
};

/** The sales by which customers bought most, as many of each customer as there is room for among so many. */
export const largestSales = (entries: readonly Bought[], most: number): readonly string[] => {
  const byAccount = [...Map.groupBy(entries, ({ account }) => account).values()];
  const each = Math.max(1, Math.floor(most / byAccount.length));
  return byAccount.flatMap((of) => salesIn(of).slice(0, each)).slice(0, most);
};

const salesIn = (entries: readonly Bought[]): readonly string[] => {
  const bases = new Map<string, number>();
  for (const { sale, base } of entries) bases.set(sale, (bases.get(sale) ?? 0) + base.minor);
  return [...bases].toSorted(([, a], [, b]) => b - a).map(([sale]) => sale);
};

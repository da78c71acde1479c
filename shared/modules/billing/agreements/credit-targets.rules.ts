// Which invoices a rebate is credited on: few credit notes, none for more than its invoice has left. Pure.
import { allocate, moneyOf, type Money } from '#kernel';

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

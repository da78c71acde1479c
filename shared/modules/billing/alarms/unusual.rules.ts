// Whether an invoice is unlike the others of its customer. Pure.
import { moneyOf, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';

/** Invoices that a customer must have before one of them can be unusual. */
const fewest = 3;

/** The amount in the middle of a customer's invoices; nothing where there are too few. */
export const usualAmount = (amounts: readonly Money[]): Money | undefined => {
  const [first] = amounts;
  if (!first || amounts.length < fewest) return undefined;
  const minors = amounts.map(({ minor }) => minor).sort((a, b) => a - b);
  const [low = 0, high = 0] = [minors[Math.floor((minors.length - 1) / 2)], minors[Math.ceil((minors.length - 1) / 2)]];
  return moneyOf(Math.round((low + high) / 2), first.currency);
};

/** Whether an amount is more than so many times the usual one, or less than that part of it. */
export const isUnusual = (amount: Money, usual: Money, factor: string): boolean =>
  new Exact(amount.minor).gt(new Exact(usual.minor).times(factor)) ||
  new Exact(amount.minor).times(factor).lt(usual.minor);

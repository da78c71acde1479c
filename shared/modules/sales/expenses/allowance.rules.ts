// What of an expense is paid back: rates of days and kilometres, and caps, as the company's policies say.
import { compare, moneyOf, roundedMoney, subtract, zero, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';

/** What was spent on. */
export const expenseCategories = [
  'MEALS',
  'LODGING',
  'TRANSPORT',
  'FUEL',
  'TOLLS_AND_PARKING',
  'SUPPLIES',
  'REPRESENTATION',
  'OTHER',
] as const;
/** How an expense is proved: by a receipt, or by the days or the distance that it is counted by. */
export const expenseKinds = ['RECEIPT', 'PER_DIEM', 'MILEAGE'] as const;
/** What happens above a cap. */
export const overCap = ['CUT', 'APPROVE'] as const;
/** Which cap an expense is above. */
export const caps = ['RATE', 'PER_EXPENSE', 'PER_DAY'] as const;

type Category = (typeof expenseCategories)[number];
type Kind = (typeof expenseKinds)[number];
/** Which cap an expense is above. */
export type Cap = (typeof caps)[number];

/** What is paid at most, and what for days and kilometres. */
export type Allowance = {
  readonly kind: Kind;
  readonly category?: Category;
  readonly rate?: string;
  readonly perExpense?: Money;
  readonly perDay?: Money;
  readonly over: (typeof overCap)[number];
};

/** What somebody claims. */
export type Claim = {
  readonly kind: Kind;
  readonly category: Category;
  readonly days?: string;
  readonly distance?: string;
  readonly amount?: Money;
  readonly exchangeRate?: string;
};

/** What comes of a claim, in the currency of the company. `excess` is what stands above a cap: cut, or to be agreed to. */
export type Assessed = {
  readonly value: Money;
  readonly payable: Money;
  readonly excess: Money;
  readonly cap?: Cap;
  readonly needsApproval: boolean;
};

/** The policy for a claim: the one for its category before the one for all. */
export const allowanceFor = <A extends Allowance>(policies: readonly A[], { kind, category }: Claim): A | undefined => {
  const fitting = policies.filter((policy) => policy.kind === kind);
  return (
    fitting.find((policy) => policy.category === category) ?? fitting.find((policy) => policy.category === undefined)
  );
};

/** What days or kilometres come to at the rate of their policy; nothing for a receipt, or without a rate. */
export const byRate = (claim: Claim, policy: Allowance | undefined, currency: string): Money | undefined => {
  const units = { PER_DIEM: claim.days, MILEAGE: claim.distance, RECEIPT: undefined }[claim.kind];
  if (units === undefined || policy?.rate === undefined) return undefined;
  return roundedMoney(new Exact(policy.rate).times(units), currency);
};

/** An amount in the currency of the company. */
export const converted = (amount: Money, exchangeRate: string, currency: string): Money => {
  const units = new Exact(amount.minor).div(roundedMoney(1, amount.currency).minor);
  return roundedMoney(units.times(exchangeRate), currency);
};

/** What of a value is paid, when so much was paid by the same policy on that day. */
export const assess = (
  value: Money,
  { rate, policy, before }: { readonly rate?: Money; readonly policy?: Allowance; readonly before: Money },
): Assessed => {
  const limits = limitsOf(policy, rate, before).toSorted((a, b) => compare(a.limit, b.limit));
  const [lowest] = limits;
  if (!lowest || compare(value, lowest.limit) <= 0)
    return { value, payable: value, excess: zero(value.currency), needsApproval: false };
  const needsApproval = policy?.over === 'APPROVE';
  return {
    value,
    payable: needsApproval ? value : lowest.limit,
    excess: subtract(value, lowest.limit),
    cap: lowest.cap,
    needsApproval,
  };
};

type Limit = { readonly cap: Cap; readonly limit: Money };

const limitsOf = (policy: Allowance | undefined, rate: Money | undefined, before: Money): readonly Limit[] => [
  ...(rate ? [{ cap: 'RATE', limit: rate } as const] : []),
  ...(policy?.perExpense ? [{ cap: 'PER_EXPENSE', limit: policy.perExpense } as const] : []),
  ...(policy?.perDay ? [{ cap: 'PER_DAY', limit: leftOf(policy.perDay, before) } as const] : []),
];

const leftOf = (perDay: Money, before: Money): Money =>
  moneyOf(Math.max(0, subtract(perDay, before).minor), perDay.currency);

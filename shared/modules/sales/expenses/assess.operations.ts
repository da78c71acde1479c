// What of expenses is paid, as policies and the other expenses of their days have it; and which of them seem to be there already.
import { createHash } from 'node:crypto';
import { add, DomainError, given, zero, type Context, type Money } from '#kernel';
import { readFile } from '#modules/platform/files';
import { allowanceFor, assess, byRate, converted, type Assessed, type Cap, type Claim } from './allowance.rules.ts';
import { ExpensePolicy, type ExpensePolicyRow } from './expense-policy.entity.ts';
import { Expense, type ExpenseRow } from './expense.entity.ts';
import { fingerprintsOf } from './expense.rules.ts';

/** An expense that is to be assessed; one that is being made has no id yet. */
export type Claimed = Claim & { readonly id?: string; readonly spentOn: string };

/** What assessing an expense sets; null clears. */
type Found = Pick<Assessed, 'value' | 'payable' | 'excess' | 'needsApproval'> & {
  readonly cap: Cap | null;
  readonly policy: string | null;
};

/** Expenses of a person on a day that are looked at. */
const mostOnADay = 100;

/** The policies in force. */
export const policiesOf = async ({ trusted }: Context): Promise<readonly ExpensePolicyRow[]> =>
  (await trusted(ExpensePolicy).page('all', { first: 100 })).rows.filter(({ active }) => active);

/** Assesses expenses of a person, in the order in which they are given to what it answers. Of the days' other expenses those that `counts` take of the caps before them. */
export const assessed = async (
  context: Context,
  owner: string | undefined,
  claims: readonly Claimed[],
  counts: (other: ExpenseRow) => boolean,
): Promise<(claim: Claimed) => Found> => {
  const policies = await policiesOf(context);
  const claimed = new Set(claims.flatMap(({ id }) => id ?? []));
  const others = await expensesOf(context, owner, new Set(claims.map(({ spentOn }) => spentOn)));
  const used = new Map<string, Money>();
  const use = (place: string, payable: Money): void => {
    used.set(place, add(used.get(place) ?? zero(payable.currency), payable));
  };
  for (const other of others)
    if (!claimed.has(other.id) && counts(other)) use(`${other.spentOn}/${other.policy ?? ''}`, other.payable);
  return (claim) => {
    const policy = allowanceFor(policies, claim);
    const place = `${claim.spentOn}/${policy?.id ?? ''}`;
    const found = assessOne(context, claim, policy, used.get(place));
    use(place, found.payable);
    return found;
  };
};

const assessOne = (
  { actor: { currency } }: Context,
  claim: Claimed,
  policy: ExpensePolicyRow | undefined,
  before = zero(currency),
): Found => {
  const rate = byRate(claim, policy, currency);
  const value = valueOf(claim, rate, currency);
  const { cap, ...rest } = assess(value, given({ rate, policy, before }));
  return { ...rest, cap: cap ?? null, policy: policy?.id ?? null };
};

/** What a claim comes to. @throws BAD_INPUT, NO_RATE, RATE_MISSING */
const valueOf = ({ kind, amount, exchangeRate }: Claimed, rate: Money | undefined, currency: string): Money => {
  if (kind !== 'RECEIPT' && !rate) throw new DomainError('NO_RATE', `No policy says what ${kind} comes to.`, ['kind']);
  if (amount) return ownMoney(amount, exchangeRate, currency);
  if (rate) return rate;
  throw new DomainError('BAD_INPUT', 'Say what the receipt comes to.', ['amount']);
};

const ownMoney = (amount: Money, exchangeRate: string | undefined, currency: string): Money => {
  if (amount.currency === currency) return amount;
  if (exchangeRate !== undefined) return converted(amount, exchangeRate, currency);
  throw new DomainError('RATE_MISSING', `Say what one ${amount.currency} is in ${currency}.`, ['exchangeRate']);
};

const expensesOf = async (
  { trusted }: Context,
  owner: string | undefined,
  days: ReadonlySet<string>,
): Promise<readonly ExpenseRow[]> => {
  if (owner === undefined) return [];
  const pages = await Promise.all(
    [...days].map((day) => trusted(Expense).page('byOwner', { of: owner, from: day, to: day, first: mostOnADay })),
  );
  return pages.flatMap(({ rows }) => rows);
};

/** By what the receipt of an expense is known again. @throws NOT_FOUND, FILE_NOT_UPLOADED */
export const fingerprintsFor = async (
  context: Context,
  { receipt, merchantTaxId, receiptNumber }: Pick<ExpenseRow, 'receipt' | 'merchantTaxId' | 'receiptNumber'>,
): Promise<readonly string[]> => {
  const bytes = receipt === undefined ? undefined : await readFile(context, receipt);
  const sha256 = bytes && createHash('sha256').update(bytes).digest('hex');
  return fingerprintsOf(given({ sha256, merchantTaxId, receiptNumber }));
};

/** The oldest other expense, of anybody, that seems to be of the same receipt. */
export const duplicateOf = async (
  { trusted }: Context,
  { id, fingerprints }: { readonly id?: string; readonly fingerprints: readonly string[] },
): Promise<string | null> => {
  const pages = await Promise.all(fingerprints.map((of) => trusted(Expense).page('byFingerprint', { of, first: 5 })));
  const others = pages.flatMap(({ rows }) => rows).filter((other) => other.id !== id);
  return others.map((other) => other.id).toSorted()[0] ?? null;
};

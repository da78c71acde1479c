import { moneyOf, type Money, type Problem } from '#kernel';
import { dayAfter } from '#modules/platform/settings';

/** Days after the promised one on which a payment is still in time. */
export const graceDays = 1;

/** Something that came in for a promise: on which day, how much. */
export type Receipt = { readonly on: string; readonly amount: number };

/** What came in on time for a promise, since it was made. */
export const receivedFor = (
  { madeOn, promisedOn }: { readonly madeOn: string; readonly promisedOn: string },
  receipts: readonly Receipt[],
): number =>
  receipts
    .filter(({ on }) => on >= madeOn && on <= dayAfter(promisedOn, graceDays))
    .reduce((sum, { amount }) => sum + amount, 0);

/** What became of a promise when its day and the grace are over, or all is there before. */
export const promiseOutcome = (
  promised: number,
  received: number,
  isOver: boolean,
): 'KEPT' | 'PARTIAL' | 'BROKEN' | undefined => {
  if (received >= promised) return 'KEPT';
  if (!isOver) return undefined;
  return received > 0 ? 'PARTIAL' : 'BROKEN';
};

/** What becomes of a plan of instalments by what came in since it was made: how many are paid, whether one is late. */
export const planStanding = (
  instalments: readonly { readonly dueOn: string; readonly amount: number }[],
  received: number,
  today: string,
): { readonly paid: number; readonly isLate: boolean; readonly nextOn?: string } => {
  let needed = 0;
  let paid = 0;
  for (const { amount } of instalments) {
    needed += amount;
    if (received < needed) break;
    paid += 1;
  }
  const next = instalments[paid];
  if (!next) return { paid, isLate: false };
  return { paid, isLate: today > dayAfter(next.dueOn, graceDays), nextOn: next.dueOn };
};

/** The invoices that nothing else may promise, while it is open. */
export const heldInvoices = (status: string, invoices: readonly string[]): readonly string[] =>
  status === 'OPEN' ? [...new Set(invoices)] : [];

type Promised = {
  readonly amount: Money;
  readonly invoices: readonly string[];
  readonly madeOn: string;
  readonly promisedOn: string;
};

const problem = (message: string, ...path: readonly (string | number)[]): Problem => ({
  code: 'BAD_INPUT',
  message,
  path: [...path],
});

/** What cannot be right about a promise. */
export const promiseProblems = ({ amount, invoices, madeOn, promisedOn }: Promised): readonly Problem[] => [
  ...(amount.minor <= 0 ? [problem('More than nothing is promised.', 'amount')] : []),
  ...(invoices.length === 0 ? [problem('Say for which invoices.', 'invoices')] : []),
  ...(promisedOn < madeOn ? [problem('That day has passed.', 'promisedOn')] : []),
];

type Planned = {
  readonly invoices: readonly string[];
  readonly instalments: readonly { readonly dueOn: string; readonly amount: Money }[];
  readonly madeOn: string;
};

/** What all instalments come to. */
export const planTotal = (instalments: Planned['instalments']): Money => {
  const currency = instalments[0]?.amount.currency ?? '';
  return moneyOf(
    instalments.reduce((sum, { amount }) => sum + amount.minor, 0),
    currency,
  );
};

/** What cannot be right about a plan. */
export const planProblems = ({ invoices, instalments, madeOn }: Planned): readonly Problem[] => [
  ...(invoices.length === 0 ? [problem('Say for which invoices.', 'invoices')] : []),
  ...(instalments.length < 2 ? [problem('A plan has two instalments at least.', 'instalments')] : []),
  ...instalments.flatMap(({ dueOn, amount }, index) => [
    ...(amount.minor <= 0 ? [problem('An instalment is more than nothing.', 'instalments', index, 'amount')] : []),
    ...(amount.currency === instalments[0]?.amount.currency
      ? []
      : [{ ...problem('Instalments are of one currency.', 'instalments', index), code: 'CURRENCY_MISMATCH' }]),
    ...(dueOn < (instalments[index - 1]?.dueOn ?? madeOn)
      ? [problem('Instalments follow each other, none in the past.', 'instalments', index, 'dueOn')]
      : []),
  ]),
];

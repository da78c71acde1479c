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

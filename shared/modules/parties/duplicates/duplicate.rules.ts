import type { Match, Reason } from './score.rules.ts';

/** A share as it is told: thousandths are enough for people. */
export const thousandths = (share: number): string => String(Number(share.toFixed(3)));

/** A reason as it is told. */
export const reasonOf = ({ field, similarity, weight }: Reason) => ({
  field,
  similarity: thousandths(similarity),
  weight,
});

/** A match as a candidate keeps it. */
export const keptMatch = ({ score, verdict, reasons }: Match) => ({
  score: thousandths(score),
  verdict: verdict === 'CERTAIN' ? ('CERTAIN' as const) : ('REVIEW' as const),
  reasons: reasons.map(reasonOf),
});

/** Two records in the order in which every pair of them is named: the older one first. */
export const inOrder = (left: string, right: string): readonly [string, string] =>
  left < right ? [left, right] : [right, left];

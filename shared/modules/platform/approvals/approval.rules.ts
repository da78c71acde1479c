import type { Money } from '#kernel';
import type { ApprovalDecision, ApprovalStep } from './approval.entity.ts';

type Policy = { readonly id: string; readonly active: boolean; readonly archivedAt?: string; readonly from?: Money };

/** The policy that counts for an amount: the one with the highest limit that is reached. Limits in another currency count as reached. */
export const policyFor = <P extends Policy>(policies: readonly P[], amount: Money | undefined): P | undefined =>
  policies
    .filter(({ active, archivedAt, from }) => active && archivedAt === undefined && isReached(from, amount))
    .sort((a, b) => (b.from?.minor ?? -1) - (a.from?.minor ?? -1))[0];

const isReached = (from: Money | undefined, amount: Money | undefined): boolean => {
  if (from === undefined) return true;
  if (amount === undefined) return false;
  return from.currency !== amount.currency || amount.minor >= from.minor;
};

/** Where an approval stands. */
export type Standing = { readonly steps: readonly ApprovalStep[]; readonly round: number };

/** Who has still to decide in the round that is being asked. */
export const waitingIn = ({ steps, round }: Standing): readonly string[] => {
  const step = steps[round];
  if (!step) return [];
  const decided = new Set(step.decisions.map(({ by, insteadOf }) => insteadOf ?? by));
  return step.approvers.filter((approver) => !decided.has(approver));
};

/** What a decision leads to: the next round, the end, or nothing yet. One refusal ends it. */
export const afterDecision = (
  { steps, round }: Standing,
  decision: ApprovalDecision,
): Standing & { readonly outcome?: 'APPROVED' | 'REJECTED' } => {
  const next = steps.map((step, index) =>
    index === round ? { ...step, decisions: [...step.decisions, decision] } : step,
  );
  if (decision.decision === 'REJECTED') return { steps: next, round, outcome: 'REJECTED' };
  const step = next[round];
  const agreed = step?.decisions.filter((made) => made.decision === 'APPROVED').length ?? 0;
  if (step && agreed < step.needed) return { steps: next, round };
  return round + 1 < next.length ? { steps: next, round: round + 1 } : { steps: next, round, outcome: 'APPROVED' };
};

/** The rounds with one approver in the place of another. */
export const replaced = ({ steps, round }: Standing, from: string, to: string): readonly ApprovalStep[] =>
  steps.map((step, index) =>
    index === round
      ? { ...step, approvers: [...new Set(step.approvers.map((approver) => (approver === from ? to : approver)))] }
      : step,
  );

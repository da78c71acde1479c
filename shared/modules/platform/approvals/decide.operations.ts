import { DomainError, mutation, optional, ref, text, type Context } from '#kernel';
import { Approval, type ApprovalRow } from './approval.entity.ts';
import { afterDecision, waitingIn } from './approval.rules.ts';
import { askedNow, placeOf } from './approvers.operations.ts';

/** What somebody decides, and how. */
export type Deciding = {
  readonly user: string;
  readonly decision: 'APPROVED' | 'REJECTED';
  readonly comment?: string;
  readonly via: 'PRODUCT' | 'LINK';
};

/** Writes a decision; of several at the same moment, each counts once. @throws ALREADY_DECIDED, NOT_AN_APPROVER */
export const decide = async (context: Context, approval: ApprovalRow, deciding: Deciding): Promise<ApprovalRow> => {
  const { user, decision, comment, via } = deciding;
  if (approval.status !== 'PENDING' || hasDecided(approval, user))
    throw new DomainError('ALREADY_DECIDED', `This is ${approval.status.toLowerCase()}, or you have decided already.`, [
      'id',
    ]);
  const place = await placeOf(context, waitingIn(approval), user);
  if (place === undefined) throw new DomainError('NOT_AN_APPROVER', 'You are not asked to decide this now.', ['id']);
  const at = context.clock.instant();
  const made = {
    by: user,
    decision,
    at,
    via,
    ...(place !== user && { insteadOf: place }),
    ...(comment !== undefined && { comment }),
  };
  const { outcome, ...standing } = afterDecision(approval, made);
  const approvals = context.trusted(Approval);
  if (outcome === undefined) {
    const event = standing.round > approval.round ? 'approval.advanced' : 'approval.supported';
    return approvals.update(approval, { ...standing, waitingFor: await askedNow(context, standing) }, { event });
  }
  const ended = { ...standing, waitingFor: [], decidedAt: at, asked: null, comment: comment ?? null };
  return approvals.move(approval, outcome, ended);
};

const hasDecided = ({ steps, round }: ApprovalRow, user: string): boolean =>
  steps[round]?.decisions.some(({ by }) => by === user) ?? false;

/** @throws NOT_AN_APPROVER for keys and the product itself: people decide */
const personIn = ({ actor }: Context): string => {
  if (actor.userId !== undefined) return actor.userId;
  throw new DomainError('NOT_AN_APPROVER', 'Only people decide.');
};

const which = { id: ref('Approval', { describes: 'Which one.' }) };
const fails = ['ALREADY_DECIDED', 'NOT_AN_APPROVER'];

export const approve = mutation('approve', {
  describes: 'Agrees, in the own name or for somebody absent. With the last agreement that is needed, it is approved.',
  needs: 'approval.decide',
  input: { ...which, comment: optional(text({ max: 1000, describes: 'What to say with it.' })) },
  returns: Approval,
  fails,
  run: async ({ id, comment }, context) =>
    decide(context, await context.trusted(Approval).get(id), {
      user: personIn(context),
      decision: 'APPROVED',
      via: 'PRODUCT',
      ...(comment !== undefined && { comment }),
    }),
});

export const reject = mutation('reject', {
  describes: 'Refuses, and says why. One refusal ends it.',
  needs: 'approval.decide',
  input: { ...which, comment: text({ min: 1, max: 1000, describes: 'Why.' }) },
  returns: Approval,
  fails,
  run: async ({ id, comment }, context) =>
    decide(context, await context.trusted(Approval).get(id), {
      user: personIn(context),
      decision: 'REJECTED',
      comment,
      via: 'PRODUCT',
    }),
});

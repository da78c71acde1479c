import { module } from '#kernel';
import { posts } from '#modules/platform/users';
import { approvalPage } from './approval-page.operations.ts';
import { ApprovalPolicy } from './approval-policy.entity.ts';
import { Approval } from './approval.entity.ts';
import { approvalReading } from './approval.projections.ts';
import { approvalLapses, tellApprovers, tellAsker } from './approval.reactions.ts';
import { approve, reject } from './decide.operations.ts';
import { approvalTemplates } from './mail-templates.rules.ts';
import {
  approvalsToDecide,
  deciding,
  delegateApproval,
  requestApproval,
  withdrawApproval,
} from './request.operations.ts';

export { ApprovalPolicy } from './approval-policy.entity.ts';
export { Approval, type ApprovalRow } from './approval.entity.ts';
export { approvalsSection, askApproval, policyOf, type ApprovalOrder } from './request.operations.ts';

/** Approvals: who must agree, the question, the decision. Other modules react on approval.approved and approval.rejected. */
export const approvals = module('platform/approvals', {
  entities: [ApprovalPolicy, Approval],
  operations: [requestApproval, approve, reject, withdrawApproval, delegateApproval, approvalsToDecide],
  reactions: [tellApprovers, tellAsker],
  projections: [approvalReading],
  timers: [approvalLapses],
  pages: [approvalPage],
  contributes: { 'mail-templates': approvalTemplates, [posts]: [deciding] },
});

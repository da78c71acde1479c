import { derivedOptional, extended, ref } from '#kernel';
import { Approval } from '#modules/platform/approvals';

/** What workflows add to approvals: the run that waits for the decision. */
export const approvalOfRun = {
  workflowRun: derivedOptional(ref('WorkflowRun', { describes: 'The run of a workflow that waits for the decision.' })),
};

/** The approval with the field that is added here. */
export const AskedApproval = extended(Approval, approvalOfRun);

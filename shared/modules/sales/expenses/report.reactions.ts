import { given, reaction } from '#kernel';
import { Approval } from '#modules/platform/approvals';
import { ExpenseReport } from './expense-report.entity.ts';
import { approvalKind } from './report.operations.ts';
import { approveReport, rejectReport, returnReport } from './settle-report.operations.ts';

export const takeExpenseApproval = reaction('takeExpenseApproval', {
  describes:
    'Approves or rejects an expense report as its approvers have decided; makes it a draft again when the question was taken back or has lapsed.',
  on: ['approval.approved', 'approval.rejected', 'approval.lapsed', 'approval.withdrawn'],
  run: async (event, context) => {
    const approval = await context.trusted(Approval).find(event.record.id);
    if (approval?.kind !== approvalKind) return;
    const report = await context.trusted(ExpenseReport).find(approval.about);
    if (report?.status !== 'SUBMITTED') return;
    if (event.type === 'approval.approved') await approveReport(context, report, undefined);
    else if (event.type === 'approval.rejected')
      await rejectReport(context, report, given({ reason: approval.comment }));
    else await returnReport(context, report);
  },
});

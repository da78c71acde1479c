import { DomainError, reaction, type Context } from '#kernel';
import { eachByItself, earningEvents, movementsOf } from '#modules/billing/earnings';
import { Invoice } from '#modules/billing/invoices';
import { Approval, askApproval, policyOf } from '#modules/platform/approvals';
import { CommissionPlan } from './commission-plan.entity.ts';
import { CommissionStatement, type CommissionStatementRow } from './commission-statement.entity.ts';
import { approvalKind } from './commission.operations.ts';
import { earn, earningsOf } from './earn.operations.ts';
import { approveStatement } from './settle.operations.ts';
import { release } from './unpaid.operations.ts';

export const earnCommissions = reaction('earnCommissions', {
  describes: 'Notes what sellers earn by what was ordered, invoiced or paid, and lose by what is taken back.',
  on: earningEvents,
  run: async (event, context) => {
    for (const movement of await movementsOf(event, context)) {
      const earnings = await earningsOf(context, movement);
      await eachByItself(
        context,
        earnings.map((earning) => ({
          key: `${earning.plan.id}/${movement.key}`,
          run: (unit) => earn(unit, earning, movement),
        })),
      );
    }
  },
});

export const releaseCommissions = reaction('releaseCommissions', {
  describes: 'Gives what was held back for an invoice, once it is paid; not where something of it was written off.',
  on: ['invoice.settled'],
  run: async (event, context) => {
    const invoice = await context.trusted(Invoice).find(event.record.id);
    if (invoice?.status === 'ISSUED' && invoice.balance.minor <= 0 && invoice.writtenOff.minor === 0)
      await release(context, invoice.id);
  },
});

export const askForCommission = reaction('askForCommission', {
  describes:
    'Asks the approvers about a statement that was calculated, where a policy of the kind `commission` says so.',
  on: ['commissionStatement.calculated'],
  run: async (event, context) => {
    const statement = await context.trusted(CommissionStatement).find(event.record.id);
    if (statement?.status === 'CALCULATED') await ask(context, statement);
  },
});

const ask = async (context: Context, statement: CommissionStatementRow): Promise<void> => {
  if (!(await policyOf(context, approvalKind, statement.total))) return;
  const plan = await context.trusted(CommissionPlan).get(statement.plan);
  const order = {
    ...{ about: statement.id, kind: approvalKind, amount: statement.total, askedBy: statement.user },
    subject: `${plan.name} ${statement.from} - ${statement.to}`.slice(0, 200),
  };
  try {
    await askApproval(context, order);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'NO_APPROVER') throw error;
    context.log.warn('Nobody can be asked about a commission statement.', { statement: statement.id });
  }
};

export const takeCommissionApproval = reaction('takeCommissionApproval', {
  describes:
    'Approves a statement of commissions once its approvers have agreed; asks them anew where it has changed since.',
  on: ['approval.approved'],
  run: async (event, context) => {
    const approval = await context.trusted(Approval).find(event.record.id);
    if (approval?.kind !== approvalKind) return;
    const statement = await context.trusted(CommissionStatement).find(approval.about);
    if (statement?.status !== 'CALCULATED') return;
    // What was earned or taken back since they were asked is not what they agreed to.
    if (approval.amount?.minor === statement.total.minor) await approveStatement(context, statement);
    else await ask(context, statement);
  },
});

import { date, DomainError, given, money, mutation, optional, recordInput, ref, text, type Context } from '#kernel';
import { Approval } from '#modules/platform/approvals';
import { CommissionEntry } from './commission-entry.entity.ts';
import { CommissionPlan } from './commission-plan.entity.ts';
import { CommissionStatement, type CommissionStatementRow } from './commission-statement.entity.ts';
import { approveStatement } from './settle.operations.ts';
import { note } from './statement.operations.ts';

/** The kind of approval that statements may need. */
export const approvalKind = 'commission';

const which = recordInput('CommissionStatement');

export const grantSpiff = mutation('grantSpiff', {
  describes: 'Gives somebody an extra premium by a plan: a component of its own in the statement of the day.',
  needs: 'commissionStatement.grant',
  input: {
    plan: ref('CommissionPlan', { describes: 'By which plan.' }),
    user: ref('User', { describes: 'Who gets it.' }),
    amount: money({ describes: 'How much.' }),
    reason: text({ min: 1, max: 300, describes: 'What for.' }),
  },
  returns: CommissionEntry,
  fails: ['CURRENCY_MISMATCH', 'NOT_A_MEMBER'],
  run: async ({ plan: id, user, amount, reason }, context) => {
    const plan = await context.data(CommissionPlan).get(id);
    if (amount.minor <= 0) throw new DomainError('BAD_INPUT', 'A premium is more than nothing.', ['amount']);
    if (amount.currency !== plan.currency)
      throw new DomainError('CURRENCY_MISMATCH', `The plan is in ${plan.currency}.`, ['amount']);
    if (![...plan.members, ...plan.splits.map((split) => split.user)].includes(user))
      throw new DomainError('NOT_A_MEMBER', 'Nobody of the plan.', ['user']);
    const place = `${plan.id}/${context.ids.next('spf')}/${user}`;
    return note(context, plan, user, {
      ...{ place, kind: 'SPIFF', on: context.clock.today(), reason, parts: { spiffs: amount } },
    });
  },
});

export const approveCommissionStatement = mutation('approveCommissionStatement', {
  describes:
    'Agrees to a statement whose period is over: it is put on paper and never changes again. One’s own is decided by somebody else; one that approvers were asked about, by them.',
  needs: 'commissionStatement.approve',
  input: which,
  returns: CommissionStatement,
  fails: ['OWN_STATEMENT', 'APPROVAL_ASKED'],
  run: async ({ id }, context) => {
    const statement = await foreign(context, id);
    if (await context.trusted(Approval).findUnique('asked', `${id}/${approvalKind}`))
      throw new DomainError('APPROVAL_ASKED', 'Approvers were asked: they decide.', ['id']);
    return approveStatement(context, statement, context.actor.userId);
  },
});

export const payCommissionStatement = mutation('payCommissionStatement', {
  describes: 'Notes that an approved statement was paid.',
  needs: 'commissionStatement.pay',
  input: {
    ...which,
    on: date({ describes: 'The day of the payment.' }),
    reference: optional(text({ max: 120, describes: 'The payroll or transfer.' })),
  },
  returns: CommissionStatement,
  fails: ['OWN_STATEMENT'],
  run: async ({ id, on, reference }, context) =>
    context.data(CommissionStatement).move(await foreign(context, id), 'PAID', given({ paidOn: on, reference })),
});

/** A statement of somebody else. @throws OWN_STATEMENT */
const foreign = async ({ data, actor }: Context, id: string): Promise<CommissionStatementRow> => {
  const statement = await data(CommissionStatement).get(id);
  if (statement.user === actor.userId)
    throw new DomainError('OWN_STATEMENT', 'Somebody else decides about your statement.', ['id']);
  return statement;
};

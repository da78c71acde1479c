// Gives a customer what was earned: a settlement with its credit notes as drafts, decided by people, then issued.
import { add, DomainError, given, subtract, toDecimal, type Context, type Money } from '#kernel';
import { askApproval, policyOf } from '#modules/platform/approvals';
import { AgreementPeriod, type AgreementPeriodRow } from './agreement-period.entity.ts';
import { AgreementSettlement, type AgreementSettlementRow } from './agreement-settlement.entity.ts';
import { Agreement, type AgreementRow } from './agreement.entity.ts';
import { discardNotes, draftNotes, issueNotes } from './credit-drafts.operations.ts';

/** The kind of approval that settlements may need. */
export const approvalKind = 'agreement';

/** What settling may answer. */
export const settleFails = ['NOTHING_DUE', 'OVER_SETTLED', 'NOTHING_TO_CREDIT', 'NO_APPROVER', 'SUSPENDED'] as const;

/** Settles what is due in a period, or part of it. @throws `settleFails` */
export const settlePeriod = async (
  context: Context,
  period: AgreementPeriodRow,
  asked?: Money,
): Promise<AgreementSettlementRow> => {
  const { trusted } = context;
  const agreement = await trusted(Agreement).get(period.agreement);
  const amount = amountFor(agreement, period, asked);
  const creditNotes = agreement.settleBy === 'CREDIT_NOTE' ? await draftNotes(context, agreement, period, amount) : [];
  trusted(AgreementPeriod).update(period, { settled: add(period.settled, amount), problem: null });
  const values = { agreement: agreement.id, period: period.id, amount, by: agreement.settleBy, creditNotes };
  const settlement = trusted(AgreementSettlement).create(values);
  if (await policyOf(context, approvalKind, amount))
    await askApproval(context, {
      about: settlement.id,
      kind: approvalKind,
      subject: `${agreement.name} ${period.from} - ${period.to}`.slice(0, 200),
      amount,
    });
  return settlement;
};

const amountFor = (agreement: AgreementRow, { due }: AgreementPeriodRow, asked: Money | undefined): Money => {
  if (agreement.status === 'SUSPENDED')
    throw new DomainError('SUSPENDED', 'A suspended agreement is not settled.', ['period']);
  if (due.minor <= 0) throw new DomainError('NOTHING_DUE', 'Nothing is due in this period.', ['period']);
  const amount = asked ?? due;
  if (subtract(due, amount).minor < 0 || amount.minor <= 0)
    throw new DomainError('OVER_SETTLED', `${toDecimal(due)} are due.`, ['amount']);
  return amount;
};

/** Agrees to a settlement: its credit notes are issued; what the customer invoices or is paid waits for that. */
export const approveSettlement = async (
  context: Context,
  id: string,
  decidedBy?: string,
): Promise<AgreementSettlementRow> => {
  const { trusted, clock } = context;
  const settlement = await trusted(AgreementSettlement).get(id);
  const decided = given({ decidedAt: clock.instant(), decidedBy });
  if (settlement.by !== 'CREDIT_NOTE') return trusted(AgreementSettlement).move(settlement, 'APPROVED', decided);
  const creditNotes = await issueNotes(context, settlement.creditNotes);
  return finish(context, settlement, { ...decided, creditNotes, settledOn: clock.today() });
};

/** Notes that a settlement was given; the period, and the agreement with its last one, are settled when nothing is left. */
export const finish = async (
  context: Context,
  settlement: AgreementSettlementRow,
  changes: { readonly settledOn: string; readonly reference?: string; readonly creditNotes?: readonly string[] },
): Promise<AgreementSettlementRow> => {
  const period = await context.trusted(AgreementPeriod).get(settlement.period);
  const done = context.trusted(AgreementSettlement).move(settlement, 'DONE', changes);
  if (period.status === 'CLOSED' && period.due.minor === 0) await endPeriod(context, period);
  return done;
};

/** Ends a closed period of which nothing is due. The agreement is settled with its last one. */
export const endPeriod = async (context: Context, period: AgreementPeriodRow): Promise<AgreementPeriodRow> => {
  const { trusted } = context;
  const agreement = await trusted(Agreement).get(period.agreement);
  const { rows } = await trusted(AgreementPeriod).page('byAgreement', { of: agreement.id, first: 100 });
  const isLast = rows.every(({ id, status }) => id === period.id || status === 'SETTLED');
  if (agreement.status === 'CLOSED' && isLast) trusted(Agreement).move(agreement, 'SETTLED');
  return trusted(AgreementPeriod).move(period, 'SETTLED');
};

/** Why a period could not be settled, as it says so. */
export const problemOf = (error: unknown) => {
  const known = ['NOTHING_TO_CREDIT', 'SUSPENDED', 'NO_APPROVER'] as const;
  return known.find((code) => error instanceof DomainError && error.code === code) ?? ('FAILED' as const);
};

/** Refuses a settlement: its drafts are discarded, and what it was for is due again, but for what was issued by hand meanwhile. */
export const rejectSettlement = async (
  context: Context,
  id: string,
  decision: { readonly reason?: string; readonly decidedBy?: string },
  problem?: ReturnType<typeof problemOf>,
): Promise<AgreementSettlementRow> => {
  const { trusted, clock } = context;
  const settlement = await trusted(AgreementSettlement).get(id);
  const period = await trusted(AgreementPeriod).get(settlement.period);
  const { creditNotes, amount } = settlement;
  const issued = await discardNotes(context, creditNotes, amount, decision.reason?.slice(0, 500));
  const settled = subtract(period.settled, subtract(amount, issued));
  const left = trusted(AgreementPeriod).update(period, given({ settled, problem }));
  if (left.status === 'CLOSED' && left.due.minor === 0) await endPeriod(context, left);
  return trusted(AgreementSettlement).move(settlement, 'REJECTED', { ...decision, decidedAt: clock.instant() });
};

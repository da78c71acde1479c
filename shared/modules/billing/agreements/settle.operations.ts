// Gives a customer what was earned: a settlement with its credit notes as drafts, decided by people, then issued.
import { add, DomainError, given, subtract, toDecimal, zero, type Context, type Money } from '#kernel';
import { askApproval, policyOf } from '#modules/platform/approvals';
import { CreditNote, draftCreditNote, Invoice, issueCreditNote, type InvoiceRow } from '#modules/billing/invoices';
import { accrualsOf } from './accrue.operations.ts';
import { AgreementPeriod, type AgreementPeriodRow } from './agreement-period.entity.ts';
import { AgreementSettlement, type AgreementSettlementRow } from './agreement-settlement.entity.ts';
import { Agreement, type AgreementRow } from './agreement.entity.ts';
import { creditTargets, type Creditable } from './credit-targets.rules.ts';

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

const wordings = {
  es: (name: string, from: string, to: string) => `Rappel ${name}, ${from} a ${to}`,
  en: (name: string, from: string, to: string) => `Rebate ${name}, ${from} to ${to}`,
};

/** Drafts of credit notes for an amount. @throws NOTHING_TO_CREDIT where the invoices that earned it have not so much left */
const draftNotes = async (
  context: Context,
  { name }: AgreementRow,
  period: AgreementPeriodRow,
  amount: Money,
): Promise<readonly string[]> => {
  const entries = await accrualsOf(context, period.id);
  const bought = new Map<string, Money>();
  for (const { account, base } of entries) bought.set(account, add(bought.get(account) ?? zero(base.currency), base));
  const invoices = await context.trusted(Invoice).getMany([...new Set(entries.map(({ sale }) => sale))]);
  const targets = creditTargets(amount, bought, [...invoices.values()].flatMap(creditable));
  if (!targets || targets.length > 20)
    throw new DomainError('NOTHING_TO_CREDIT', 'The invoices that earned it have not so much left to be credited.', [
      'period',
    ]);
  const notes = [];
  for (const { invoice, amount: part } of targets) {
    const locale = invoices.get(invoice)?.locale ?? context.actor.locale;
    const reason = wordings[locale](name, period.from, period.to).slice(0, 300);
    notes.push(await draftCreditNote(context, { invoice, type: 'REBATE', reason, ask: { amount: part } }));
  }
  return notes.map(({ id }) => id);
};

const creditable = ({ id, account, status, buyer, lines, currency }: InvoiceRow): readonly Creditable[] => {
  if (status !== 'ISSUED' || buyer.isFinalConsumer) return [];
  const left = lines.map(({ base, creditedShare }) => base.minor - (creditedShare?.base.minor ?? 0));
  const minor = left.reduce((so, line) => so + line, 0);
  return [{ id, account, left: { minor, currency: currency ?? lines[0]?.base.currency ?? '' } }];
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
  for (const note of settlement.creditNotes) await issueCreditNote(context, note);
  return finish(context, settlement, { ...decided, settledOn: clock.today() });
};

/** Notes that a settlement was given; the period, and the agreement with its last one, are settled when nothing is left. */
export const finish = async (
  context: Context,
  settlement: AgreementSettlementRow,
  changes: { readonly settledOn: string; readonly reference?: string },
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

/** Refuses a settlement: its drafts are discarded, and what it was for is due again. */
export const rejectSettlement = async (
  { trusted, clock }: Context,
  id: string,
  decision: { readonly reason?: string; readonly decidedBy?: string },
): Promise<AgreementSettlementRow> => {
  const settlement = await trusted(AgreementSettlement).get(id);
  const period = await trusted(AgreementPeriod).get(settlement.period);
  const notes = await trusted(CreditNote).getMany(settlement.creditNotes);
  for (const note of notes.values())
    if (note.status === 'DRAFT')
      trusted(CreditNote).move(note, 'DISCARDED', given({ discardReason: decision.reason?.slice(0, 500) }));
  trusted(AgreementPeriod).update(period, { settled: subtract(period.settled, settlement.amount) });
  return trusted(AgreementSettlement).move(settlement, 'REJECTED', { ...decision, decidedAt: clock.instant() });
};

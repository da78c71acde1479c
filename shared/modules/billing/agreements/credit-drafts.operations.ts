// The credit notes that a settlement is given by: drafted on few invoices of those that earned it, issued once it is agreed to.
import { add, DomainError, moneyOf, zero, type Context, type Money } from '#kernel';
import {
  CreditNote,
  draftCreditNote,
  Invoice,
  issueCreditNote,
  type CreditNoteRow,
  type InvoiceRow,
} from '#modules/billing/invoices';
import { accrualsOf } from './accrue.operations.ts';
import type { AgreementAccrualRow } from './agreement-accrual.entity.ts';
import type { AgreementPeriodRow } from './agreement-period.entity.ts';
import type { AgreementRow } from './agreement.entity.ts';
import { creditTargets, largestSales, type Creditable } from './credit-targets.rules.ts';

/** Credit notes of a settlement: they are issued in one write. */
const mostNotes = 12;
/** Invoices that are read with their lines to find those that hold an amount. */
const mostRead = 48;

const wordings = {
  es: (name: string, from: string, to: string) => `Rappel ${name}, ${from} a ${to}`,
  en: (name: string, from: string, to: string) => `Rebate ${name}, ${from} to ${to}`,
};

/** Drafts of credit notes for an amount. @throws NOTHING_TO_CREDIT where the invoices that earned it have not so much left */
export const draftNotes = async (
  context: Context,
  agreement: AgreementRow,
  period: AgreementPeriodRow,
  amount: Money,
): Promise<readonly string[]> => {
  const { rows: entries, isComplete } = await accrualsOf(context, period.id);
  if (!isComplete && agreement.account === undefined)
    throw nothingToCredit('There are too many documents to tell the share of each customer.');
  const sales = largestSales(entries, mostRead);
  const invoices = await context.trusted(Invoice).getMany(sales);
  const targets = creditTargets(amount, boughtBy(entries), [...invoices.values()].flatMap(creditable));
  if (!targets || targets.length > mostNotes)
    throw nothingToCredit(`No ${String(mostNotes)} invoices of the largest that earned it have so much left.`);
  const notes = [];
  for (const { invoice, amount: part } of targets) {
    const locale = invoices.get(invoice)?.locale ?? context.actor.locale;
    const reason = wordings[locale](agreement.name, period.from, period.to).slice(0, 300);
    notes.push(await draftCreditNote(context, { invoice, type: 'REBATE', reason, ask: { amount: part } }));
  }
  return notes.map(({ id }) => id);
};

const nothingToCredit = (message: string) => new DomainError('NOTHING_TO_CREDIT', message, ['period']);

const boughtBy = (entries: readonly AgreementAccrualRow[]): ReadonlyMap<string, Money> => {
  const bought = new Map<string, Money>();
  for (const { account, base } of entries) bought.set(account, add(bought.get(account) ?? zero(base.currency), base));
  return bought;
};

const creditable = ({ id, account, status, buyer, lines, currency }: InvoiceRow): readonly Creditable[] => {
  if (status !== 'ISSUED' || buyer.isFinalConsumer) return [];
  const left = lines.map(({ base, creditedShare }) => base.minor - (creditedShare?.base.minor ?? 0));
  const minor = left.reduce((so, line) => so + line, 0);
  return [{ id, account, left: { minor, currency: currency ?? lines[0]?.base.currency ?? '' } }];
};

/** Issues credit notes; one that somebody discarded by hand is made anew. @throws what issuing a credit note may answer */
export const issueNotes = async (context: Context, ids: readonly string[]): Promise<readonly string[]> => {
  const issued = [];
  for (const id of ids) {
    const note = await context.trusted(CreditNote).get(id);
    const draft = note.status === 'DISCARDED' ? await draftAnew(context, note) : note;
    issued.push(await issueCreditNote(context, draft.id));
  }
  return issued.map(({ id }) => id);
};

const draftAnew = (context: Context, { invoice, type, reason, totals }: CreditNoteRow): Promise<CreditNoteRow> =>
  draftCreditNote(context, { invoice, type, reason, ask: { amount: totals.base }, isIssuedAtOnce: true });

/** Discards the notes that are still drafts; answers what the others give, which somebody issued by hand. */
export const discardNotes = async (
  { trusted }: Context,
  ids: readonly string[],
  { currency }: Money,
  discardReason?: string,
): Promise<Money> => {
  const notes = [...(await trusted(CreditNote).getMany(ids)).values()];
  for (const note of notes.filter(({ status }) => status === 'DRAFT'))
    trusted(CreditNote).move(note, 'DISCARDED', discardReason === undefined ? {} : { discardReason });
  const given = notes.filter(({ status }) => status === 'ISSUED' || status === 'ISSUING');
  return moneyOf(
    given.reduce((so, { totals }) => so + totals.base.minor, 0),
    currency,
  );
};

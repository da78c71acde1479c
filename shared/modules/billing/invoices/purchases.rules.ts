// What invoices say elsewhere: what an account bought, and how long the law keeps them.
import { moneyOf } from '#kernel';
import type { PurchaseSource } from '#modules/parties/ranking';
import type { PrivacyKeep } from '#modules/platform/privacy';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';

/** What was invoiced here, less what was credited, is bought for sure. */
export const invoicedHere: PurchaseSource = {
  name: 'invoices',
  certainty: 6,
  of: Invoice,
  purchases: (row) => {
    const { status, account, issuedOn, total, credited } = row as unknown as InvoiceRow;
    if (status !== 'ISSUED' || issuedOn === undefined) return [];
    return [{ account, on: issuedOn, amount: moneyOf(total.minor - credited.minor, total.currency) }];
  },
};

/** Years for which tax law keeps the documents of sales: seven in Ecuador, six in Spain (domain.md 15). */
const yearsIn: Readonly<Record<string, number>> = { EC: 7, ES: 6 };
const longest = 7;

/** For how long tax law keeps documents of sales in a country. */
export const yearsKept = (country: string): number => yearsIn[country] ?? longest;

/** Documents stay when their customer is forgotten: who bought is in them, as the law wants it. */
export const keptInvoices: readonly PrivacyKeep[] = ['Invoice', 'CreditNote'].map((of) => ({
  of,
  reason: 'Tax law keeps documents of sales and collections',
  since: 'issuedOn',
  years: yearsKept,
}));

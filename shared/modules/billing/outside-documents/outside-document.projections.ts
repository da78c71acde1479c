import { rollup } from '#kernel';
import type { PurchaseSource } from '#modules/parties/ranking';
import { OutsideDocument, type OutsideDocumentRow } from './outside-document.entity.ts';
import { cellsOf } from './outside-document.rules.ts';

/** What an account ordered, was invoiced, paid and owes, read in one Query. */
export const outsideTotals = rollup('outsideTotals', {
  describes: 'Documents of other systems by account, month, currency and type; and what is owed by day due.',
  of: OutsideDocument,
  shards: 1,
  contributions: ({ archivedAt, account, issuedOn, dueOn, type, total, open }) => {
    if (archivedAt !== undefined) return [];
    const month = `${cellsOf.month}${issuedOn.slice(0, 7)}#${total.currency}#${type}`;
    const due = `${cellsOf.due}${dueOn ?? issuedOn}#${total.currency}`;
    return [
      { partition: account, cell: month, amounts: { count: 1, total: total.minor } },
      ...(open ? [{ partition: account, cell: due, amounts: { open: open.minor } }] : []),
    ];
  },
});

/** Invoices are purchases for sure; a credit note takes one back. */
export const invoicesOutside: PurchaseSource = {
  name: 'outside-invoices',
  certainty: 5,
  of: OutsideDocument,
  purchases: (row) => {
    const { type, account, issuedOn, total } = row as unknown as OutsideDocumentRow;
    if (type === 'INVOICE') return [{ account, on: issuedOn, amount: total }];
    return type === 'CREDIT_NOTE' ? [{ account, on: issuedOn, amount: { ...total, minor: -total.minor } }] : [];
  },
};

import { module } from '#kernel';
import { masterPoint } from '#modules/platform/exchange';
import { purchaseSources } from '#modules/parties/ranking';
import { documentMasters } from './masters.rules.ts';
import { OutsideDocument } from './outside-document.entity.ts';
import { invoicesOutside, outsideTotals } from './outside-document.projections.ts';
import { followInvoice } from './outside-document.reactions.ts';
import { salesHistory } from './sales-history.operations.ts';

const seen = { entities: { OutsideDocument: { read: 'team' } } } as const;

/** Sales and collections as other systems tell of them: an ERP's orders, deliveries, invoices, payments. */
export const outsideDocuments = module('billing/outside-documents', {
  entities: [OutsideDocument],
  operations: [salesHistory],
  reactions: [followInvoice],
  rollups: [outsideTotals],
  contributes: {
    [masterPoint]: documentMasters,
    [purchaseSources]: [invoicesOutside],
    'role-grants': [{ roles: ['manager', 'seller', 'support'], ...seen }],
  },
});
export { OutsideDocument, type OutsideDocumentRow } from './outside-document.entity.ts';

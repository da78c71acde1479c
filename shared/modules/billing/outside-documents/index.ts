import { module } from '#kernel';
import { masterPoint } from '#modules/platform/exchange';
import { privacyKeeps } from '#modules/platform/privacy';
import { accountSections, type AccountSection } from '#modules/parties/accounts';
import { purchaseSources } from '#modules/parties/ranking';
import { segmentRelations } from '#modules/parties/segments';
import { keptDocuments } from './keep.rules.ts';
import { documentMasters } from './masters.rules.ts';
import { OutsideDocument } from './outside-document.entity.ts';
import { invoicesOutside, outsideTotals } from './outside-document.projections.ts';
import { followInvoice } from './outside-document.reactions.ts';
import { purchaseRelations } from './segmentation.rules.ts';

const latest: AccountSection = {
  name: 'documents',
  describes:
    'What other systems issued or booked for the account: orders, deliveries, invoices, payments; the newest first.',
  of: OutsideDocument,
  key: 'byAccount',
  descending: true,
  first: 10,
};

const seen = { entities: { OutsideDocument: { read: 'team' } } } as const;

/** Sales and collections as other systems tell of them: an ERP's orders, deliveries, invoices, payments. */
export const outsideDocuments = module('billing/outside-documents', {
  entities: [OutsideDocument],
  reactions: [followInvoice],
  rollups: [outsideTotals],
  contributes: {
    [accountSections]: [latest],
    [masterPoint]: documentMasters,
    [purchaseSources]: [invoicesOutside],
    [privacyKeeps]: [keptDocuments],
    [segmentRelations]: purchaseRelations,
    'role-grants': [{ roles: ['manager', 'seller', 'support'], ...seen }],
  },
});
export { OutsideDocument, type OutsideDocumentRow } from './outside-document.entity.ts';
export { outsideTotals } from './outside-document.projections.ts';
export { cellsOf } from './outside-document.rules.ts';

import { module } from '#kernel';
import { documentsIssuing } from '#modules/billing/invoices';
import { notificationKinds } from '#modules/platform/notifications';
import { uploadSriCertificate } from './certificate.operations.ts';
import {
  certificateTimer,
  electronicTimer,
  noteDelivered,
  remindOfAnnulment,
  resumeCertified,
} from './ec-sri.reactions.ts';
import { ElectronicDocument } from './electronic-document.entity.ts';
import { recordSriAnnulment, resendElectronicDocument } from './electronic-document.operations.ts';
import { issueElectronically } from './issue-electronic.operations.ts';
import { electronicTemplates } from './mail-templates.rules.ts';
import { electronicNotices } from './notices.operations.ts';
import { RemissionGuide } from './remission-guide.entity.ts';
import { issueRemissionGuide } from './remission-guide.operations.ts';
import { sriInvoiceFields } from './sri-invoice.entity.ts';
import { SriIssuer } from './sri-issuer.entity.ts';

/** Electronic documents of Ecuador: made with what is issued, signed, authorised by the SRI, mailed. */
export const ecSri = module('billing/ec-sri', {
  entities: [SriIssuer, ElectronicDocument, RemissionGuide],
  extensions: [{ of: 'Invoice', fields: sriInvoiceFields }],
  operations: [uploadSriCertificate, resendElectronicDocument, recordSriAnnulment, issueRemissionGuide],
  reactions: [noteDelivered, resumeCertified, remindOfAnnulment],
  timers: [electronicTimer, certificateTimer],
  contributes: {
    [documentsIssuing]: [issueElectronically],
    [notificationKinds]: electronicNotices,
    'mail-templates': electronicTemplates,
    'role-grants': [
      {
        roles: ['manager', 'seller', 'support'],
        entities: { SriIssuer: { read: 'none' } },
        withholds: ['electronicDocument.void'],
      },
      { roles: ['seller', 'support'], withholds: ['electronicDocument.resend'] },
      { roles: ['support'], withholds: ['remissionGuide.issue'] },
    ],
  },
});
export { advanceElectronic } from './advance-electronic.operations.ts';
export type { ElectronicStep } from './announce.operations.ts';
export { ElectronicDocument, type ElectronicDocumentRow } from './electronic-document.entity.ts';
export { RemissionGuide, type RemissionGuideRow } from './remission-guide.entity.ts';
export { SriIssuer, type SriIssuerRow } from './sri-issuer.entity.ts';
export { authorisationRequest, readAuthorisation, readReception, receptionRequest } from './soap.rules.ts';

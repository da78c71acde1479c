import { module } from '#kernel';
import { DocumentShare } from './document-share.entity.ts';
import { documentsPage } from './documents-page.operations.ts';
import { documentTemplates } from './mail-templates.rules.ts';
import { revokeDocuments, sendDocuments } from './send-documents.operations.ts';

/** Documents sent to contacts by a link that tells whether they were seen. */
export const documentSending = module('engagement/documents', {
  entities: [DocumentShare],
  operations: [sendDocuments, revokeDocuments],
  pages: [documentsPage],
  contributes: { 'mail-templates': documentTemplates },
});
export { DocumentShare } from './document-share.entity.ts';

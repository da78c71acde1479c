import { module } from '#kernel';
import { CatalogueShare } from './catalogue-share.entity.ts';
import { Catalogue } from './catalogue.entity.ts';
import { cataloguePage } from './catalogue-page.operations.ts';
import { catalogueTemplates } from './mail-templates.rules.ts';
import { closeCatalogue, endCatalogue, publishCatalogue } from './publish-catalogue.operations.ts';
import {
  catalogueLink,
  revokeCatalogueShare,
  sendCatalogue,
  sendCatalogueJob,
  sendCatalogueToSegment,
  shareCatalogue,
} from './share-catalogue.operations.ts';

/** Digital catalogues: a selection of products with prices, as a page behind a link and as a PDF, with opens recorded. */
export const catalogues = module('catalog/catalogues', {
  entities: [Catalogue, CatalogueShare],
  operations: [
    publishCatalogue,
    endCatalogue,
    shareCatalogue,
    sendCatalogue,
    sendCatalogueToSegment,
    catalogueLink,
    revokeCatalogueShare,
  ],
  jobs: [sendCatalogueJob],
  timers: [closeCatalogue],
  pages: [cataloguePage],
  contributes: { 'mail-templates': catalogueTemplates },
});
export { Catalogue, type CatalogueRow } from './catalogue.entity.ts';

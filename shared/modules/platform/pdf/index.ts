import { module } from '#kernel';
import { createRecordSummary } from './record-summary.operations.ts';

export type {
  DocumentColumn,
  DocumentModel,
  DocumentParty,
  DocumentSection,
  DocumentTable,
  DocumentValue,
  Fact,
  Letterhead,
} from './document.rules.ts';
export { renderDocument, renderPages } from './drawing.operations.ts';
export { heightOf, margin, widthOf, writeAt, type Pen, type Style } from './pen.operations.ts';
export { formatAmount, formatDay, formatDecimal, formatMoment, formatMoney, type Writing } from './formats.rules.ts';
export { letterheadOf, pictureOf } from './letterhead.operations.ts';
export { isWholePng } from './pictures.rules.ts';

/** Documents on paper: PDFs with the letterhead of the tenant. */
export const documents = module('platform/pdf', { operations: [createRecordSummary] });

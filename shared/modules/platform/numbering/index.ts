import { module } from '#kernel';
import { NumberSeries } from './number-series.entity.ts';

export { NumberSeries } from './number-series.entity.ts';
export { takeDocumentNumber } from './numbering.operations.ts';

/** Gapless numbers of documents. */
export const numbering = module('platform/numbering', { entities: [NumberSeries] });

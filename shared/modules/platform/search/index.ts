import { module } from '#kernel';
import { recordsByExternalId } from './external-ids.operations.ts';
import { search } from './search.operations.ts';
import { searchTokens } from './search.projections.ts';

/** The search box over all records. */
export const searching = module('platform/search', {
  operations: [search, recordsByExternalId],
  projections: [searchTokens],
});
export { findRecords, search, type Wanted } from './search.operations.ts';
export { phonePlace } from './terms.rules.ts';
export { fold, isKey, nationalOf, wordsOf } from './tokens.rules.ts';

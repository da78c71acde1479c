import { module } from '#kernel';
import { compareMoments, overviewAsOf, recordAsOf } from './past.operations.ts';

/** The past: records as they were, and what changed between two moments. */
export const pasts = module('platform/history', { operations: [recordAsOf, compareMoments, overviewAsOf] });
export { changedSince, type ChangedSince } from './changed-since.operations.ts';
export { pastAt } from './past.operations.ts';
export { changesOver, pastOf, type Past } from './versions.rules.ts';

import { module } from '#kernel';
import { changesSince } from './changes.operations.ts';

export { syncPoint } from './synced.operations.ts';

/** Copies of a person's records on a phone that is often without a network. */
export const sync = module('platform/sync', { operations: [changesSince] });

import { module } from '#kernel';
import { rebuild } from './rebuild.jobs.ts';
import { rebuildReadModels } from './rebuild.operations.ts';

/** Read models: search, timelines, lists under further parents, totals. The kernel keeps them; this makes them anew. */
export const readModels = module('platform/read-models', {
  operations: [rebuildReadModels],
  jobs: [rebuild],
});
export { rebuild } from './rebuild.jobs.ts';

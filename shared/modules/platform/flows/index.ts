import { module } from '#kernel';
import { Pipeline } from './pipeline.entity.ts';

export { Pipeline, forecastCategories, stageKinds, type Stage } from './pipeline.entity.ts';
export { assertMayEnter, firstStage, stageOf } from './pipeline.rules.ts';
export { defaultPipeline } from './default-pipeline.rules.ts';

/** Pipelines: the stages that records go through, as each tenant defines them. */
export const flows = module('platform/flows', { entities: [Pipeline] });

import { module } from '#kernel';
import { settingKinds } from '#modules/platform/settings';
import { tenantDefaults, type TenantDefaults } from '#modules/platform/tenants';
import { defaultPipeline } from './default-pipeline.rules.ts';
import { Pipeline } from './pipeline.entity.ts';
import { archivePipeline, removeStage, updatePipeline } from './pipeline.operations.ts';
import { stageSettings } from './stage-settings.operations.ts';

export { Pipeline, forecastCategories, stageKinds, type Stage } from './pipeline.entity.ts';
export { assertMayEnter, firstStage, stageOf } from './pipeline.rules.ts';
export { dropStage, stageUses, type StageMove, type StageUse } from './pipeline.operations.ts';
export { pipelineInForce, stageWithin } from './stage-settings.operations.ts';
export { defaultPipeline } from './default-pipeline.rules.ts';

const firstPipeline: TenantDefaults = {
  name: 'pipeline',
  run: ({ trusted }) => {
    trusted(Pipeline).create(defaultPipeline);
    return Promise.resolve();
  },
};

/** Pipelines: the stages that records go through, as each tenant defines them. */
export const flows = module('platform/flows', {
  entities: [Pipeline],
  operations: [updatePipeline, archivePipeline, removeStage],
  contributes: { [tenantDefaults]: [firstPipeline], [settingKinds]: [stageSettings] },
});

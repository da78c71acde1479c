import { Pipeline } from '#modules/platform/flows';
import type { TenantDefaults } from '#modules/platform/tenants';
import { CaseType } from './case-type.entity.ts';
import { pipelineOfType } from './case-type.rules.ts';

const general = { key: 'GENERAL', labels: { es: 'Consulta o incidente', en: 'Question or incident' } };

/** A new tenant can open a case at once; its own types come as it defines them. */
export const defaultCaseType: TenantDefaults = {
  name: 'case-types',
  run: ({ trusted }) => {
    const pipeline = trusted(Pipeline).create({ ...pipelineOfType(general.key), name: 'Vida de un caso' });
    trusted(CaseType).create({ ...general, pipeline: pipeline.id });
    return Promise.resolve();
  },
};

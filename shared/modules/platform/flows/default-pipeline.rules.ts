import type { DraftOf } from '#kernel';
import type { Pipeline, Stage } from './pipeline.entity.ts';

const stage = (
  key: string,
  es: string,
  en: string,
  kind: Stage['kind'],
  probability: string,
  rest: Partial<Stage> = {},
): Stage => ({
  key,
  labels: { es, en },
  kind,
  probability,
  category: 'PIPELINE',
  requiredFields: [],
  retired: false,
  ...rest,
});

/** The pipeline that a new tenant starts with. */
export const defaultPipeline: DraftOf<typeof Pipeline> = {
  name: 'Ventas',
  subject: 'OPPORTUNITY',
  isDefault: true,
  stages: [
    stage('PROSPECTING', 'Prospección', 'Prospecting', 'OPEN', '10', { staleAfterDays: 30 }),
    stage('ENGAGING', 'En contacto', 'Engaging', 'OPEN', '30', { staleAfterDays: 21 }),
    stage('PROPOSAL', 'Propuesta', 'Proposal', 'OPEN', '50', { staleAfterDays: 14, category: 'BEST_CASE' }),
    stage('DECISION', 'Decisión', 'Decision', 'OPEN', '75', { staleAfterDays: 10, category: 'COMMIT' }),
    stage('POSTPONED', 'Pospuesta', 'Postponed', 'POSTPONED', '10', { category: 'OMITTED' }),
    stage('WON', 'Ganada', 'Won', 'WON', '100', { category: 'CLOSED' }),
    stage('LOST', 'Perdida', 'Lost', 'LOST', '0', { category: 'OMITTED' }),
  ],
};

// What a tenant needs before a seller's day: a pipeline, and visits as a type of activity.
import { mutate, type Ask } from './ask.ts';

/** The ids of the pipeline, and of the type of visits. */
export type Setup = { readonly pipeline: string; readonly visit: string };

type Made = { readonly id: string };

/** The pipeline and the visit that the tenant has; an administrator makes them where they are missing. */
export const setUp = async (administrator: Ask): Promise<Setup> => {
  const { pipelines, activityTypes } = await administrator<{
    pipelines: { edges: readonly { node: { id: string; isDefault: boolean } }[] };
    activityTypes: { edges: readonly { node: { id: string; kind: string } }[] };
  }>(`{ pipelines { edges { node { id isDefault } } } activityTypes { edges { node { id kind } } } }`);
  const own = pipelines.edges.map(({ node }) => node);
  const pipeline = own.find(({ isDefault }) => isDefault) ?? own[0];
  const visit = activityTypes.edges.find(({ node }) => node.kind === 'VISIT')?.node;
  return {
    pipeline: pipeline?.id ?? (await makePipeline(administrator)),
    visit: visit?.id ?? (await makeVisit(administrator)),
  };
};

const makePipeline = async (administrator: Ask): Promise<string> => {
  const stage = (key: string, en: string, kind: string, probability: string, category: string) => ({
    key,
    labels: { es: en, en },
    kind,
    probability,
    category,
  });
  const stages = [
    stage('PROSPECTING', 'Prospecting', 'OPEN', '10', 'PIPELINE'),
    stage('ENGAGING', 'Engaging', 'OPEN', '30', 'PIPELINE'),
    stage('PROPOSAL', 'Proposal', 'OPEN', '50', 'BEST_CASE'),
    stage('DECISION', 'Decision', 'OPEN', '75', 'COMMIT'),
    stage('WON', 'Won', 'WON', '100', 'CLOSED'),
    stage('LOST', 'Lost', 'LOST', '0', 'OMITTED'),
  ];
  const input = { name: 'Sales', isDefault: true, stages };
  return (await mutate<{ pipeline: Made }>(administrator, 'createPipeline', 'pipeline { id version }', input)).pipeline
    .id;
};

const makeVisit = async (administrator: Ask): Promise<string> => {
  const input = { key: 'VISIT', name: { es: 'Visita', en: 'Visit' }, kind: 'VISIT', minutes: 60 };
  const made = await mutate<{ activityType: Made }>(
    administrator,
    'createActivityType',
    'activityType { id version }',
    input,
  );
  return made.activityType.id;
};

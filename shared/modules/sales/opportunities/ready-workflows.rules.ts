import { inWords, type ReadyDefinition } from '#modules/platform/workflows';

/** Workflows with opportunities that come with the product. */
export const readyWithOpportunities: readonly ReadyDefinition[] = [
  {
    key: 'STALE_DEAL',
    name: { es: 'Oportunidad parada', en: 'Stale deal' },
    describes: {
      es: 'Da una tarea a quien lleva una oportunidad parada; si en tres días laborables sigue así, avisa a los gerentes.',
      en: 'Gives work to whoever has a stale deal; when it is still stale three working days later, managers are to look at it.',
    },
    definition: {
      of: 'Opportunity',
      trigger: { kind: 'EVENT', on: 'opportunity.becameStale' },
      steps: [
        {
          key: 'MOVE',
          kind: 'task',
          input: { subject: inWords('Mover o cerrar: {record.name}', 'Move on or close: {record.name}'), inDays: 1 },
        },
        { key: 'WAIT', kind: 'waitFor', input: { amount: 3, unit: 'WORKING_DAYS' } },
        { key: 'STALE', kind: 'branch', routes: [{ when: { isStale: { eq: false } }, to: 'END' }] },
        {
          key: 'REVIEW',
          kind: 'task',
          input: {
            subject: inWords('Revisar la oportunidad parada {record.name}', 'Look at the stale deal {record.name}'),
            role: 'manager',
          },
        },
      ],
    },
  },
];

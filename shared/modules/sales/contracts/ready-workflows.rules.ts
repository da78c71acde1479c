import { inWords, type ReadyDefinition } from '#modules/platform/workflows';

/** Workflows with contracts that come with the product. */
export const readyWithContracts: readonly ReadyDefinition[] = [
  {
    key: 'RENEWAL',
    name: { es: 'Renovación de contratos', en: 'Contract renewal' },
    describes: {
      es: 'Cuando se acerca el fin de un contrato, pide hablar de la renovación; sin renovar a los diez días, insiste y escala.',
      en: 'When a contract nears its end, asks to talk about renewing it; when it is not renewed after ten days, insists and escalates.',
    },
    definition: {
      of: 'Contract',
      trigger: { kind: 'EVENT', on: 'contract.noticed' },
      steps: [
        {
          key: 'TALK',
          kind: 'task',
          input: {
            subject: inWords('Renovar el contrato {record.number}', 'Renew the contract {record.number}'),
            notes: inWords('Termina el {record.endsOn}.', 'It ends on {record.endsOn}.'),
            type: 'CALL',
            inDays: 3,
          },
        },
        {
          key: 'WAIT',
          kind: 'waitFor',
          input: { event: 'contract.renewed', amount: 10, unit: 'DAYS' },
          routes: [{ is: ['HAPPENED'], to: 'END' }],
        },
        {
          key: 'INSIST',
          kind: 'task',
          input: {
            subject: inWords('Contrato {record.number} sin renovar', 'Contract {record.number} not renewed'),
            priority: 'HIGH',
            escalateAfter: 480,
          },
        },
      ],
    },
  },
];

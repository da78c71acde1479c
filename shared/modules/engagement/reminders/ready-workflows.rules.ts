import { inWords, type ReadyDefinition } from '#modules/platform/workflows';

/** Workflows with reminders that come with the product. */
export const readyWithReminders: readonly ReadyDefinition[] = [
  {
    key: 'CALL_BACK',
    name: { es: 'Devolver llamadas', en: 'Call back' },
    describes: {
      es: 'Si una llamada prometida no se devuelve en dos horas laborables, queda como tarea urgente y se avisa al superior.',
      en: 'A promised call that is not returned within two working hours becomes urgent work, and the manager is told of it later.',
    },
    definition: {
      of: 'Reminder',
      trigger: { kind: 'EVENT', on: 'reminder.becameDue', where: { kind: { eq: 'CALL_BACK' } } },
      steps: [
        {
          key: 'WAIT',
          kind: 'waitFor',
          input: { event: 'reminder.completed', amount: 2, unit: 'WORKING_HOURS' },
          routes: [{ is: ['HAPPENED'], to: 'END' }],
        },
        {
          key: 'CALL',
          kind: 'task',
          input: {
            subject: inWords('Devolver la llamada: {record.subject}', 'Call back: {record.subject}'),
            type: 'CALL',
            owner: { $: 'record.owner' },
            priority: 'HIGH',
            escalateAfter: 240,
          },
        },
      ],
    },
  },
];

import { inWords, type ReadyDefinition } from '#modules/platform/workflows';

/** Workflows with leads that come with the product. */
export const readyWithLeads: readonly ReadyDefinition[] = [
  {
    key: 'LEAD_FOLLOW_UP',
    name: { es: 'Seguimiento de leads', en: 'Lead follow-up' },
    describes: {
      es: 'Pide una llamada el primer día; si a los tres días nadie la ha trabajado, insiste con urgencia y escala.',
      en: 'Asks for a call on the first day; when nobody has worked on the lead within three days, insists and escalates.',
    },
    definition: {
      of: 'Lead',
      trigger: { kind: 'EVENT', on: 'lead.created' },
      mostRuns: 1,
      steps: [
        {
          key: 'CALL',
          kind: 'task',
          input: { subject: inWords('Llamar a {record.name}', 'Call {record.name}'), type: 'CALL' },
        },
        { key: 'WAIT', kind: 'waitFor', input: { amount: 3, unit: 'DAYS' } },
        {
          key: 'WORKED',
          kind: 'branch',
          routes: [{ when: { status: { ne: 'NEW' } }, to: 'END' }],
        },
        {
          key: 'INSIST',
          kind: 'task',
          input: {
            subject: inWords('Nadie ha llamado aún a {record.name}', 'Nobody has called {record.name} yet'),
            type: 'CALL',
            priority: 'HIGH',
            escalateAfter: 480,
          },
        },
      ],
    },
  },
  {
    key: 'UNASSIGNED_LEAD',
    name: { es: 'Lead sin responsable', en: 'Unassigned lead' },
    describes: {
      es: 'Si en cuatro horas laborables nadie se encarga de un lead, lo reparte un gerente.',
      en: 'When nobody has a lead after four working hours, a manager is to assign it.',
    },
    definition: {
      of: 'Lead',
      trigger: { kind: 'EVENT', on: 'lead.created', where: { owner: { isNull: true } } },
      mostRuns: 1,
      steps: [
        {
          key: 'WAIT',
          kind: 'waitFor',
          input: { event: 'lead.assigned', amount: 4, unit: 'WORKING_HOURS' },
          routes: [{ is: ['HAPPENED'], to: 'END' }],
        },
        { key: 'OWNED', kind: 'branch', routes: [{ when: { owner: { isNull: false } }, to: 'END' }] },
        {
          key: 'ASSIGN',
          kind: 'task',
          input: {
            subject: inWords('Asignar el lead {record.name}', 'Assign the lead {record.name}'),
            role: 'manager',
            priority: 'HIGH',
            escalateAfter: 240,
          },
        },
      ],
    },
  },
];

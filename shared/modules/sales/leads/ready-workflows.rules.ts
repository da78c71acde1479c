import { given } from '#kernel';
import { inWords, type ReadyDefinition } from '#modules/platform/workflows';

/** What somebody told the bot. */
const told = (name: string, or?: unknown): unknown => given({ $: `record.collected.${name}`, or });

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
  {
    key: 'LEAD_FROM_BOT',
    name: { es: 'Lead de una charla con el bot', en: 'Lead from bot talk' },
    describes: {
      es: 'Cuando el bot pasa a una persona a alguien que aún no es contacto, crea un lead con lo que le contó: sus preguntas se llaman `name`, `company`, `email` y `phone`; lo demás va en el mensaje.',
      en: 'When the bot hands over somebody who is no contact yet, makes a lead of what they told: its questions are called `name`, `company`, `email` and `phone`; all else stands in the message.',
    },
    definition: {
      of: 'BotTalk',
      trigger: { kind: 'EVENT', on: 'botTalk.handedOver', where: { contact: { isNull: true } } },
      mostRuns: 1,
      steps: [
        {
          key: 'LEAD',
          kind: 'operation',
          input: {
            operation: 'createLead',
            input: {
              firstName: told('name', {
                $: 'record.peerName',
                or: inWords('Alguien del chat', 'Somebody from the chat'),
              }),
              company: told('company'),
              email: told('email'),
              phone: told('phone', { $: 'record.phone' }),
              message: inWords(
                'Al bot: {record.intent} {record.collected}',
                'To the bot: {record.intent} {record.collected}',
              ),
            },
          },
        },
      ],
    },
  },
];

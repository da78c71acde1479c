import { inWords, type ReadyDefinition } from '#modules/platform/workflows';

/** Workflows with visitors of sites that come with the product. */
export const readyWithVisitors: readonly ReadyDefinition[] = [
  {
    key: 'VISITOR_RETURNED',
    name: { es: 'Visita que vuelve a la web', en: 'Visitor who returns to the site' },
    describes: {
      es: 'Cuando alguien conocido vuelve a la web después de unos días, pide una llamada a quien lo atiende, con urgencia y escala. En lugar de la llamada que da el propio sitio (`callOnReturn`).',
      en: 'When somebody who is known comes back to the site after days, asks whoever handles them for an urgent call, and escalates. Instead of the call that the site itself gives (`callOnReturn`).',
    },
    definition: {
      of: 'Visitor',
      trigger: { kind: 'EVENT', on: 'visitor.returned', where: { linkedAt: { isNull: false } } },
      steps: [
        {
          key: 'CALL',
          kind: 'task',
          input: {
            subject: inWords(
              'Llamar: de vuelta en la web tras {record.awayDays} días',
              'Call: back on the site after {record.awayDays} days',
            ),
            type: 'CALL',
            priority: 'HIGH',
            escalateAfter: 480,
          },
        },
      ],
    },
  },
];

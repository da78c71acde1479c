import { inWords, type ReadyDefinition } from '#modules/platform/workflows';

/** Workflows with promises of payment that come with the product. */
export const readyWithPromises: readonly ReadyDefinition[] = [
  {
    key: 'PROMISE_BROKEN',
    name: { es: 'Promesa de pago incumplida', en: 'Promise of payment broken' },
    describes: {
      es: 'Cuando un cliente no cumple su promesa de pago, pide una llamada urgente y escala si nadie la hace.',
      en: 'When a customer breaks a promise of payment, asks for an urgent call, and escalates when nobody makes it.',
    },
    definition: {
      of: 'PaymentPromise',
      trigger: { kind: 'EVENT', on: 'paymentPromise.broken' },
      mostRuns: 1,
      steps: [
        {
          key: 'CALL',
          kind: 'task',
          input: {
            subject: inWords('Promesa incumplida: {record.amount}', 'Broken promise: {record.amount}'),
            notes: inWords(
              'Prometió pagar hasta el {record.promisedOn}: {record.by}.',
              'Promised to pay until {record.promisedOn}: {record.by}.',
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

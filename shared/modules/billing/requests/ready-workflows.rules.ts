import { inWords, type ReadyDefinition } from '#modules/platform/workflows';

/** Workflows with requests for invoices that come with the product. */
export const readyWithRequests: readonly ReadyDefinition[] = [
  {
    key: 'INVOICE_FOR_PAYMENT',
    name: { es: 'Factura para el pago', en: 'Invoice for payment' },
    describes: {
      es: 'Pide al contador la factura de una oportunidad ganada; si le faltan datos, se los pide a quien la vendió.',
      en: 'Asks the accountant for the invoice of a deal that was won; when data are missing, asks whoever sold it for them.',
    },
    definition: {
      of: 'Opportunity',
      trigger: { kind: 'EVENT', on: 'opportunity.won' },
      mostRuns: 1,
      steps: [
        {
          key: 'REQUEST',
          kind: 'operation',
          input: { operation: 'requestInvoice', input: { opportunity: { $: 'record.id' } } },
          next: 'END',
          onError: { retries: 1, afterSeconds: 60, to: 'COMPLETE' },
        },
        {
          key: 'COMPLETE',
          kind: 'task',
          input: {
            subject: inWords(
              'Completar los datos de factura: {record.name}',
              'Complete the data for the invoice: {record.name}',
            ),
            priority: 'HIGH',
          },
        },
      ],
    },
  },
];

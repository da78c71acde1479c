import type { ReadyDefinition } from '#modules/platform/workflows';

/** Workflows with orders that come with the product. */
export const readyWithOrders: readonly ReadyDefinition[] = [
  {
    key: 'ORDER_RECEIVED',
    name: { es: 'Pedido recibido', en: 'Order received' },
    describes: {
      es: 'Confirma al cliente por correo que su pedido fue recibido.',
      en: 'Tells the customer by mail that the order was received.',
    },
    definition: {
      of: 'Order',
      trigger: { kind: 'EVENT', on: 'order.confirmed' },
      mostRuns: 1,
      steps: [
        {
          key: 'MAIL',
          kind: 'mailCustomer',
          input: {
            subject: { es: 'Recibimos su pedido {record.number}', en: 'We have received your order {record.number}' },
            body: {
              es: 'Gracias por su pedido {record.number} por {record.total}. Ya lo estamos preparando.',
              en: 'Thank you for your order {record.number} of {record.total}. We are preparing it.',
            },
          },
        },
      ],
    },
  },
];

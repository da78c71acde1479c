import { given } from '#kernel';
import type { CallAction } from '#modules/engagement/calls';

/** An order of whom one speaks to. */
export const orderFromCall: CallAction = {
  key: 'ORDER',
  ofAccount: true,
  describes: 'Takes an order of whom one speaks to; say its lines.',
  label: { es: 'Tomar un pedido', en: 'Take an order' },
  operation: 'createOrder',
  fill: ({ account, contact, activity }) => Promise.resolve(given({ account, contact, activity })),
};

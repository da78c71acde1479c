import { given } from '#kernel';
import type { CallAction } from '#modules/engagement/calls';

/** An offer to whom one speaks. */
export const quoteFromCall: CallAction = {
  key: 'QUOTE',
  ofAccount: true,
  describes: 'Makes an offer to whom one speaks; say its subject, until when it is valid, and its lines.',
  label: { es: 'Hacer una oferta', en: 'Make an offer' },
  operation: 'createQuote',
  fill: ({ account, contact, activity }) => Promise.resolve(given({ account, contact, activity })),
};

import { module } from '#kernel';
import { CardScan } from './card-scan.entity.ts';
import { confirmCard, discardCard, dropPicture } from './confirm-card.operations.ts';
import { scanCard } from './scan-card.operations.ts';

/** Business cards: photographed, read, and made contacts once somebody has looked. */
export const cards = module('parties/cards', {
  entities: [CardScan],
  operations: [scanCard, confirmCard, discardCard],
  timers: [dropPicture],
  contributes: {
    'role-grants': [
      {
        roles: ['seller', 'support', 'manager'],
        entities: { CardScan: { create: 'own', read: 'own', update: 'own', archive: 'none' } },
      },
    ],
  },
});

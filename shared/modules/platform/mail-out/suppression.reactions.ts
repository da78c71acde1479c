import { reaction } from '#kernel';
import { Suppression } from './suppression.entity.ts';

/** Who lifts a bounce or a complaint lifts that: nobody but its reader takes back that marketing is unwanted at an address. */
export const keepUnsubscriptions = reaction('keepUnsubscriptions', {
  describes: 'Lets what was unsubscribed stay so, where what stopped the address for everything is lifted.',
  on: ['suppression.archived'],
  run: async ({ record: { id } }, { trusted }) => {
    const stop = await trusted(Suppression).find(id);
    if (stop?.archivedAt === undefined || stop.unsubscribedAt === undefined || stop.reason === 'UNSUBSCRIBED') return;
    trusted(Suppression).update(trusted(Suppression).restore(stop), { reason: 'UNSUBSCRIBED' });
  },
});

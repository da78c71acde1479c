import { reaction, type Context } from '#kernel';
import { Suppression } from '#modules/platform/mail-out';
import { generalPurpose, noteConsent, standingOf } from '#modules/platform/privacy';
import { peopleAt } from './mail-consents.operations.ts';

/** Who unsubscribes or complains has said no, whatever else was said before. */
export const noteUnsubscribed = reaction('noteUnsubscribed', {
  describes: 'Takes back the consent to e-mail of those who unsubscribed or complained, with the proof of it.',
  on: ['suppression.created', 'suppression.updated'],
  run: async ({ record: { id } }, context) => {
    const stop = await context.trusted(Suppression).find(id);
    if (stop?.channel !== 'EMAIL' || stop.archivedAt !== undefined) return;
    if (stop.reason !== 'UNSUBSCRIBED' && stop.reason !== 'COMPLAINED') return;
    const wording = stop.reason === 'UNSUBSCRIBED' ? 'Unsubscribed by the link in a mail.' : 'Complained of a mail.';
    for (const person of await peopleAt(context, stop.address)) await withdraw(context, person.id, wording);
  },
});

/** Where nobody has said yes there is nothing to take back. */
const withdraw = async (context: Context, subject: string, wording: string): Promise<void> => {
  const asked = { subject, purpose: generalPurpose, channel: 'EMAIL' } as const;
  if (!(await standingOf(context, asked)).allowed) return;
  await noteConsent(context, asked, false, { wording, wordingVersion: 'suppression', source: { how: 'PAGE' } });
};

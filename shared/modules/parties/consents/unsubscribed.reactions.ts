import { reaction, type Context } from '#kernel';
import { Suppression, welcomeBack } from '#modules/platform/mail-out';
import { addressesOf, ConsentProof, generalPurpose, noteConsent } from '#modules/platform/privacy';
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

/** Where nobody has said yes, to whatever purpose, there is nothing to take back. */
const withdraw = async (context: Context, subject: string, wording: string): Promise<void> => {
  const asked = { subject, purpose: generalPurpose, channel: 'EMAIL' } as const;
  const { rows } = await context.trusted(ConsentProof).page('bySubject', { of: subject, first: 100 });
  if (!rows.some(({ channel, status }) => channel === 'EMAIL' && status === 'GRANTED')) return;
  await noteConsent(context, asked, false, { wording, wordingVersion: 'suppression', source: { how: 'PAGE' } });
};

/** Who had unsubscribed and confirms a new yes behind a link in a mail gets mails for that again, and for nothing else. */
export const noteReturn = reaction('noteReturn', {
  describes: 'Lets marketing go again to who unsubscribed once and has confirmed a yes by mail since.',
  on: ['consentProof.*'],
  run: async ({ record: { id } }, context) => {
    const proof = await context.trusted(ConsentProof).find(id);
    if (proof?.channel !== 'EMAIL' || proof.status !== 'GRANTED' || proof.confirmedAt === undefined) return;
    for (const address of await addressesOf(context, proof.subject))
      await welcomeBack(context, address, proof.confirmedAt);
  },
});

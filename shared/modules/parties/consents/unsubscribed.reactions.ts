import { reaction, type DomainEvent } from '#kernel';
import { peopleBehind, Suppression, welcomeBack, type SuppressionRow } from '#modules/platform/mail-out';
import { addressesOf, ConsentProof, generalPurpose, noteConsent } from '#modules/platform/privacy';

/** Who unsubscribes or complains has said no, whatever else was said before. */
export const noteUnsubscribed = reaction('noteUnsubscribed', {
  describes: 'Takes back the consent to e-mail of those who unsubscribed or complained, with the proof of it.',
  on: ['suppression.created', 'suppression.updated', 'suppression.restored'],
  run: async ({ record: { id }, changed }, context) => {
    const stop = await context.trusted(Suppression).find(id);
    if (stop?.channel !== 'EMAIL' || stop.archivedAt !== undefined) return;
    const wording = wordingOf(stop, changed);
    if (wording === undefined) return;
    const said = { wording, wordingVersion: 'suppression', source: { how: 'PAGE' } } as const;
    for (const subject of await peopleBehind(context, stop.address))
      await noteConsent(context, { subject, purpose: generalPurpose, channel: 'EMAIL' }, false, said);
  },
});

/** What an address has said by this change, which may be nothing: a bounce, or a reason that fell away. */
const wordingOf = ({ reason, unsubscribedAt }: SuppressionRow, changed: DomainEvent['changed']): string | undefined => {
  const isStopped = reason === 'UNSUBSCRIBED' && unsubscribedAt === undefined;
  const isAsked = 'unsubscribedAt' in changed && unsubscribedAt !== undefined;
  if (isStopped || isAsked) return 'Unsubscribed by the link in a mail.';
  return reason === 'COMPLAINED' ? 'Complained of a mail.' : undefined;
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

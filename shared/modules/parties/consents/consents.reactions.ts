import { isId, reaction, type Context, type DomainEvent } from '#kernel';
import { ConsentProof, generalPurpose, noteConsent, standingOf } from '#modules/platform/privacy';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { changedChannels, flagOf, saidOf, withFlag, type Channel, type Flag } from './flags.rules.ts';

const about = (contact: string, channel: Channel) => ({ subject: contact, purpose: generalPurpose, channel });

/** A contact that can still be changed. */
const contactOf = async ({ trusted }: Context, id: string): Promise<ContactRow | undefined> => {
  const contact = await trusted(Contact).find(id);
  return contact?.archivedAt === undefined ? contact : undefined;
};

/** Shows a channel as it stands. */
const show = async (context: Context, contact: ContactRow, channels: readonly Channel[]): Promise<void> => {
  const shown: readonly Flag[] = contact.consents ?? [];
  let flags = shown;
  for (const channel of channels)
    flags = withFlag(flags, channel, flagOf(channel, await standingOf(context, about(contact.id, channel))));
  if (flags !== shown) context.trusted(Contact).update(contact, { consents: flags });
};

/** What these reactions show follows from proofs; nobody has said it anew. */
const isShown = ({ from }: DomainEvent): boolean =>
  from?.operation === 'proveConsents' || from?.operation === 'showConsents';

/** What is entered with a contact, imported, or comes of a merge, is said: it gets its proof. */
export const proveConsents = reaction('proveConsents', {
  describes: 'Gives what a contact shows of consents its proofs, and shows what was said since.',
  on: ['contact.*'],
  run: async (event, context) => {
    const change = event.changed['consents'];
    const contact = change && !isShown(event) ? await contactOf(context, event.record.id) : undefined;
    if (!change || !contact) return;
    const from = (change.from ?? []) as readonly Flag[];
    const now = contact.consents ?? [];
    const left: Channel[] = [];
    for (const channel of changedChannels(from, (change.to ?? []) as readonly Flag[])) {
      const said = saidOf(from, now, channel);
      if (said === undefined) left.push(channel);
      else await prove(context, event, contact, channel, said);
    }
    await show(context, contact, left);
  },
});

/** Nothing is written where the proofs say so already. */
const prove = async (
  context: Context,
  { silent }: DomainEvent,
  { id, consents = [] }: ContactRow,
  channel: Channel,
  granted: boolean,
): Promise<void> => {
  const asked = about(id, channel);
  const { allowed, proof } = await standingOf(context, asked);
  if (allowed === granted && proof && proof.status !== 'PENDING') return;
  const { source } = consents.find((flag) => flag.channel === channel) ?? {};
  await noteConsent(context, asked, granted, {
    wording: source ?? 'As noted with the contact.',
    wordingVersion: 'contact',
    source: { how: silent === true ? 'IMPORT' : 'OTHER', ...(source !== undefined && { where: source }) },
  });
};

/** What is said with proof shows at the contact. */
export const showConsents = reaction('showConsents', {
  describes: 'Shows at contacts what their proofs of consent say of each channel.',
  on: ['consentProof.*'],
  run: async ({ record, changed }, context) => {
    const proof = await context.trusted(ConsentProof).find(record.id);
    if (proof?.purpose !== generalPurpose) return;
    // Records that are merged or parted hand their proofs on.
    const subjects = new Set([proof.subject, changed['subject']?.from]);
    for (const id of subjects) {
      const contact = isId(String(id), Contact.idPrefix) ? await contactOf(context, String(id)) : undefined;
      if (contact) await show(context, contact, [proof.channel]);
    }
  },
});

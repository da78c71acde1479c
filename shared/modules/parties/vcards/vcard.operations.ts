import {
  choice,
  defaulted,
  DomainError,
  list,
  longText,
  mutation,
  notFound,
  query,
  ref,
  text,
  type Context,
} from '#kernel';
import { Account } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { readFile } from '#modules/platform/files';
import { Job, startJob } from '#modules/platform/jobs';
import { enterVCards } from './vcard.jobs.ts';
import { vCardsIn } from './vcard-lines.rules.ts';
import { vCardVersions, writeVCard, type VCardVersion } from './write-vcard.rules.ts';

const mostCards = 20_000;

export const addVCards = mutation('addVCards', {
  describes:
    'Lets the contacts of an uploaded vCard file (2.1, 3.0 or 4.0) enter. Those that there are, by UID or e-mail address, get what they lack. It goes on in the background; `undoJob` takes it back.',
  needs: 'contact.create',
  input: { file: ref('File', { describes: 'The uploaded file.' }) },
  returns: Job,
  fails: ['FILE_NOT_UPLOADED', 'VCARD_MISSING', 'VCARD_TOO_MANY'],
  run: async ({ file }, context) => {
    const cards = vCardsIn(await readFile(context, file));
    if (cards.length === 0) throw new DomainError('VCARD_MISSING', 'There is no vCard in this file.', ['file']);
    if (cards.length > mostCards)
      throw new DomainError('VCARD_TOO_MANY', `A file has at most ${String(mostCards)} cards; split it.`, ['file']);
    return startJob(context, enterVCards, { file }, { subject: file });
  },
});

const version = defaulted(
  choice(vCardVersions, { named: 'VCardVersion', describes: '3.0, which is read everywhere, or 4.0.' }),
  'V3',
);

export const contactVCard = query('contactVCard', {
  describes: 'Contacts as vCards, to be saved as one .vcf file.',
  needs: 'contact.read',
  input: {
    ids: list(ref('Contact'), { max: 100, describes: 'Which ones, at most 100.' }),
    version,
  },
  returns: {
    vcard: longText({ max: 2_000_000, describes: 'The cards, one after the other.' }),
    fileName: text({ describes: 'A name for the file.' }),
  },
  run: async ({ ids, version: asked }, context) => {
    const contacts = await contactsOf(context, ids);
    const [first] = contacts;
    return {
      vcard: await cardsFor(context, contacts, asked),
      fileName: `${contacts.length === 1 && first ? first.name.replace(/[<>:"/\\|?*]/g, '_') : 'contacts'}.vcf`,
    };
  },
});

/** @throws NOT_FOUND when one of them is not there, or not to be seen */
const contactsOf = async ({ data }: Context, ids: readonly string[]): Promise<readonly ContactRow[]> => {
  const found = await data(Contact).getMany(ids);
  return ids.map((id) => {
    const contact = found.get(id);
    if (!contact) throw notFound('Contact', id);
    return contact;
  });
};

/** What the actor may not see goes into no card. */
const cardsFor = async (context: Context, contacts: readonly ContactRow[], asked: VCardVersion): Promise<string> => {
  const accounts = await context.data(Account).getMany(contacts.flatMap(({ account }) => account ?? []));
  return contacts
    .map((contact) => writeVCard(seenBy(context, contact), asked, accounts.get(contact.account ?? '')?.name))
    .join('');
};

const seenBy = ({ actor }: Context, contact: ContactRow): ContactRow => {
  const hidden = actor.rules.hiddenFields.flatMap((field) => {
    const [entity, name] = field.split('.');
    return entity === Contact.name && name !== undefined ? [name] : [];
  });
  return Object.fromEntries(Object.entries(contact).filter(([name]) => !hidden.includes(name))) as ContactRow;
};

export const contactQrCode = query('contactQrCode', {
  describes: 'The card of a contact as a QR code: a phone that sees it offers to save the contact.',
  needs: 'contact.read',
  input: { id: ref('Contact', { describes: 'Which one.' }) },
  returns: { svg: longText({ max: 200_000, describes: 'The code as an SVG picture.' }) },
  fails: ['CARD_TOO_LARGE'],
  run: async ({ id }, context) => {
    const [contact] = await contactsOf(context, [id]);
    // A code is read more surely the less it holds.
    const { description: _description, tags: _tags, ...short } = contact as ContactRow;
    const vcard = await cardsFor(context, [short], 'V3');
    const { default: qrCode } = await import('qrcode');
    if (Buffer.byteLength(vcard) > 2_000)
      throw new DomainError('CARD_TOO_LARGE', 'The contact has too much to fit into a code.', ['id']);
    return { svg: await qrCode.toString(vcard, { type: 'svg', errorCorrectionLevel: 'M' }) };
  },
});

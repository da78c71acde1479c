import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  email,
  entity,
  integer,
  list,
  object,
  optional,
  ownedBy,
  phone,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';

/** Who signs. */
export const signerFields = {
  name: text({ min: 1, max: 200, describes: 'First and last name.' }),
  email: optional(email({ describes: 'Where the link and the code go; absent only where one signs on a device.' })),
  phone: optional(phone({ describes: 'Where the person is reached.' })),
  role: optional(text({ max: 120, describes: 'As what the person signs: managing director.' })),
  taxId: optional(text({ max: 30, describes: 'The number of the person’s identity document.' })),
};
/** Who signs. */
export type Signer = Values<typeof signerFields>;

const consentFields = {
  id: text({ max: 40, describes: 'Which version of the text.' }),
  locale: choice(['es', 'en'], { named: 'Locale', describes: 'In which language it was shown.' }),
  sha256: text({ max: 64, describes: 'SHA-256 of the text, in hex.' }),
};

/** Whether it can still be signed, now or when its turn has come. */
export const isAsked = (status: string): boolean => ['WAITING', 'SENT', 'OPENED'].includes(status);

/** One person's signature under one document: asked for, given or not, with the evidence of how. */
export const Signature = entity('Signature', {
  idPrefix: 'sig',
  describes:
    'A simple electronic signature (eIDAS art. 3(10)) of one person under one document: to whom it was put, how the person was recognised, what came of it. Its events are a chain of hashes; once signed, an evidence PDF and a seal stand beside it.',
  fields: {
    about: ref('*', { describes: 'The record whose document is signed: a quote, an order, a contract.' }),
    kind: text({ max: 40, describes: 'The kind of that record: quote, order, contract.' }),
    subject: text({
      min: 1,
      max: 300,
      search: 'words',
      describes: 'The document in a few words, as the signer reads it.',
    }),
    round: derived(
      list(text({ max: 40 }), {
        max: 10,
        describes:
          'The ids of all signatures that are asked for together, its own among them; all of them make the document signed.',
      }),
    ),
    step: derived(
      integer({ min: 1, max: 20, describes: 'Its turn in the round; those of one step are asked for at once.' }),
    ),
    locale: choice(['es', 'en'], { named: 'Locale', describes: 'The language in which the signer is spoken to.' }),
    document: ref('File', { describes: 'The document.' }),
    documentSha256: text({ min: 64, max: 64, describes: 'SHA-256 of its bytes as they were shown, in hex.' }),
    signer: object('Signer', signerFields, { describes: 'Who signs.' }),
    authentication: choice(['LINK', 'EMAIL_OTP', 'ON_DEVICE'], {
      named: 'SignatureAuthentication',
      describes:
        'How the signer is recognised: by the link in the mail alone, by a code sent to the address, or in person on a device of ours.',
    }),
    openUntil: dateTime({ describes: 'When it can no longer be signed.' }),
    owner: optional(ref('User', { describes: 'Who asks for it and gets a copy.' })),
    linkRound: derived(
      integer({ min: 1, describes: 'Which link is in force; handing it to somebody else makes another.' }),
    ),
    sentAt: derivedOptional(dateTime({ describes: 'When it was asked for.' })),
    openedAt: derivedOptional(dateTime({ describes: 'When the signer opened the page first.' })),
    readAt: derivedOptional(dateTime({ describes: 'When the signer opened the document first.' })),
    endedAt: derivedOptional(dateTime({ describes: 'When it was signed, declined, cancelled or came to its end.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why it was declined or cancelled.' })),
    consent: derivedOptional(object('SignatureConsent', consentFields, { describes: 'What the signer agreed to.' })),
    representation: derivedOptional(
      choice(['TYPED', 'DRAWN'], {
        named: 'SignatureRepresentation',
        describes: 'Whether the signer wrote the name or drew the signature.',
      }),
    ),
    typedName: derivedOptional(text({ max: 200, describes: 'The name that the signer wrote.' })),
    image: derivedOptional(ref('File', { describes: 'The drawn signature (PNG).' })),
    imageSha256: derivedOptional(text({ max: 64, describes: 'SHA-256 of that picture, in hex.' })),
    chainLength: derived(integer({ min: 0, describes: 'How many events its chain has.' })),
    chainHead: derived(text({ max: 64, describes: 'The hash of the last of them, in hex.' })),
    seal: derivedOptional(
      text({
        max: 1000,
        describes:
          'Detached JWS (EdDSA) over {"chainHead","pdfSha256"}: whoever has both and the public key of the tenant can check it without us.',
      }),
    ),
    evidence: derivedOptional(
      ref('File', { describes: 'The evidence: a PDF with the signer, the events and the hashes.' }),
    ),
    evidenceSha256: derivedOptional(text({ max: 64, describes: 'SHA-256 of the evidence, in hex.' })),
  },
  states: {
    field: 'status',
    initial: 'WAITING',
    moves: {
      WAITING: ['SENT', 'EXPIRED', 'CANCELLED'],
      SENT: ['OPENED', 'SIGNED', 'DECLINED', 'EXPIRED', 'CANCELLED'],
      OPENED: ['SIGNED', 'DECLINED', 'EXPIRED', 'CANCELLED'],
      SIGNED: [],
      DECLINED: [],
      EXPIRED: [],
      CANCELLED: [],
    },
    frozenIn: ['SIGNED', 'DECLINED', 'EXPIRED', 'CANCELLED'],
    closedIn: ['SIGNED', 'DECLINED', 'EXPIRED', 'CANCELLED'],
  },
  owner: ownedBy('owner', undefined, 'about'),
  keys: {
    byRecord: { gsi: 1, of: 'about', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'openUntil', keepsClosed: true },
  },
  timeline: ['id', 'about'],
  title: ({ subject, signer }) => `${subject}: ${signer.name}`,
  events: { delegated: 'The signer handed it to somebody else.' },
  dueAt: ({ status, openUntil }) => (isAsked(status) ? openUntil : undefined),
});

/** A signature, as code sees it. */
export type SignatureRow = Row<typeof Signature>;

import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  longText,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

export const consentChannel = choice(['EMAIL', 'SMS', 'WHATSAPP', 'PHONE', 'POST'], {
  named: 'ConsentChannel',
  describes: 'By which way.',
});

export const consentSource = object(
  'ConsentSource',
  {
    how: choice(['FORM', 'CALL', 'PAPER', 'PAGE', 'IMPORT', 'OTHER'], {
      named: 'ConsentHow',
      describes: 'How it was said.',
    }),
    where: optional(text({ max: 500, describes: 'The address of the form, the place of the paper.' })),
    ip: optional(text({ max: 45, describes: 'The address that it was said from.' })),
    userAgent: optional(text({ max: 300, describes: 'The program that it was said with.' })),
  },
  { describes: 'How, where and from where it was said.' },
);

/** What a person allowed for one purpose by one channel, with its proof. Its versions are the history of it. */
export const ConsentProof = entity('ConsentProof', {
  idPrefix: 'csp',
  describes:
    'What a person allowed or forbade for one purpose by one channel, with proof: who said it, when, how, to which wording. Its versions tell how it came about.',
  fields: {
    subject: ref('*', { describes: "The person's record." }),
    purpose: text({ max: 60, pattern: /^[A-Z][A-Z0-9_]*$/, describes: 'What for: NEWSLETTER, SURVEYS.' }),
    channel: consentChannel,
    basis: choice(['CONSENT', 'CONTRACT', 'LEGITIMATE_INTEREST', 'LEGAL_DUTY'], {
      named: 'LawfulBasis',
      describes: 'What makes it lawful.',
    }),
    wording: longText({ describes: 'What the person was shown or told.' }),
    wordingVersion: text({ max: 40, describes: 'Which edition of the wording that was.' }),
    wordingHash: derived(text({ max: 64, describes: 'SHA-256 of the wording, in hex.' })),
    source: optional(consentSource),
    askedAt: derivedOptional(dateTime({ describes: 'When the person was asked to confirm by mail.' })),
    decidedAt: derivedOptional(dateTime({ describes: 'When it was said.' })),
    confirmedAt: derivedOptional(dateTime({ describes: 'When it was confirmed behind the link in a mail.' })),
    withdrawnAt: derivedOptional(dateTime({ describes: 'When it was taken back.' })),
  },
  states: {
    field: 'status',
    initial: 'PENDING',
    moves: {
      PENDING: ['GRANTED', 'REFUSED'],
      GRANTED: ['WITHDRAWN', 'PENDING'],
      REFUSED: ['PENDING', 'GRANTED'],
      WITHDRAWN: ['PENDING', 'GRANTED'],
    },
    verbs: { PENDING: 'asked' },
  },
  owner: inheritsFrom('subject'),
  keys: {
    bySubject: { gsi: 1, of: 'subject', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
  },
  timeline: ['subject'],
  title: ({ purpose, channel }) => `${purpose} ${channel}`,
});

/** A consent, as code sees it. */
export type ConsentProofRow = Row<typeof ConsentProof>;

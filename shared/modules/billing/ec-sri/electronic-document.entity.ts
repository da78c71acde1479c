import {
  choice,
  date,
  dateTime,
  derived,
  derivedOptional,
  email,
  entity,
  file,
  inheritsFrom,
  integer,
  link,
  list,
  object,
  optional,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { buyerIdCodes, documentCodes, type BuyerIdType, type ElectronicKind } from './codes.rules.ts';
import { backupOf } from './electronic-states.rules.ts';
import { environmentField } from './sri-issuer.entity.ts';
import { taxpayerFields } from './taxpayer.entity.ts';

const message = {
  code: text({ max: 20, describes: 'The code of the technical guide, as 43; a word where it comes from us.' }),
  text: text({ max: 1000, describes: 'What it says.' }),
  more: optional(text({ max: 2000, describes: 'What it says besides.' })),
  type: text({ max: 40, describes: 'ERROR counts against the document; others are warnings.' }),
  at: dateTime({ describes: 'When it was said.' }),
};
/** What was said about a document. */
export type ElectronicMessage = Values<typeof message>;

const corrections = {
  buyerIdType: optional(
    choice(Object.keys(buyerIdCodes) as BuyerIdType[], {
      named: 'SriIdType',
      describes: 'How the number of the buyer is to be read.',
    }),
  ),
  buyerId: optional(text({ max: 20, describes: 'The number of the buyer.' })),
  buyerName: optional(text({ max: 300, describes: 'The name of the buyer.' })),
  buyerAddress: optional(text({ max: 300, describes: 'The address of the buyer.' })),
  email: optional(email({ describes: 'Where it is mailed.' })),
};
/** What the SRI is told otherwise than the document says, after it was sent back. */
export const electronicCorrections = object('ElectronicCorrections', corrections, {
  describes: 'What the SRI is told in place of what the document says.',
});
/** What the SRI is told otherwise. */
export type Corrections = Values<typeof corrections>;

/** A document on its way to the tax authority of Ecuador. */
export const ElectronicDocument = entity('ElectronicDocument', {
  idPrefix: 'eld',
  describes:
    'A document on its way to the tax authority of Ecuador (SRI): made with the document itself, signed, handed in, and authorised or refused.',
  fields: {
    document: ref('*', { unique: true, describes: 'The invoice, credit note or remission guide.' }),
    invoice: optional(ref('Invoice', { describes: 'The invoice, where it is one.' })),
    creditNote: optional(ref('CreditNote', { describes: 'The credit note, where it is one.' })),
    guide: optional(ref('RemissionGuide', { describes: 'The remission guide, where it is one.' })),
    account: ref('Account', { describes: 'Whose it is.' }),
    kind: choice(Object.keys(documentCodes) as ElectronicKind[], { named: 'ElectronicKind', describes: 'What it is.' }),
    number: text({ max: 17, search: 'words', describes: 'Its number: 001-001-000000123.' }),
    issuedOn: date({ describes: 'Its day in Ecuador.' }),
    environment: environmentField(),
    accessKey: text({
      max: 49,
      unique: true,
      search: 'digits',
      describes: 'The 49 digits by which the SRI knows it (clave de acceso); also the number of its authorisation.',
    }),
    issuer: derived(
      object(
        'ElectronicIssuer',
        {
          ...taxpayerFields,
          establishmentAddress: optional(text({ max: 300, describes: 'The address of the establishment.' })),
        },
        { describes: 'Who issues it, as it was then.' },
      ),
    ),
    corrections: derivedOptional(electronicCorrections),
    messages: derived(
      list(object('SriMessage', message), { max: 50, describes: 'What was said about it last, by the SRI or by us.' }),
    ),
    xml: derivedOptional(file({ describes: 'The signed document, byte by byte as it was sent.' })),
    xmlSha256: derivedOptional(text({ max: 64, describes: 'SHA-256 of those bytes, in hex.' })),
    signedAt: derivedOptional(dateTime({ describes: 'When it was signed.' })),
    authorization: derivedOptional(
      file({ describes: 'The authorisation with the document in it, as the SRI has it.' }),
    ),
    authorizedAt: derivedOptional(dateTime({ describes: 'When the SRI authorised it.' })),
    ride: derivedOptional(file({ describes: 'The document on paper (RIDE), a PDF.' })),
    mail: derivedOptional(ref('Mail', { describes: 'The mail by which the buyer got it.' })),
    tries: derived(integer({ min: 0, describes: 'How often the present step was tried.' })),
    waitingSince: derivedOptional(dateTime({ describes: 'Since when the present step is waited for.' })),
    stepAt: derivedOptional(dateTime({ describes: 'When something is done for it next.' })),
    lateAt: derivedOptional(dateTime({ describes: 'When people were told that the SRI cannot be reached.' })),
    annulledOn: derivedOptional(date({ describes: 'The day on which it was annulled on the portal of the SRI.' })),
    reason: derivedOptional(text({ max: 300, describes: 'Why it was annulled.' })),
  },
  states: {
    field: 'status',
    initial: 'ISSUED',
    moves: {
      ISSUED: ['SIGNED', 'NEEDS_ATTENTION', 'ANNULLED'],
      SIGNED: ['RECEIVED', 'NEEDS_ATTENTION', 'ANNULLED'],
      RECEIVED: ['AUTHORIZED', 'NOT_AUTHORIZED', 'NEEDS_ATTENTION', 'ANNULLED'],
      AUTHORIZED: ['DELIVERED', 'ANNULLED'],
      DELIVERED: ['ANNULLED'],
      NOT_AUTHORIZED: ['ISSUED', 'ANNULLED'],
      NEEDS_ATTENTION: ['ISSUED', 'ANNULLED'],
      ANNULLED: [],
    },
    closedIn: ['AUTHORIZED', 'DELIVERED', 'ANNULLED'],
    verbs: { ISSUED: 'reissued' },
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', on: 'Account.electronicDocuments' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', shards: 2 },
    byInvoice: link('invoice', 'createdAt', 'Invoice.electronicDocuments'),
    byCreditNote: link('creditNote', 'createdAt', 'CreditNote.electronicDocuments'),
    byGuide: link('guide', 'createdAt', 'RemissionGuide.electronicDocuments'),
  },
  defaults: [],
  timeline: ['id', 'account', 'invoice', 'creditNote'],
  title: ({ number }) => number,
  dueAt: ({ stepAt }) => stepAt && backupOf(stepAt),
});

/** A document on its way, as code sees it. */
export type ElectronicDocumentRow = Row<typeof ElectronicDocument>;

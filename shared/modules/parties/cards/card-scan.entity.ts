import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  file,
  list,
  number,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';
import { cardFieldNames } from './card-fields.rules.ts';

const share = (describes: string) => number({ describes });

const box = object(
  'CardBox',
  {
    left: share('From the left edge.'),
    top: share('From the upper edge.'),
    width: share('How wide.'),
    height: share('How high.'),
  },
  { describes: 'Where it stands on the picture, in shares of its width and height: 0 to 1.' },
);

/** A field as it was read. */
export const cardField = object('CardField', {
  name: choice(cardFieldNames, { named: 'CardFieldName', describes: 'What it is.' }),
  value: text({ max: 300, describes: 'What was read; phones in E.164.' }),
  confidence: share('How sure that is, 0 to 1. Below 0.8 a person has to look at it.'),
  box: optional(box),
});

const contactMatch = object('CardContactMatch', {
  contact: ref('Contact', { describes: 'The contact.' }),
  because: list(choice(['EMAIL', 'PHONE', 'NAME'], { named: 'CardContactReason', describes: 'What is the same.' }), {
    describes: 'What is the same.',
  }),
});

const accountMatch = object('CardAccountMatch', {
  account: ref('Account', { describes: 'The account.' }),
  because: list(
    choice(['NAME', 'DOMAIN', 'TAX_ID', 'PHONE'], { named: 'CardAccountReason', describes: 'What is the same.' }),
    { describes: 'What is the same.' },
  ),
});

const draft = object(
  'CardDraft',
  {
    title: optional(text({ max: 40, describes: 'How the person is addressed.' })),
    firstName: optional(text({ max: 100, describes: 'Given names.' })),
    lastName: optional(text({ max: 100, describes: 'Family names.' })),
    organisationName: optional(text({ describes: 'The company.' })),
    jobTitle: optional(text({ max: 120, describes: 'What the person does.' })),
    email: optional(text({ describes: 'E-mail address.' })),
    phone: optional(text({ max: 40, describes: 'The phone to use first, the mobile one where there is one.' })),
    website: optional(text({ max: 300, describes: 'Website of the company.' })),
    address: optional(text({ max: 500, describes: 'Street, city, postcode and country, as far as they were read.' })),
  },
  { describes: 'The contact that it would make if everything was read right.' },
);

/** A business card that was photographed, and what was read from it. */
export const CardScan = entity('CardScan', {
  idPrefix: 'csc',
  describes:
    'A business card that was photographed: what was read from it, how sure each value is and where it stands. Nothing of it is a contact before somebody confirms it.',
  fields: {
    file: file({ describes: 'The picture. It is deleted after 30 days unless `confirmCard` was told to keep it.' }),
    fields: derived(list(cardField, { max: 60, describes: 'Each value that was read, with how sure it is.' })),
    draft: derived(draft),
    contacts: derived(
      list(contactMatch, { max: 20, describes: 'Contacts that it may be already, the likeliest first.' }),
    ),
    accounts: derived(
      list(accountMatch, { max: 20, describes: 'Accounts that it may belong to, the likeliest first.' }),
    ),
    contact: derivedOptional(ref('Contact', { describes: 'The contact that it became, or filled.' })),
    pictureUntil: derivedOptional(
      dateTime({ describes: 'When its picture is deleted; absent when it is kept, or gone.' }),
    ),
    owner: optional(ref('User', { describes: 'Who photographed it.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: { DRAFT: ['SAVED', 'DISCARDED'], SAVED: [], DISCARDED: [] },
    closedIn: ['SAVED', 'DISCARDED'],
  },
  owner: ownedBy('owner'),
  keys: {
    byContact: { gsi: 1, of: 'contact', sort: 'createdAt', on: 'Contact.cards' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
  },
  timeline: ['contact'],
  title: ({ draft: { firstName, lastName, organisationName, email } }) => {
    const person = [firstName, lastName].filter((part) => part !== undefined).join(' ');
    return person === '' ? (organisationName ?? email ?? 'Business card') : person;
  },
  dueAt: ({ pictureUntil }) => pictureUntil,
  events: { pictureDeleted: 'Its picture was deleted.' },
});

/** A scan, as code sees it. */
export type CardScanRow = Row<typeof CardScan>;

import {
  boolean,
  choice,
  customFields,
  date,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  externalIds,
  list,
  longText,
  object,
  optional,
  ownedBy,
  ref,
  tags,
  text,
  type Row,
} from '#kernel';
import { channelFields } from '#modules/parties/accounts';
import { withNextBirthday } from './birthday.rules.ts';
import { contactProblems, prepareContact } from './contact.rules.ts';

const consent = object('Consent', {
  channel: choice(['EMAIL', 'SMS', 'WHATSAPP', 'PHONE', 'POST'], {
    named: 'ConsentChannel',
    describes: 'By which way.',
  }),
  granted: boolean({ describes: 'Whether we may.' }),
  at: optional(dateTime({ describes: 'When it was said.' })),
  source: optional(text({ describes: 'Where it was said: form, call, signed paper.' })),
});

/** Somebody to speak to: a person or an organisation. */
export const Contact = entity('Contact', {
  idPrefix: 'con',
  describes: 'Somebody to speak to: a person, or an organisation such as an agency; of an account, or free.',
  fields: {
    type: defaulted(
      choice(['PERSON', 'ORGANISATION'], { named: 'ContactType', describes: 'A person or an organisation.' }),
      'PERSON',
    ),
    firstName: optional(text({ max: 100, search: 'words', describes: 'Given names of a person.' })),
    lastName: optional(text({ max: 100, search: 'words', describes: 'Family names of a person.' })),
    organisationName: optional(text({ search: 'words', describes: 'Name of an organisation.' })),
    name: derived(text({ max: 201, describes: 'First and last name, or the name of the organisation.' })),
    title: optional(text({ max: 40, describes: 'How the person is addressed: Dra., Ing., Mr.' })),
    jobTitle: optional(text({ max: 120, describes: 'What the card says: head of purchasing.' })),
    role: optional(
      choice(
        [
          'OWNER',
          'DIRECTOR',
          'MANAGER',
          'CHIEF_ACCOUNTANT',
          'FINANCE',
          'LAWYER',
          'BUYER',
          'SALES',
          'TECHNICIAN',
          'USER',
          'ASSISTANT',
          'OTHER',
        ],
        { named: 'ContactRole', describes: 'What the contact decides or does at the account.' },
      ),
    ),
    ...channelFields,
    language: optional(
      text({ max: 5, pattern: /^[a-z]{2}(-[A-Z]{2})?$/, describes: 'The language to write in: es, en, es-EC.' }),
    ),
    birthday: optional(date({ describes: 'Day of birth.' })),
    nextBirthday: derivedOptional(date({ describes: 'The birthday that comes next.' })),
    account: optional(ref('Account', { describes: 'Where the contact belongs.' })),
    owner: optional(
      ref('User', {
        describes: "Whose contact it is; the account's owner when nobody is named, else whoever makes it.",
      }),
    ),
    team: optional(ref('Team', { describes: 'The team whose contact it is.' })),
    source: optional(text({ max: 80, describes: 'Where the contact came from, as in the list SOURCE.' })),
    consents: optional(
      list(consent, { max: 20, describes: 'What the contact allowed or forbade, one entry a channel.' }),
    ),
    externalIds: externalIds(),
    tags: optional(tags({ describes: 'Free labels.' })),
    custom: customFields(),
    description: optional(longText({ describes: 'Anything else, in words.' })),
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'name', on: 'Account.contacts' },
    byOwner: { gsi: 2, sort: 'name' },
    byName: { gsi: 3, sort: 'name', shards: 4 },
    byEmail: { gsi: 5, of: 'email' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id', 'account'],
  title: ({ name }) => name,
  events: {
    assigned: 'Somebody else looks after it, as after its account.',
    celebrated: 'It is its birthday.',
  },
  prepare: (after, before) => ({ ...prepareContact(after, before), ...withNextBirthday(after, before) }),
  check: (contact) => contactProblems(contact),
  // Noon in UTC is the morning in America.
  dueAt: ({ nextBirthday, archivedAt }) =>
    nextBirthday === undefined || archivedAt !== undefined ? undefined : `${nextBirthday}T12:00:00.000Z`,
});

/** A contact, as code sees it. */
export type ContactRow = Row<typeof Contact>;

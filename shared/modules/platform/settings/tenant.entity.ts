import {
  choice,
  defaulted,
  derivedOptional,
  dateTime,
  entity,
  file,
  integer,
  list,
  noOwner,
  object,
  optional,
  ref,
  text,
  url,
  type Row,
} from '#kernel';
import { settingProblems } from './tenant.rules.ts';

const colour = /^#[0-9a-fA-F]{6}$/;

/** An organisation that uses the product. Its id begins the key of everything that it has. */
export const Tenant = entity('Tenant', {
  idPrefix: 'ten',
  describes:
    'The organisation whose CRM this is: who it is, how it writes money, dates and documents, and until when it may.',
  fields: {
    name: text({ min: 1, describes: 'What people call it; the heading of mails and documents.', search: 'words' }),
    legalName: optional(text({ describes: 'The name on invoices, where it is another one.' })),
    taxId: optional(text({ max: 40, describes: 'Its own tax number, printed on documents.' })),
    country: text({
      min: 2,
      max: 2,
      pattern: /^[A-Z]{2}$/,
      describes: 'ISO 3166-1 alpha-2; completes phone numbers and chooses holidays and tax rules.',
    }),
    currency: text({
      min: 3,
      max: 3,
      pattern: /^[A-Z]{3}$/,
      describes: 'ISO 4217; amounts without a currency are in it.',
    }),
    locale: choice(['es', 'en'], {
      named: 'Locale',
      describes: 'The language of mails, documents and messages where a person has chosen none.',
    }),
    timeZone: text({ max: 60, describes: 'IANA name, such as America/Guayaquil; days begin and end by it.' }),
    logo: optional(file({ describes: 'Its logo, for documents and mails: a PNG or JPEG.' })),
    mailSenderName: optional(
      text({ max: 100, describes: 'The name that mails come from; the name of the tenant when not said.' }),
    ),
    corsOrigins: defaulted(
      list(url({ describes: 'An origin, such as https://app.example.com.' }), {
        max: 20,
        describes: 'Web origins whose pages may call the API.',
      }),
      [],
    ),
    colours: optional(
      object(
        'TenantColours',
        {
          primary: text({ pattern: colour, max: 7, describes: 'Headings and lines, as #rrggbb.' }),
          accent: optional(text({ pattern: colour, max: 7, describes: 'Totals and buttons, as #rrggbb.' })),
        },
        { describes: 'The colours of its documents and mails.' },
      ),
    ),
    calendar: optional(ref('WorkingCalendar', { describes: 'When its people work, where nothing else is said.' })),
    owners: derivedOptional(
      list(ref('User'), { max: 20, describes: 'The people with the role of owner; there is always one.' }),
    ),
    trialEndsAt: derivedOptional(
      dateTime({ describes: 'When the trial ends; from then on everything reads and nothing writes.' }),
    ),
    limits: derivedOptional(
      object(
        'TenantLimits',
        {
          users: integer({ min: 1, describes: 'Most people who may sign in.' }),
          apiKeys: integer({ min: 0, describes: 'Most API keys in use.' }),
          changes: integer({ min: 1, describes: 'Most versions of records ever written.' }),
        },
        { describes: 'What a trial may use; absent without limits.' },
      ),
    ),
    pointsPerMinute: derivedOptional(
      integer({
        min: 1,
        describes: 'What its people and programs may ask of the API in a minute; the usual where absent.',
      }),
    ),
    mailsPerDay: derivedOptional(
      integer({ min: 1, describes: 'How many mails of each kind may go out in a day; what is more waits.' }),
    ),
    messagesPerDay: derivedOptional(
      integer({ min: 1, describes: 'How many messages of each channel may go out in a day; what is more waits.' }),
    ),
    samples: derivedOptional(list(text({ max: 60 }), { max: 50, describes: 'The sample data that it was given.' })),
    suspendedBecause: derivedOptional(text({ describes: 'Why nobody may sign in at present.' })),
    restoredFrom: derivedOptional(text({ max: 60, describes: 'The tenant whose backup this one was made from.' })),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    verbs: { ACTIVE: 'activated', TRIAL: 'trialBegun', ENDED: 'trialEnded' },
    moves: {
      TRIAL: ['ACTIVE', 'ENDED', 'SUSPENDED'],
      ENDED: ['ACTIVE', 'SUSPENDED'],
      ACTIVE: ['SUSPENDED'],
      SUSPENDED: ['ACTIVE', 'TRIAL', 'ENDED'],
    },
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['update'],
  check: (after) => settingProblems(after),
  // The end of a trial; a tenant of ours is never on a timer.
  dueAt: ({ status, trialEndsAt }) => (status === 'TRIAL' ? trialEndsAt : undefined),
  title: ({ name }) => name,
  events: {
    restoredFromBackup: 'It was made of a backup.',
    ownersChanged: 'Somebody became or ceased to be an owner.',
    converted: 'The trial became a subscription.',
    limited: 'The operator said what it may ask of the API in a minute.',
    resumed: 'Its people may sign in again.',
  },
});

/** The organisation, as code sees it. */
export type TenantRow = Row<typeof Tenant>;

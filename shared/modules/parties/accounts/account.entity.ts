import {
  address,
  choice,
  customFields,
  date,
  dateTime,
  defaulted,
  derivedOptional,
  email,
  entity,
  externalIds,
  integer,
  json,
  link,
  list,
  longText,
  money,
  object,
  optional,
  ownedBy,
  phone,
  ref,
  tags,
  text,
  url,
  type Row,
} from '#kernel';
import { zoneBases } from '#modules/parties/zones';
import { accountProblems, prepareAccount } from './account.rules.ts';
import { channelFields } from './channels.entity.ts';
import { lifecycles } from './lifecycle.rules.ts';
import { taxKey } from './tax-ids.rules.ts';

const word = (describes: string) => optional(text({ max: 80, describes }));

const identity = {
  type: defaulted(
    choice(['COMPANY', 'PERSON', 'DEPARTMENT'], {
      named: 'AccountType',
      describes:
        'A company, a natural person, or a department (faculty, plant, branch) of the company that is its parent.',
    }),
    'COMPANY',
  ),
  kinds: defaulted(
    list(choice(['CUSTOMER', 'PROSPECT', 'SUPPLIER', 'PRESCRIBER', 'PARTNER', 'OTHER'], { named: 'AccountKind' }), {
      max: 6,
      describes: 'What it is to us; several at once.',
    }),
    ['PROSPECT'],
  ),
  name: text({ search: 'words', describes: 'What people call it: the trade name, or the full name of a person.' }),
  legalName: optional(
    text({ search: 'words', describes: 'The name on contracts and invoices, where it is another one.' }),
  ),
  parent: optional(ref('Account', { describes: 'The company that it is a department or subsidiary of.' })),
  taxId: optional(
    text({
      max: 20,
      search: 'digits',
      unique: (number: string, { taxIdCountry }) => taxKey(number, taxIdCountry),
      describes: 'Its tax number, without spaces or punctuation. No two accounts share one of the same country.',
    }),
  ),
  taxIdType: optional(
    choice(['RUC', 'CEDULA', 'PASSPORT', 'VAT', 'OTHER'], {
      named: 'TaxIdType',
      describes: 'What the number is. In Ecuador its length says so when it is not given.',
    }),
  ),
  taxIdCountry: optional(
    text({
      max: 2,
      pattern: /^[A-Z]{2}$/,
      describes: "Who issued it, ISO 3166-1 alpha-2; the tenant's country when not said.",
    }),
  ),
  taxIdCheck: derivedOptional(
    choice(['VALID', 'CHECK_DIGIT_WRONG', 'NOT_CHECKED'], {
      named: 'TaxIdCheck',
      describes:
        'Whether the check digit of the tax number is right. A wrong one is a warning: the registry has issued such numbers.',
    }),
  ),
  birthday: optional(date({ describes: "A person's day of birth." })),
};

const basis = (describes: string) =>
  choice(zoneBases, {
    named: 'ZoneBasis',
    describes: `${describes} By hand, by the words of its address, or by its point on the map.`,
  });

const place = {
  addresses: optional(list(address(), { max: 20, describes: 'Where it is; the first one is the main one.' })),
  city: derivedOptional(text({ max: 120, describes: 'City of the main address.' })),
  province: derivedOptional(text({ max: 120, describes: 'Province or state of the main address.' })),
  country: derivedOptional(text({ max: 2, describes: 'Country of the main address, ISO 3166-1 alpha-2.' })),
  websites: optional(list(url(), { max: 10, describes: 'Its sites.' })),
  zone: word('The key of the geographic zone that it lies in: found by its main address unless it is named.'),
  zoneBy: derivedOptional(basis('How it came into its zone.')),
  ownZone: word(
    'The key of the zone of our own division that it belongs to, found likewise: a route, a district of sales.',
  ),
  ownZoneBy: derivedOptional(basis('How it came into its own zone.')),
};

const lifecycle = {
  lifecycle: derivedOptional(
    choice(lifecycles, {
      named: 'Lifecycle',
      describes:
        'How far it has come: a prospect may become a customer, a lead is one that was found worth the effort, a customer has bought. ' +
        'Absent for those who are nothing of this: suppliers, prescribers.',
    }),
  ),
  leadSince: derivedOptional(dateTime({ describes: 'When it was qualified.' })),
  customerSince: derivedOptional(dateTime({ describes: 'When it became a customer.' })),
};

const relationship = {
  owner: optional(ref('User', { describes: 'The person who handles it; whoever makes it, when nobody is named.' })),
  team: optional(ref('Team', { describes: 'The team that handles it.' })),
  orgUnit: optional(ref('OrgUnit', { describes: 'The part of our organisation that it belongs to.' })),
  sector: word('Its line of business, as in the list SECTOR.'),
  source: word('Where it came from, as in the list SOURCE: fair, web, referral.'),
  captureReason: word('Why it was captured, as in the list CAPTURE_REASON: the need, offer or event that brought it.'),
  tags: optional(tags({ describes: 'Free labels.' })),
  interests: optional(
    list(
      object('ProductInterest', {
        product: ref('Product', { describes: 'What it is interested in.' }),
        strength: optional(integer({ min: 1, max: 5, describes: 'How much: 1 little, 5 very much.' })),
        source: optional(text({ max: 80, describes: 'How we know: visit, survey, purchase.' })),
        date: optional(date({ describes: 'Since when we know.' })),
      }),
      { max: 100, describes: 'Products that it is interested in.' },
    ),
  ),
  facts: optional(
    list(
      object('Fact', {
        key: text({ max: 80, describes: 'What it is about: seasonality, company birthday, key employee.' }),
        value: text({ max: 1000, describes: 'What is known.' }),
        date: optional(date({ describes: 'The day it concerns, or since when it holds.' })),
      }),
      { max: 100, describes: 'Important facts that have no field of their own.' },
    ),
  ),
  externalIds: externalIds(),
  description: optional(longText({ describes: 'Anything else, in words.' })),
};

const terms = {
  paymentTerms: optional(text({ describes: 'When it pays, in words: 30 days from invoice.' })),
  paymentDays: optional(integer({ min: 0, max: 365, describes: 'Days from invoice to due date.' })),
  paymentMethod: optional(
    choice(['CASH', 'TRANSFER', 'CHEQUE', 'CARD', 'DIRECT_DEBIT', 'OTHER'], {
      named: 'PaymentMethod',
      describes: 'How it pays.',
    }),
  ),
  creditLimit: optional(money({ describes: 'The most that it may owe us.' })),
  currency: optional(
    text({ max: 3, pattern: /^[A-Z]{3}$/, describes: "ISO 4217; what we quote it in, when not the tenant's own." }),
  ),
  locale: optional(
    text({ max: 5, pattern: /^[a-z]{2}(-[A-Z]{2})?$/, describes: 'The language we write to it in: es, en, es-EC.' }),
  ),
};

const profile = {
  revenue: optional(money({ describes: 'Its turnover in a year.' })),
  employees: optional(integer({ min: 0, describes: 'How many people work there.' })),
  foundedYear: optional(integer({ min: 1000, max: 2200, describes: 'The year it was founded.' })),
  technicalData: optional(json({ describes: 'What it has installed and how that is configured, in any form.' })),
};

const mainContact = {
  mainContact: derivedOptional(ref('Contact', { describes: 'The contact to speak to first.' })),
  mainContactName: derivedOptional(text({ describes: 'Name of the main contact.' })),
  mainContactPhone: derivedOptional(phone({ describes: 'Primary phone of the main contact.' })),
  mainContactEmail: derivedOptional(email({ describes: 'Primary e-mail address of the main contact.' })),
};

/** A person, company or department that we deal with. */
export const Account = entity('Account', {
  idPrefix: 'acc',
  describes:
    'A company, a person or a department of a company that we deal with, whatever it is to us: customer, prospect, supplier, prescriber, partner.',
  fields: {
    ...identity,
    ...channelFields,
    ...place,
    ...lifecycle,
    ...relationship,
    ...terms,
    ...profile,
    ...mainContact,
    custom: customFields(),
    takeOver: derivedOptional(
      object(
        'TakeOver',
        {
          at: dateTime({ describes: 'When.' }),
          by: text({ describes: 'The id of whoever did it.' }),
          from: optional(ref('User', { describes: 'Who handled it before.' })),
          reason: optional(text({ max: 500, describes: 'Why.' })),
        },
        { describes: 'The last time that it was taken over from somebody else.' },
      ),
    ),
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byParent: { gsi: 1, of: 'parent', sort: 'name', on: 'Account.children' },
    byOwner: { gsi: 2, sort: 'name' },
    byName: { gsi: 3, sort: 'name', shards: 4 },
    byZone: { gsi: 4, of: 'zone', sort: 'name', keepsClosed: true },
    byEmail: { gsi: 5, of: 'email' },
    byOwnZone: link('ownZone', 'name'),
    byLifecycle: link('lifecycle', 'name'),
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  events: {
    qualified: 'The prospect was found worth the effort: it is a lead.',
    becameCustomer: 'It bought, and is a customer.',
    assigned: 'Somebody else handles it from now on.',
    takenOver: 'It was taken from whoever handled it.',
    mainContactChanged: 'Another contact is to be spoken to first, or that contact has changed.',
  },
  prepare: (after, before) => prepareAccount(after, before),
  check: (account) => accountProblems(account),
});

/** An account, as code sees it. */
export type AccountRow = Row<typeof Account>;

import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  email,
  entity,
  file,
  integer,
  json,
  link,
  list,
  longText,
  object,
  optional,
  ownedBy,
  phone,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { ConsentProof } from '#modules/platform/privacy';

const originFields = {
  source: optional(text({ max: 200, describes: '`utm_source`: google, newsletter.' })),
  medium: optional(text({ max: 200, describes: '`utm_medium`: cpc, email.' })),
  campaign: optional(text({ max: 200, describes: '`utm_campaign`.' })),
  term: optional(text({ max: 200, describes: '`utm_term`.' })),
  content: optional(text({ max: 200, describes: '`utm_content`.' })),
  referrer: optional(text({ max: 500, describes: 'The page that led there.' })),
  page: optional(text({ max: 500, describes: 'The page on which it was filled in, without its query.' })),
};
/** Where a visitor came from. */
export type FormOrigin = Values<typeof originFields>;
/** The same as a field of any record. */
export const originField = object('FormOrigin', originFields, { describes: 'Where the visitor came from.' });

const answerFields = {
  key: text({ max: 40, describes: 'The key of the field.' }),
  label: text({ max: 200, describes: 'What stood beside it.' }),
  value: longText({ describes: 'What was answered.' }),
};
/** An answer. */
export type FormAnswer = Values<typeof answerFields>;

/** What a submission says of a record, by what the fields of the form fill. */
export type FilledValues = Readonly<Record<string, string | number | boolean | readonly string[]>>;

const agreedFields = {
  field: text({ max: 40, describes: 'The key of the field.' }),
  purpose: ConsentProof.fields.purpose,
  channels: list(ConsentProof.fields.channel, { max: 5, describes: 'By which ways.' }),
  wording: longText({ max: 2000, describes: 'What was agreed to, word for word.' }),
  version: text({ max: 40, describes: 'Which edition of the wording that was.' }),
};
/** What was agreed to by ticking a box. */
export type Agreed = Values<typeof agreedFields>;

const sent = {
  form: ref('Form', { describes: 'The form.' }),
  name: derived(text({ describes: 'Who sent it, as far as it says.' })),
  email: derivedOptional(email({ search: 'words', describes: 'The address that was given.' })),
  phone: derivedOptional(phone({ search: 'digits', describes: 'The number that was given.' })),
  answers: derived(list(object('FormAnswer', answerFields), { max: 40, describes: 'What was answered, in order.' })),
  values: derived(
    json<FilledValues>({ describes: 'The same as it fills the record that is made, by what `fills` names.' }),
  ),
  files: derived(list(file(), { max: 10, describes: 'The files that came with it.' })),
  consents: derived(list(object('FormAgreement', agreedFields), { max: 40, describes: 'What was agreed to.' })),
  origin: derived(originField),
  locale: derived(choice(['es', 'en'], { named: 'Locale', describes: 'The language in which it was shown.' })),
  ip: derivedOptional(text({ max: 45, describes: 'The address of the network that it came from.' })),
  userAgent: derivedOptional(text({ max: 300, describes: 'The program that it was sent with.' })),
  visitor: derivedOptional(text({ max: 400, describes: 'The visitor of a tracked site, as the site named it.' })),
};

const course = {
  suspicion: derivedOptional(
    choice(['HONEYPOT', 'TOO_FAST'], { named: 'SpamSuspicion', describes: 'Why it is taken for spam.' }),
  ),
  confirmBy: derivedOptional(dateTime({ describes: 'Until when it can be confirmed by mail.' })),
  confirmedAt: derivedOptional(dateTime({ describes: 'When it was confirmed by mail.' })),
  made: derivedOptional(ref('*', { describes: 'The record that was made of it, or was there already.' })),
  lead: derivedOptional(ref('Lead', { describes: 'The lead of whoever sent it.' })),
  contact: derivedOptional(ref('Contact', { describes: 'The contact of whoever sent it.' })),
  account: derivedOptional(ref('Account', { describes: 'The account of whoever sent it.' })),
  attempts: derived(integer({ describes: 'How often it was tried to make something of it.' })),
  problem: derivedOptional(
    object(
      'SubmissionProblem',
      {
        code: text({ max: 60, describes: 'The code of the error.' }),
        message: text({ max: 1000, describes: 'What is wrong.' }),
      },
      { describes: 'Why nothing could be made of it yet.' },
    ),
  ),
  owner: derivedOptional(ref('User', { describes: 'Whose it is: whoever got what was made of it.' })),
  team: derivedOptional(ref('Team', { describes: 'The team whose it is.' })),
};

/** What somebody sent with a form. */
export const FormSubmission = entity('FormSubmission', {
  idPrefix: 'fsub',
  describes:
    'What somebody sent with a form: answers, files, what was agreed to, and where the visitor came from. It stays, whatever becomes of it.',
  fields: { ...sent, ...course },
  states: {
    field: 'status',
    initial: 'RECEIVED',
    moves: {
      RECEIVED: ['PROCESSED', 'FAILED'],
      UNCONFIRMED: ['RECEIVED', 'EXPIRED'],
      SPAM: ['RECEIVED'],
      FAILED: ['PROCESSED'],
      PROCESSED: [],
      EXPIRED: [],
    },
    closedIn: ['PROCESSED', 'SPAM', 'EXPIRED'],
    frozenIn: ['PROCESSED', 'EXPIRED'],
    verbs: { RECEIVED: 'submitted' },
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byForm: { gsi: 1, of: 'form', sort: 'createdAt', on: 'Form.submissions' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
    byLead: link('lead', 'createdAt', 'Lead.formSubmissions'),
    byContact: link('contact', 'createdAt', 'Contact.formSubmissions'),
  },
  timeline: ['id', 'lead', 'contact', 'account'],
  title: ({ name }) => name,
  dueAt: ({ status, confirmBy }) => (status === 'UNCONFIRMED' ? confirmBy : undefined),
});

/** A submission, as code sees it. */
export type SubmissionRow = Row<typeof FormSubmission>;

import {
  boolean,
  choice,
  defaulted,
  entity,
  integer,
  list,
  longText,
  noOwner,
  object,
  optional,
  ref,
  tags,
  text,
  url,
  type Row,
  type Values,
} from '#kernel';
import { ConsentProof } from '#modules/platform/privacy';
import { formProblems } from './form.rules.ts';

/** What a field asks for. */
export const fieldKinds = [
  'TEXT',
  'LONG_TEXT',
  'EMAIL',
  'PHONE',
  'NUMBER',
  'DATE',
  'CHOICE',
  'CHOICES',
  'CHECKBOX',
  'CONSENT',
  'FILE',
  'HIDDEN',
] as const;

const words = (name: string, max: number, describes: string) =>
  object(
    name,
    { es: text({ max, describes: 'In Spanish.' }), en: text({ max, describes: 'In English.' }) },
    { describes },
  );
const label = (describes: string) => words('FormLabel', 200, describes);
const sentences = (describes: string) => words('FormText', 2000, describes);
const key = (describes: string) => text({ max: 40, pattern: /^[A-Za-z][A-Za-z0-9_]*$/, describes });

const fieldFields = {
  key: key('Its name for programs, unique in the form.'),
  kind: choice(fieldKinds, { named: 'FormFieldKind', describes: 'What it asks for.' }),
  label: label('What stands beside it.'),
  help: optional(label('What helps to fill it in.')),
  required: defaulted(boolean({ describes: 'Nothing is sent without it.' }), false),
  fills: optional(
    text({
      max: 60,
      describes:
        'What it fills in the record that is made: `email`, `company`, `custom.size`; `formFillings` names them.',
    }),
  ),
  options: defaulted(
    list(object('FormOption', { key: key('What is kept.'), label: label('What is shown.') }), {
      max: 100,
      describes: 'CHOICE, CHOICES: what can be chosen.',
    }),
    [],
  ),
  value: optional(text({ max: 500, describes: 'HIDDEN: what it always says. Others: what stands in it at first.' })),
  most: optional(
    integer({ min: 1, max: 10_000, describes: 'The most characters; of a FILE the most MiB, at most 4.' }),
  ),
  types: defaulted(
    list(text({ max: 100, pattern: /^[a-z]+\/[\w.+*-]+$/ }), {
      max: 20,
      describes: 'FILE: media types that are taken, as application/pdf or image/*; all but programs when empty.',
    }),
    [],
  ),
  consent: optional(
    object(
      'FormConsent',
      {
        purpose: ConsentProof.fields.purpose,
        channels: list(ConsentProof.fields.channel, { max: 5, describes: 'By which ways.' }),
        wording: sentences('What is agreed to; exactly this is kept as evidence.'),
        version: text({ max: 40, describes: 'Which edition of the wording this is.' }),
      },
      {
        describes:
          'CONSENT: what is agreed to by ticking it. Who is known already has agreed once that is confirmed behind the link of a mail, whatever the form asks of others.',
      },
    ),
  ),
};
/** A field of a form. */
export type FormField = Values<typeof fieldFields>;

const look = {
  name: text({ min: 1, max: 100, search: 'words', describes: 'What the people of the tenant call it.' }),
  title: label('The heading of its page.'),
  intro: optional(sentences('What stands above the fields.')),
  button: optional(label('What the button says.')),
  thanks: optional(sentences('What is shown once it was sent.')),
  redirectTo: optional(url({ describes: 'Where the visitor is sent on to instead.' })),
  locale: optional(choice(['es', 'en'], { named: 'Locale', describes: "Its language; the visitor's when not said." })),
  fields: list(object('FormField', fieldFields), { max: 40, describes: 'What it asks, in order.' }),
};

const effect = {
  outcome: defaulted(
    text({
      max: 40,
      pattern: /^[A-Z][A-Z_]*$/,
      describes: 'What is made of a submission: LEAD, CONTACT, CASE, or NONE; `formFillings` names them.',
    }),
    'LEAD',
  ),
  recordKind: optional(text({ max: 40, describes: 'CASE: the key of its type.' })),
  owner: optional(ref('User', { describes: 'Who gets what is made; whomever the rules choose when nobody is named.' })),
  team: optional(ref('Team', { describes: 'The team that gets it.' })),
  source: optional(text({ max: 80, describes: 'Where those who send it came from, as in the list SOURCE.' })),
  captureReason: optional(text({ max: 80, describes: 'Why they are captured, as in the list CAPTURE_REASON.' })),
  campaign: optional(
    text({ describes: 'The campaign that it belongs to, where the address of the visit names none.' }),
  ),
  tags: defaulted(tags({ max: 20, describes: 'Labels of what is made.' }), []),
};

const guards = {
  origins: defaulted(
    list(text({ max: 200 }), {
      max: 50,
      describes: 'Web sites that may show it within their pages: scheme, host and port, as https://www.example.com.',
    }),
    [],
  ),
  doubleOptIn: defaulted(
    boolean({
      describes: 'Nothing is made of it before the visitor has confirmed by mail. It needs a field that fills `email`.',
    }),
    false,
  ),
  confirmDays: defaulted(integer({ min: 1, max: 60, describes: 'Days in which that can be done.' }), 7),
  minSeconds: defaulted(
    integer({ min: 0, max: 600, describes: 'Who sends it faster after seeing it is taken for a program.' }),
    3,
  ),
  mostPerHour: defaulted(
    integer({ min: 1, max: 100, describes: 'The most submissions an hour from one address of the network.' }),
    20,
  ),
  note: optional(longText({ max: 2000, describes: 'What the people of the tenant should know of it.' })),
  active: defaulted(boolean({ describes: 'Whether it takes submissions.' }), true),
};

/** A form on the web, and what becomes of what is sent with it. */
export const Form = entity('Form', {
  idPrefix: 'frm',
  describes:
    'A form on the web: a page of its own and a snippet for any web site, the fields that it asks, how it keeps programs out, and what is made of what people send.',
  fields: { ...look, ...effect, ...guards },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: (after) => formProblems(after),
});

/** A form, as code sees it. */
export type FormRow = Row<typeof Form>;

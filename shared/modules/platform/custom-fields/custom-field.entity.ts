import {
  boolean,
  choice,
  dateTime,
  decimal,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  json,
  list,
  longText,
  noOwner,
  object,
  optional,
  text,
  type Filter,
  type Row,
} from '#kernel';
import { definitionProblems } from './definition.rules.ts';
import { fieldKinds } from './kinds.rules.ts';

const labels = (describes: string) =>
  object(
    'CustomFieldLabels',
    { es: text({ max: 80, describes: 'In Spanish.' }), en: text({ max: 80, describes: 'In English.' }) },
    { describes },
  );

const option = object('CustomFieldOption', {
  key: text({ max: 40, pattern: /^[A-Z][A-Z0-9_]*$/, describes: 'What records hold and programs compare.' }),
  labels: labels('What people read.'),
  retired: defaulted(boolean({ describes: 'Kept where it stands, and chosen no more.' }), false),
});

/** A field that the administrators of a tenant have given an entity. */
export const CustomField = entity('CustomField', {
  idPrefix: 'cfld',
  describes:
    'A field that the administrators of the tenant have given a kind of record. Its values stand in `custom`, under its key.',
  fields: {
    recordType: text({ max: 60, describes: 'The kind of record that has it: Account. It stays.' }),
    key: text({
      max: 40,
      pattern: /^[a-z][A-Za-z0-9]*$/,
      unique: (key: string, { recordType }) => `${String(recordType)}.${key}`,
      describes:
        'Its name for programs, unique for its kind of record: `custom.<key>`. Letters and digits, as `creditScore`. It is no name of a standard field, and it stays.',
    }),
    kind: choice(fieldKinds, {
      named: 'CustomFieldKind',
      describes: 'What its values are. Later it only changes to a kind that takes the values that there are.',
    }),
    labels: labels('What people call it.'),
    help: optional(
      object(
        'CustomFieldHelp',
        { es: text({ max: 500, describes: 'In Spanish.' }), en: text({ max: 500, describes: 'In English.' }) },
        { describes: 'What to fill in.' },
      ),
    ),
    required: defaulted(
      boolean({ describes: 'Asked for when people make a record or change it. Records of before stay as they are.' }),
      false,
    ),
    requiredFrom: optional(dateTime({ describes: 'Since when it is asked for; at once when absent.' })),
    options: defaulted(
      list(option, { max: 200, describes: 'What may be chosen, in order. One in use is retired, never removed.' }),
      [],
    ),
    refersTo: optional(text({ max: 60, describes: 'The kind of record that a reference names: Contact.' })),
    default: optional(json({ describes: 'The value of new records that are given none.' })),
    min: optional(decimal({ describes: 'The least number; of text, the least number of characters.' })),
    max: optional(decimal({ describes: 'The largest number; of text, the most characters.' })),
    decimals: optional(integer({ min: 0, max: 6, describes: 'Most decimals of a decimal number; 6 when absent.' })),
    mask: optional(
      text({
        max: 60,
        describes: 'The form of a text: `0` is a digit, `A` a letter, `*` either; anything else is itself. `AAA-0000`.',
      }),
    ),
    searchable: defaulted(
      boolean({
        describes:
          'The search finds records by its words, and lists that ask for its exact value read no others. Of a field that there was before, a job sees to the older records first.',
      }),
      false,
    ),
    sensitive: defaulted(
      boolean({
        describes: 'Told to no partner: events and mails leave it out. Roles hide it as `Account.custom.<key>`.',
      }),
      false,
    ),
    appliesTo: optional(
      json<Filter>({
        describes: 'Only records that this filter on standard fields matches have it: `{"type": {"eq": "PERSON"}}`.',
      }),
    ),
    section: optional(text({ max: 80, describes: 'The heading under which forms show it.' })),
    order: defaulted(integer({ min: 0, max: 10_000, describes: 'Its place in forms.' }), 0),
    note: optional(longText({ max: 2000, describes: 'Why there is such a field, for administrators.' })),
    retired: defaulted(boolean({ describes: 'Out of use: values stay readable, and no new ones are taken.' }), false),
    indexing: derivedOptional(
      boolean({ describes: 'Older records are still being made findable: lists filter by it meanwhile.' }),
    ),
    place: derived(text({ max: 80, describes: 'Kind of record, place in forms and key: the order of lists.' })),
  },
  owner: noOwner,
  keys: {
    all: { gsi: 3, sort: 'place' },
    byRecordType: { gsi: 4, of: 'recordType', sort: 'place', keepsClosed: true },
  },
  defaults: ['create', 'update'],
  timeline: ['id'],
  title: ({ recordType, key }) => `${recordType}.custom.${key}`,
  prepare: ({ recordType, order, key }) => ({ place: `${recordType} ${String(order).padStart(5, '0')} ${key}` }),
  check: (after, before) => definitionProblems(after, before),
});

/** A definition, as code sees it. */
export type CustomFieldRow = Row<typeof CustomField>;

import { derivedOptional, entity, longText, noOwner, object, optional, text, type Row } from '#kernel';

const wording = (language: string) =>
  optional(
    object(
      'MailWording',
      {
        subject: text({ min: 1, max: 300, describes: 'The subject, with placeholders in Liquid: {{ record.name }}.' }),
        body: longText({
          max: 100_000,
          describes:
            'The text with placeholders in Liquid: plain, in HTML, or a whole mail in MJML (`<mjml>...`), which is compiled as it is saved.',
        }),
      },
      { describes: `What it says in ${language}.` },
    ),
  );

/** What mails of one kind say, in the languages of their readers. */
export const MailTemplate = entity('MailTemplate', {
  idPrefix: 'mtp',
  describes:
    'What mails of one kind say, per language, with placeholders (Liquid). One with the key of a built-in template replaces it.',
  fields: {
    key: text({
      min: 2,
      max: 60,
      unique: true,
      pattern: /^[a-z0-9]+([.-][a-z0-9]+)*$/,
      describes: 'How mails name it: welcome, approval-requested. No two alike.',
    }),
    name: text({ min: 1, max: 120, describes: 'What people call it.', search: 'words' }),
    es: wording('Spanish'),
    en: wording('English'),
    compiled: derivedOptional(
      object(
        'CompiledWordings',
        {
          es: optional(longText({ max: 100_000, describes: 'In Spanish.' })),
          en: optional(longText({ max: 100_000, describes: 'In English.' })),
        },
        { describes: 'The HTML that its MJML became, with the placeholders still in it.' },
      ),
    ),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: ({ es, en }) =>
    es || en
      ? []
      : [{ code: 'BAD_INPUT', message: 'A template says something in at least one language.', path: ['es'] }],
});

/** A template, as code sees it. */
export type MailTemplateRow = Row<typeof MailTemplate>;

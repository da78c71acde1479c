import {
  anyRecord,
  change,
  choice,
  creation,
  DomainError,
  integer,
  json,
  list,
  longText,
  optional,
  problemsError,
  query,
  ref,
  text,
  type AnyRow,
  type Context,
} from '#kernel';
import { MailTemplate } from './mail-template.entity.ts';
import { renderMail, wordingProblems, type Wording } from './rendering.operations.ts';

/** A template that a module brings, under the extension point `mail-templates`; a tenant's own of the same key replaces it. */
export type BuiltInTemplate = { readonly key: string; readonly es: Wording; readonly en: Wording };

type Wordings = { readonly es?: Wording | null; readonly en?: Wording | null };

const assertWordings = async ({ es, en }: Wordings): Promise<void> => {
  const problems = [...(es ? await wordingProblems(es, 'es') : []), ...(en ? await wordingProblems(en, 'en') : [])];
  if (problems.length > 0) throw problemsError(problems);
};

export const createMailTemplate = creation(MailTemplate, 'createMailTemplate', {
  describes: 'Makes a template for mails. Its placeholders are checked.',
  needs: 'mailTemplate.create',
  input: {},
  returns: MailTemplate,
  fails: ['TEMPLATE_INVALID'],
  run: async ({ values }, { data }) => {
    await assertWordings(values);
    return data(MailTemplate).create(values);
  },
});

export const updateMailTemplate = change(MailTemplate, 'updateMailTemplate', {
  describes: 'Changes a template: absent fields stay, null clears. Mails that were sent keep their words.',
  needs: 'mailTemplate.update',
  input: {
    id: ref('MailTemplate', { describes: 'Which one.' }),
    version: integer({
      min: 1,
      describes: 'The version that the change was made on; another one answers STALE_VERSION.',
    }),
  },
  returns: MailTemplate,
  fails: ['TEMPLATE_INVALID'],
  run: async ({ id, changes }, { data }) => {
    await assertWordings(changes);
    return data(MailTemplate).update(await data(MailTemplate).get(id), changes);
  },
});

export const previewMail = query('previewMail', {
  describes: 'Shows a mail as it would go out, with a record in its placeholders, without sending it.',
  needs: 'mail.read',
  input: {
    template: text({ max: 60, describes: 'The key of the template.' }),
    record: optional(ref('*', { describes: 'The record whose values stand in the placeholders.' })),
    data: optional(json({ describes: 'Further values for placeholders, by name.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'Its language.' })),
  },
  returns: {
    subject: text({ max: 500, describes: 'The subject.' }),
    html: longText({ max: 400_000, describes: 'The mail in HTML.' }),
    text: longText({ max: 400_000, describes: 'The same in plain text.' }),
    record: optional(anyRecord('The record that it was shown with.')),
  },
  fails: ['TEMPLATE_NOT_FOUND', 'TEMPLATE_INVALID'],
  run: async ({ template, record, data, locale = 'es' }, context) => {
    const row = record === undefined ? undefined : await visibleRecord(context, record);
    const wording = await wordingFor(context, template, locale);
    const values = { locale, data: asValues(data), ...(row && { record: row }) };
    return { ...(await renderMail(context, wording, values)), ...(row && { record: row }) };
  },
});

export const builtInMailTemplates = query('builtInMailTemplates', {
  describes: 'The keys of the templates that the product brings; a template of the same key replaces one.',
  needs: 'mailTemplate.read',
  input: {},
  returns: { keys: list(text({ max: 60 }), { max: 200, describes: 'Their keys.' }) },
  run: (_input, context) =>
    Promise.resolve({
      keys: builtIns(context)
        .map(({ key }) => key)
        .sort(),
    }),
});

const builtIns = ({ registry }: Context) => registry.contributions('mail-templates') as readonly BuiltInTemplate[];

/** Values for placeholders, if they are named values at all. */
export const asValues = (data: unknown): Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Readonly<Record<string, unknown>>) : {};

/** A record that the actor may see. @throws NOT_FOUND */
export const visibleRecord = async (context: Context, id: string): Promise<AnyRow> => {
  const row = (await context.records([id])).get(id);
  if (!row) throw new DomainError('NOT_FOUND', `There is no record ${id}.`);
  return row;
};

/** What a template says in a language, or in the other where it has only that. @throws TEMPLATE_NOT_FOUND */
export const wordingFor = async (context: Context, key: string, locale: 'es' | 'en'): Promise<Wording> => {
  const own = await context.trusted(MailTemplate).findUnique('key', key);
  const found = own && own.archivedAt === undefined ? own : builtIns(context).find((each) => each.key === key);
  const wording = found?.[locale] ?? found?.es ?? found?.en;
  if (!wording) throw new DomainError('TEMPLATE_NOT_FOUND', `There is no template ${key}.`, ['template']);
  return wording;
};

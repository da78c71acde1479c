import {
  anyRecord,
  change,
  choice,
  creation,
  DomainError,
  json,
  list,
  longText,
  mutation,
  optional,
  problemsError,
  query,
  ref,
  text,
  versionInput,
  type AnyRow,
  type Context,
} from '#kernel';
import { assertNoApproval } from '#modules/platform/settings';
import { MailTemplate } from './mail-template.entity.ts';
import { renderMail } from './rendering.operations.ts';
import { builtIns, templateKind, wordingFor, wordingsProblems, type Wordings } from './template-settings.operations.ts';

/** Placeholders that can be read, and nobody who must agree first. */
const assertWordings = async (context: Context, key: string, wordings: Wordings): Promise<void> => {
  await assertNoApproval(context, templateKind, key);
  const problems = await wordingsProblems(wordings);
  if (problems.length > 0) throw problemsError(problems);
};

export const createMailTemplate = creation(MailTemplate, 'createMailTemplate', {
  describes: 'Makes a template for mails. Its placeholders are checked.',
  needs: 'mailTemplate.create',
  input: {},
  returns: MailTemplate,
  fails: ['TEMPLATE_INVALID', 'APPROVAL_NEEDED'],
  run: async ({ values }, context) => {
    await assertWordings(context, values.key, values);
    return context.data(MailTemplate).create(values);
  },
});

export const updateMailTemplate = change(MailTemplate, 'updateMailTemplate', {
  describes: 'Changes a template: absent fields stay, null clears. Mails that were sent keep their words.',
  needs: 'mailTemplate.update',
  input: {
    id: ref('MailTemplate', { describes: 'Which one.' }),
    version: versionInput,
  },
  returns: MailTemplate,
  fails: ['TEMPLATE_INVALID', 'APPROVAL_NEEDED'],
  run: async ({ id, changes }, context) => {
    const template = await context.data(MailTemplate).get(id);
    await assertWordings(context, template.key, changes);
    return context.data(MailTemplate).update(template, changes);
  },
});

export const archiveMailTemplate = mutation('archiveMailTemplate', {
  describes: 'Takes a MailTemplate out of use; what the product brings under its key counts again. It can be restored.',
  needs: 'mailTemplate.archive',
  input: { id: ref('MailTemplate', { describes: 'Which one.' }), version: versionInput },
  returns: MailTemplate,
  fails: ['APPROVAL_NEEDED'],
  run: async ({ id }, context) => {
    const template = await context.data(MailTemplate).get(id);
    await assertNoApproval(context, templateKind, template.key);
    return context.data(MailTemplate).archive(template);
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
      keys: builtIns(context.registry)
        .map(({ key }) => key)
        .sort(),
    }),
});

/** Values for placeholders, if they are named values at all. */
export const asValues = (data: unknown): Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Readonly<Record<string, unknown>>) : {};

/** A record that the actor may see. @throws NOT_FOUND */
export const visibleRecord = async (context: Context, id: string): Promise<AnyRow> => {
  const row = (await context.records([id])).get(id);
  if (!row) throw new DomainError('NOT_FOUND', `There is no record ${id}.`);
  return row;
};

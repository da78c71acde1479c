import {
  anyRecord,
  change,
  choice,
  creation,
  DomainError,
  given,
  json,
  list,
  longText,
  mutation,
  optional,
  problemsError,
  query,
  recordInput,
  ref,
  text,
  type AnyRow,
  type Context,
  type Locale,
} from '#kernel';
import { assertNoApproval } from '#modules/platform/settings';
import { MailTemplate, type MailTemplateRow } from './mail-template.entity.ts';
import type { Wording } from './liquid.operations.ts';
import { renderMail, unfilledIn } from './rendering.operations.ts';
import { builtIns, checkWordings, templateKind, wordingFor, type Wordings } from './template-settings.operations.ts';

/** Placeholders that can be read, MJML that can be compiled, and nobody who must agree first. */
const keptWordings = async (context: Context, key: string, wordings: Wordings, before?: MailTemplateRow) => {
  await assertNoApproval(context, templateKind, key);
  const { compiled, problems } = await checkWordings(wordings, before?.compiled);
  if (problems.length > 0) throw problemsError(problems);
  return compiled;
};

export const createMailTemplate = creation(MailTemplate, 'createMailTemplate', {
  describes: 'Makes a template for mails. Its placeholders are checked.',
  needs: 'mailTemplate.create',
  input: {},
  returns: MailTemplate,
  fails: ['TEMPLATE_INVALID', 'APPROVAL_NEEDED'],
  run: async ({ values }, context) => {
    const compiled = await keptWordings(context, values.key, values);
    return context.data(MailTemplate).create({ ...values, ...(compiled && { compiled }) });
  },
});

export const updateMailTemplate = change(MailTemplate, 'updateMailTemplate', {
  describes: 'Changes a template: absent fields stay, null clears. Mails that were sent keep their words.',
  needs: 'mailTemplate.update',
  input: recordInput('MailTemplate'),
  returns: MailTemplate,
  fails: ['TEMPLATE_INVALID', 'APPROVAL_NEEDED'],
  run: async ({ id, changes }, context) => {
    const template = await context.data(MailTemplate).get(id);
    const compiled = await keptWordings(context, template.key, changes, template);
    return context.data(MailTemplate).update(template, { ...changes, compiled });
  },
});

export const archiveMailTemplate = mutation('archiveMailTemplate', {
  describes: 'Takes a MailTemplate out of use; what the product brings under its key counts again. It can be restored.',
  needs: 'mailTemplate.archive',
  input: recordInput('MailTemplate'),
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
    template: optional(text({ max: 60, describes: 'The key of the template.' })),
    subject: optional(text({ max: 300, describes: 'In place of a template: a subject that is not saved yet.' })),
    body: optional(longText({ max: 100_000, describes: 'And its text: plain, in HTML or in MJML.' })),
    record: optional(ref('*', { describes: 'The record whose values stand in the placeholders.' })),
    data: optional(json({ describes: 'Further values for placeholders, by name.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: "Its language; one's own when not said." })),
    kind: optional(
      choice(['TRANSACTIONAL', 'MARKETING'], {
        named: 'MailKind',
        describes: 'MARKETING shows where one unsubscribes; TRANSACTIONAL when not said.',
      }),
    ),
  },
  returns: {
    subject: text({ max: 500, describes: 'The subject.' }),
    html: longText({ max: 400_000, describes: 'The mail in HTML.' }),
    text: longText({ max: 400_000, describes: 'The same in plain text.' }),
    record: optional(anyRecord('The record that it was shown with.')),
    unfilled: list(text({ max: 300 }), {
      max: 200,
      describes: 'Placeholders that stand for nothing here, as record.nmae: misspelt, or empty in this record.',
    }),
  },
  fails: ['TEMPLATE_NOT_FOUND', 'TEMPLATE_INVALID'],
  run: async ({ record, data, locale: asked, kind, ...shown }, context) => {
    const locale = asked ?? context.actor.locale;
    const row = record === undefined ? undefined : await visibleRecord(context, record);
    const wording = await wordingShown(context, shown, locale);
    const values = { locale, data: asValues(data), isMarketing: kind === 'MARKETING', ...given({ record: row }) };
    const rendered = await renderMail(context, wording, values);
    const unfilled = (await unfilledIn(context, wording, values)).slice(0, mostUnfilled);
    return { ...rendered, unfilled, ...given({ record: row }) };
  },
});

const mostUnfilled = 200;

type Shown = { readonly template?: string; readonly subject?: string; readonly body?: string };

/** What a template says, or words that are not saved. @throws TEMPLATE_NOT_FOUND, TEMPLATE_INVALID, BAD_INPUT */
export const wordingShown = async (
  context: Context,
  { template, subject, body }: Shown,
  locale: Locale,
): Promise<Wording> => {
  if (template !== undefined) return wordingFor(context, template, locale);
  if (subject === undefined || body === undefined)
    throw new DomainError('BAD_INPUT', 'A mail needs a template, or a subject and a body.', ['template']);
  const { compiled, problems } = await checkWordings({ [locale]: { subject, body } });
  if (problems.length > 0) throw problemsError(problems.map((each) => ({ ...each, path: each.path?.slice(1) ?? [] })));
  return { subject, body, ...given({ compiled: compiled?.[locale] }) };
};

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

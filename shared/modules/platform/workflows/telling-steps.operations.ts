// Steps that tell people something: mails, and notices in the product.
import { DomainError, list, longText, object, optional, ref, text, type AnyRow } from '#kernel';
import { runNamed } from '#kernel/named-operation';
import { sendMail, wordingFor } from '#modules/platform/mail-out';
import { notify } from '#modules/platform/notifications';
import { usesIn } from './mapping.rules.ts';
import { workflowNotice } from './notices.rules.ts';
import { problem, type StepKind } from './step-kinds.rules.ts';

/** Writes a mail. */
export const mailStep: StepKind = {
  key: 'mail',
  describes:
    'Sends a mail to people or customers: by a template, or with a subject and a text. It is about the record unless it names another.',
  input: sendMail.input,
  problems: ({ input }) =>
    input['template'] === undefined && (input['subject'] === undefined || input['body'] === undefined)
      ? [problem('A mail needs a template, or a subject and a body.', ['template'])]
      : [],
  missing: async ({ input: { template } }, context) => {
    if (typeof template !== 'string' || usesIn(template).length > 0) return [];
    const refused = await wordingFor(context, template, context.actor.locale).catch((error: unknown) => error);
    if (refused instanceof DomainError) return [problem(refused.message, ['template'], refused.code)];
    if (refused instanceof Error) throw refused;
    return [];
  },
  run: async (input, { context, record }) => {
    const about = input['record'] === undefined && record ? { record: record.id } : {};
    const sent = (await runNamed(context, sendMail.name, { ...about, ...input })) as AnyRow;
    return { output: { id: sent.id } };
  },
};

const lineField = text({ max: 300, describes: 'What, in a line.' });
const moreField = optional(longText({ max: 2000, describes: 'More of it.' }));
const inLanguage = (describes: string) =>
  optional(object('WorkflowNoticeWords', { title: lineField, body: moreField }, { describes }));

/** What such a step goes by, once it was checked. */
type Telling = { readonly title?: string; readonly body?: string };
type Told = Telling & { readonly to: readonly string[]; readonly es?: Telling; readonly en?: Telling };

/** A part of what is told, in both languages: in its own words, or in those for everybody. */
const wordsOf = (told: Told, part: keyof Telling): { readonly es: string; readonly en: string } | undefined => {
  const es = told.es?.[part] ?? told[part];
  const en = told.en?.[part] ?? told[part];
  const either = es ?? en;
  return either === undefined ? undefined : { es: es ?? either, en: en ?? either };
};

/** Tells people something. */
export const noticeStep: StepKind = {
  key: 'notify',
  describes:
    'Tells people something in the product, and by mail where they have settled it so: each in their own language where `es` and `en` say ' +
    'it, else by `title` and `body`.',
  input: {
    to: list(ref('User', { describes: 'Somebody.' }), { max: 50, describes: 'Who: [{"$": "record.ownerId"}].' }),
    title: optional(lineField),
    body: moreField,
    es: inLanguage('What those read whose language is Spanish.'),
    en: inLanguage('What those read whose language is English.'),
  },
  problems: ({ input }) =>
    input['title'] === undefined && (input['es'] === undefined || input['en'] === undefined)
      ? [problem('Say a title, or what is told in es and en.', ['title'])]
      : [],
  run: async (input, { context, record }) => {
    const told = input as Told;
    const title = wordsOf(told, 'title');
    // What was mapped from nothing.
    if (!title) throw new DomainError('BAD_INPUT', 'There is nothing to tell.', ['title']);
    const body = wordsOf(told, 'body');
    const kept = await notify(context, {
      ...{ to: told.to, kind: workflowNotice, title },
      ...(body && { body }),
      ...(record && { about: record.id }),
    });
    return { output: { told: kept.length } };
  },
};

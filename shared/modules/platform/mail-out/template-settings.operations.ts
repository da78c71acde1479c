import {
  DomainError,
  given,
  problemsError,
  readOn,
  type Context,
  type Locale,
  type Problem,
  type Registry,
} from '#kernel';
import { inForce, ownValues, type SettingKind } from '#modules/platform/settings';
import { MailTemplate, type MailTemplateRow } from './mail-template.entity.ts';
import { compileMjml, isMjml } from './mjml.operations.ts';
import { wordingProblems, type Wording } from './liquid.operations.ts';

/** The kind of what mails say. */
export const templateKind = 'MAIL_TEMPLATE';

/** A template that a module brings, under the extension point `mail-templates`; a tenant's own of the same key replaces it. */
export type BuiltInTemplate = { readonly key: string; readonly es: Wording; readonly en: Wording };

/** What a template says, by language. */
export type Wordings = { readonly es?: Wording | null; readonly en?: Wording | null };

/** The templates that modules bring. */
export const builtIns = (registry: Registry) => registry.contributions('mail-templates') as readonly BuiltInTemplate[];

/** What a template says as it is kept: what MJML became beside its words. */
type Kept = {
  readonly compiled: NonNullable<MailTemplateRow['compiled']> | null;
  readonly problems: readonly Problem[];
};

/** Compiles what is written in MJML and checks placeholders. Languages that are not named keep what they had. */
export const checkWordings = async (wordings: Wordings, before: MailTemplateRow['compiled'] = {}): Promise<Kept> => {
  const checked = await Promise.all(languages.map((language) => checkWording(wordings[language], language)));
  const compiled = Object.fromEntries(
    languages.flatMap((language, index) => {
      const html = wordings[language] === undefined ? before[language] : checked[index]?.html;
      return html === undefined ? [] : [[language, html]];
    }),
  );
  return {
    compiled: Object.keys(compiled).length > 0 ? compiled : null,
    problems: checked.flatMap(({ problems }) => problems),
  };
};

const languages = ['es', 'en'] as const;

const checkWording = async (wording: Wording | null | undefined, path: string) => {
  if (!wording) return { problems: [] };
  if (!isMjml(wording.body)) return { problems: await wordingProblems(wording, path) };
  const { html, problems } = await compileMjml(wording.body, [path, 'body']);
  return html === undefined
    ? { problems }
    : { html, problems: await wordingProblems({ ...wording, compiled: html }, path) };
};

/** Teams and people say it in words of their own; how a whole mail looks is the tenant's. */
const ownProblems = async (wordings: Wordings): Promise<readonly Problem[]> => {
  const whole = languages.filter((language) => isMjml(wordings[language]?.body ?? ''));
  const message = 'MJML is for the template itself.';
  if (whole.length > 0) return whole.map((path) => ({ code: 'TEMPLATE_INVALID', message, path: [path, 'body'] }));
  return (await checkWordings(wordings)).problems;
};

const mostTemplates = 1000;
const wordingFields = { es: MailTemplate.fields.es, en: MailTemplate.fields.en };

/** What mails say as settings: `MAIL_TEMPLATE/welcome`. */
export const templateSettings: SettingKind = {
  name: templateKind,
  describes: 'What mails of one kind say; the key is the template’s. A team or person may say it in own words.',
  needs: 'mailTemplate.update',
  keys: async ({ trusted, registry }) => {
    const { rows } = await readOn((asked) => trusted(MailTemplate).page('all', asked), mostTemplates);
    return [...new Set([...builtIns(registry), ...rows].map(({ key }) => key))].sort();
  },
  fields: () => wordingFields,
  ownFields: () => wordingFields,
  rows: async ({ trusted }, key) => {
    const own = await trusted(MailTemplate).findUnique('key', key);
    return own ? [own] : [];
  },
  standard: ([own], key, registry) => {
    const said: Wordings | undefined =
      own && own.archivedAt === undefined ? (own as Wordings) : builtIns(registry).find((each) => each.key === key);
    return said && { ...(said.es && { es: said.es }), ...(said.en && { en: said.en }) };
  },
  write: async ({ trusted }, key, values) => {
    const { es, en } = values as { readonly es?: Wording; readonly en?: Wording };
    const { compiled, problems } = await checkWordings({ es: es ?? null, en: en ?? null });
    if (problems.length > 0) throw problemsError(problems);
    const templates = trusted(MailTemplate);
    const own = await templates.findUnique('key', key);
    if (!own) templates.create(given({ key, name: key, es, en, compiled: compiled ?? undefined }));
    else {
      const live = own.archivedAt === undefined ? own : templates.restore(own);
      templates.update(live, { es: es ?? null, en: en ?? null, compiled });
    }
  },
  ownProblems,
};

/**
 * What a template says for the actor in a language, or in the other where it has only that: a person's words come before the
 * team's, those before the tenant's. @throws TEMPLATE_NOT_FOUND
 */
export const wordingFor = async (context: Context, key: string, locale: Locale): Promise<Wording> => {
  const rows = await templateSettings.rows(context, key);
  const standard = templateSettings.standard(rows, key, context.registry);
  const own = standard ? await ownValues(context, templateKind, key) : [];
  const said: Wordings = inForce(templateSettings, standard ?? {}, own);
  const language = said[locale] ? locale : languages.find((each) => said[each]);
  const wording = language && said[language];
  if (!wording) throw new DomainError('TEMPLATE_NOT_FOUND', `There is no template ${key}.`, ['template']);
  const [template] = rows as readonly MailTemplateRow[];
  if (!isMjml(wording.body)) return wording;
  // A template that an undo or a restore brought back has not been compiled by anybody.
  const compiled = template?.compiled?.[language] ?? (await compileMjml(wording.body, [language])).html;
  return { ...wording, ...given({ compiled }) };
};

import { DomainError, problemsError, readOn, type Context, type Problem, type Registry } from '#kernel';
import { inForce, ownValues, type SettingKind } from '#modules/platform/settings';
import { MailTemplate } from './mail-template.entity.ts';
import { wordingProblems, type Wording } from './rendering.operations.ts';

/** The kind of what mails say. */
export const templateKind = 'MAIL_TEMPLATE';

/** A template that a module brings, under the extension point `mail-templates`; a tenant's own of the same key replaces it. */
export type BuiltInTemplate = { readonly key: string; readonly es: Wording; readonly en: Wording };

/** What a template says, by language. */
export type Wordings = { readonly es?: Wording | null; readonly en?: Wording | null };

/** The templates that modules bring. */
export const builtIns = (registry: Registry) => registry.contributions('mail-templates') as readonly BuiltInTemplate[];

/** What is wrong with the placeholders of a template. */
export const wordingsProblems = async ({ es, en }: Wordings): Promise<readonly Problem[]> => [
  ...(es ? await wordingProblems(es, 'es') : []),
  ...(en ? await wordingProblems(en, 'en') : []),
];

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
    const problems = await wordingsProblems(values);
    if (problems.length > 0) throw problemsError(problems);
    const templates = trusted(MailTemplate);
    const { es, en } = values as { readonly es?: Wording; readonly en?: Wording };
    const own = await templates.findUnique('key', key);
    if (!own) templates.create({ key, name: key, ...(es && { es }), ...(en && { en }) });
    else
      templates.update(own.archivedAt === undefined ? own : templates.restore(own), { es: es ?? null, en: en ?? null });
  },
  ownProblems: wordingsProblems,
};

/**
 * What a template says for the actor in a language, or in the other where it has only that: a person's words come before the
 * team's, those before the tenant's. @throws TEMPLATE_NOT_FOUND
 */
export const wordingFor = async (context: Context, key: string, locale: 'es' | 'en'): Promise<Wording> => {
  const standard = templateSettings.standard(await templateSettings.rows(context, key), key, context.registry);
  const own = standard ? await ownValues(context, templateKind, key) : [];
  const said: Wordings = inForce(templateSettings, standard ?? {}, own);
  const wording = said[locale] ?? said.es ?? said.en;
  if (!wording) throw new DomainError('TEMPLATE_NOT_FOUND', `There is no template ${key}.`, ['template']);
  return wording;
};

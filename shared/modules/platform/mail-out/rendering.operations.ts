import type { Liquid } from 'liquidjs';
import {
  DomainError,
  seenValues,
  type AnyField,
  type AnyRow,
  type Context,
  type Money,
  type Problem,
  type Registry,
} from '#kernel';
import { toldFields } from '#kernel/event-of-change';
import { presentValues } from '#kernel/present';
import { formatAmount, formatDay, formatMoment, formatMoney, type Writing } from '#modules/platform/pdf';
import { ownValues, Tenant, tenantKind, type TenantRow } from '#modules/platform/settings';
import { asWhole, button, layOut, signatureBlock, type MailBrand } from './mail-layout.rules.ts';
import { linkMark } from './mail.rules.ts';
import { isHtml, paragraphs, plainText } from './plain-text.rules.ts';

/** What a mail says before its placeholders are filled. `compiled`: the whole mail in HTML that its MJML became. */
export type Wording = { readonly subject: string; readonly body: string; readonly compiled?: string };

/** A mail as it goes out. */
export type Rendered = { readonly subject: string; readonly html: string; readonly text: string };

/** What placeholders may name. */
export type Material = {
  readonly locale: 'es' | 'en';
  readonly record?: AnyRow;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Names of signed links; the text uses them as {{ links.<name> }}. */
  readonly links?: readonly string[];
  /** The lines below which the sender signs; templates use them as {{ signature | raw }}. */
  readonly signature?: string;
  /** The signature stands below the text, unless the text itself says where. */
  readonly isSigned?: boolean;
};

type Engines = { readonly body: Liquid; readonly subject: Liquid };
const limits = { parseLimit: 200_000, renderLimit: 1_000, memoryLimit: 2_000_000 };
let engines: Promise<Engines> | undefined;

/** Loaded at first use: most calls render nothing. */
const openEngines = (): Promise<Engines> => (engines ??= makeEngines());

const makeEngines = async (): Promise<Engines> => {
  const { Liquid: Engine } = await import('liquidjs');
  const options = { ownPropertyOnly: true, strictFilters: true, templates: {}, ...limits };
  const body = new Engine({ ...options, outputEscape: 'escape' });
  const subject = new Engine(options);
  for (const engine of [body, subject]) {
    for (const tag of ['include', 'render', 'layout', 'block']) Reflect.deleteProperty(engine.tags, tag);
    engine.registerFilter('money', (value: unknown, writing: Writing) => moneyText(value, writing));
    engine.registerFilter('day', (value: unknown, writing: Writing) =>
      typeof value === 'string' ? formatDay(value, writing) : '',
    );
    engine.registerFilter('moment', (value: unknown, writing: Writing) =>
      typeof value === 'string' ? formatMoment(value, writing) : '',
    );
  }
  return { body, subject };
};

const moneyText = (value: unknown, writing: Writing): string => {
  if (typeof value !== 'object' || value === null) return '';
  const { amount, minor, currency } = value as { amount?: string; minor?: number; currency?: string };
  if (currency === undefined) return '';
  if (minor !== undefined) return formatMoney({ minor, currency } satisfies Money, writing);
  return amount === undefined ? '' : formatAmount(amount, currency, writing);
};

/** `{{ total | money }}` takes language and country from the mail: the filters are given them here. */
const withWriting = (template: string): string =>
  template.replace(/\|\s*(money|day|moment)\b(?!\s*:)/g, '| $1: writing');

/** What is wrong with a wording: that it cannot be read as Liquid, and where. */
export const wordingProblems = async (wording: Wording, path: string): Promise<readonly Problem[]> => {
  const { body, subject } = await openEngines();
  return [
    ...parseProblem(subject, wording.subject, [path, 'subject']),
    ...parseProblem(body, wording.compiled ?? wording.body, [path, 'body']),
  ];
};

const parseProblem = (engine: Liquid, template: string, path: readonly string[]): readonly Problem[] => {
  try {
    engine.parse(withWriting(template));
    return [];
  } catch (error) {
    return [{ code: 'TEMPLATE_INVALID', message: messageOf(error), path }];
  }
};

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split('\n')[0]
    ?.replaceAll('| $1: writing', '')
    .slice(0, 300) ?? '';

/** Fills the placeholders and lays the mail out. @throws TEMPLATE_INVALID */
export const renderMail = async (context: Context, wording: Wording, material: Material): Promise<Rendered> => {
  const brand = await brandOf(context);
  const scope = await scopeOf(context, material, brand);
  try {
    const { body, subject } = await openEngines();
    const line = String(await subject.parseAndRender(withWriting(wording.subject), scope));
    const filled = String(await body.parseAndRender(withWriting(wording.compiled ?? wording.body), scope));
    const text = isHtml(wording.body) ? filled : paragraphs(filled);
    const signed = material.isSigned === true ? `${text}${ownSignature(wording, scope.signature)}` : text;
    return {
      subject: line
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim()
        .slice(0, 500),
      html: wording.compiled === undefined ? layOut(signed, brand, material.locale) : asWhole(signed, material.locale),
      text: plainText(signed),
    };
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('TEMPLATE_INVALID', messageOf(error), ['template']);
  }
};

const ownSignature = ({ body }: Wording, signature: string): string =>
  /\{\{-?\s*signature\b/.test(body) ? '' : signature;

const scopeOf = async (context: Context, material: Material, brand: MailBrand) => {
  const { actor } = context;
  const names = material.links ?? [];
  return {
    ...material.data,
    record: material.record && (await recordScope(context, material.record)),
    tenant: { name: brand.name, legalName: brand.legalName ?? brand.name, colour: brand.colour },
    signature: material.signature === undefined ? '' : signatureBlock(material.signature),
    links: Object.fromEntries(names.map((name) => [name, linkMark(name)])),
    buttons: Object.fromEntries(
      names.map((name) => [name, button(linkMark(name), labels[material.locale], brand.colour)]),
    ),
    today: context.clock.today(),
    writing: { locale: material.locale, country: actor.country, timeZone: actor.timeZone },
  };
};

const labels = { es: 'Abrir', en: 'Open' } as const;

/** The record as the sender may see it, with the records that it refers to. */
const recordScope = async (context: Context, row: AnyRow): Promise<Readonly<Record<string, unknown>>> => {
  const own = shownValues(context, row);
  const referred = await context.records(referencesOf(context.registry, row));
  const named = Object.entries(own).map(([name, value]) => {
    const other = typeof value === 'string' ? referred.get(value) : undefined;
    return [name, other ? shownValues(context, other) : value] as const;
  });
  return Object.fromEntries(named);
};

const entityOf = (registry: Registry, { id }: AnyRow) => registry.byPrefix.get(id.slice(0, id.indexOf('_')));

/** A record as placeholders see it: what the actor may see of it, and its title. */
export const shownValues = ({ registry, actor }: Context, row: AnyRow): Readonly<Record<string, unknown>> => {
  const of = entityOf(registry, row);
  if (!of) return {};
  return {
    id: row.id,
    createdAt: row.createdAt,
    title: of.title(row),
    ...seenValues(actor, of.name, presentValues(toldFields(of), row)),
  };
};

const referencesOf = (registry: Registry, row: AnyRow): readonly string[] => {
  const of = entityOf(registry, row);
  return Object.entries<AnyField>(of?.fields ?? {}).flatMap(([name, { shape }]) =>
    shape.kind === 'ref' && typeof row[name] === 'string' ? [row[name]] : [],
  );
};

/** How mails look, and the name that they come from: the tenant's, or what the sender's team or the sender has settled. */
export const brandOf = async (context: Context): Promise<MailBrand & { readonly sender: string }> => {
  const { trusted, actor } = context;
  const [tenant, ...own] = await Promise.all([
    trusted(Tenant).find(actor.tenant),
    ...['mailSenderName', 'colours'].map((key) => ownValues(context, tenantKind, key)),
  ]);
  const look = Object.assign({}, tenant, ...own.flat()) as Partial<TenantRow>;
  const name = tenant?.name ?? 'CRM';
  return {
    name,
    sender: look.mailSenderName ?? name,
    colour: look.colours?.primary ?? '#1f4b99',
    ...(tenant?.legalName !== undefined && { legalName: tenant.legalName }),
  };
};

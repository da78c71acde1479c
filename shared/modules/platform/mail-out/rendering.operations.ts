import { DomainError, seenValues, type AnyField, type AnyRow, type Context, type Locale, type Registry } from '#kernel';
import { toldFields } from '#kernel/event-of-change';
import { presentValues } from '#kernel/present';
import { ownValues, Tenant, tenantKind, type TenantRow } from '#modules/platform/settings';
import { fill, messageOf, unfilled, type Wording } from './liquid.operations.ts';
import { asWhole, button, layOut, leavingLine, signatureBlock, type MailBrand } from './mail-layout.rules.ts';
import { linkMark, unsubscribeLink } from './mail.rules.ts';
import { isHtml, paragraphs, plainText } from './plain-text.rules.ts';

/** A mail as it goes out. */
export type Rendered = { readonly subject: string; readonly html: string; readonly text: string };

/** What placeholders may name. */
export type Material = {
  readonly locale: Locale;
  readonly record?: AnyRow;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Names of signed links; the text uses them as {{ links.<name> }}. */
  readonly links?: readonly string[];
  /** Marketing says where one unsubscribes: below the text, unless that names {{ links.unsubscribe }} itself. */
  readonly isMarketing?: boolean;
  /** The lines below which the sender signs; templates use them as {{ signature | raw }}. */
  readonly signature?: string;
  /** The signature stands below the text, unless the text itself says where. */
  readonly isSigned?: boolean;
};

/** Fills the placeholders and lays the mail out. @throws TEMPLATE_INVALID */
export const renderMail = async (context: Context, wording: Wording, material: Material): Promise<Rendered> => {
  const brand = await brandOf(context);
  const scope = await scopeOf(context, material, brand);
  try {
    const filled = await fill(wording, scope);
    const text = isHtml(wording.body) ? filled.body : paragraphs(filled.body);
    const signed = material.isSigned === true ? `${text}${ownSignature(wording, scope.signature)}` : text;
    const left = material.isMarketing === true && !namesLeaving(wording) ? leavingLine(material.locale) : '';
    return {
      subject: filled.subject
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim()
        .slice(0, 500),
      html:
        wording.compiled === undefined
          ? layOut(signed, brand, material.locale, left)
          : asWhole(signed, material.locale, left),
      text: plainText(`${signed}${left}`),
    };
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('TEMPLATE_INVALID', messageOf(error), ['template']);
  }
};

/** Placeholders that stand for nothing in a mail; those of signed links are filled as it leaves. */
export const unfilledIn = async (
  context: Context,
  wording: Wording,
  material: Material,
): Promise<readonly string[]> => {
  const scope = await scopeOf(context, material, await brandOf(context));
  return (await unfilled(wording, scope)).filter((path) => !/^(?:links|buttons)\b/.test(path));
};

const ownSignature = ({ body }: Wording, signature: string): string =>
  /\{\{-?\s*signature\b/.test(body) ? '' : signature;

/** Whether the text says itself where one unsubscribes. */
const namesLeaving = ({ body }: Wording): boolean => /\b(?:links|buttons)\.unsubscribe\b/.test(body);

const scopeOf = async (context: Context, material: Material, brand: MailBrand) => {
  const { actor } = context;
  const names = [...(material.links ?? []), ...(material.isMarketing === true ? [unsubscribeLink] : [])];
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

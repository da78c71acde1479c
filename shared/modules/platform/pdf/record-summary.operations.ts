import {
  choice,
  customFieldMap,
  dateTime,
  DomainError,
  maySeeField,
  mutation,
  optional,
  record,
  ref,
  url,
  type AnyEntity,
  type AnyField,
  type AnyRow,
  type Context,
  type KeySpec,
  type Kind,
  type Locale,
  type Money,
} from '#kernel';
import { File, fileKey, storeFile } from '#modules/platform/files';
import { renderDocument } from './drawing.operations.ts';
import type { DocumentModel, DocumentSection, DocumentValue, Fact } from './document.rules.ts';
import { labelOf } from './labels.rules.ts';
import { letterheadOf } from './letterhead.operations.ts';

const linkSeconds = 5 * 60;
/** Records under a heading; the rest is in the product. */
const mostChildren = 15;

export const createRecordSummary = mutation('createRecordSummary', {
  describes:
    'Makes a PDF of a record for a visit or a meeting: what is known about it, and the records that belong to it, as far as the caller may see them.',
  needs: 'file.create',
  input: {
    record: ref('*', { describes: 'The record: an account, an opportunity.' }),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: "Its language; the caller's when not said." })),
  },
  returns: {
    file: record(File, 'The PDF, kept with the record.'),
    url: url({ describes: 'Where to GET it.' }),
    validUntil: dateTime({ describes: 'Until when the URL works.' }),
  },
  run: async ({ record: id, locale: asked }, context) => {
    const language = asked ?? context.actor.locale;
    const { of, row } = await seen(context, id);
    const { actor, clock, ports } = context;
    const writing = { locale: language, country: actor.country, timeZone: actor.timeZone };
    const body = await renderDocument(
      await summaryOf(context, of, row, language),
      await letterheadOf(context),
      writing,
    );
    const name = `${of.title(row).slice(0, 100)}.pdf`;
    const file = await storeFile(context, { name, contentType: 'application/pdf', body, record: id });
    return {
      file,
      url: await ports.files.downloadUrl(fileKey(actor.tenant, file.id), { fileName: file.name, seconds: linkSeconds }),
      validUntil: new Date(clock.now().getTime() + linkSeconds * 1000).toISOString(),
    };
  },
});

const seen = async (context: Context, id: string): Promise<{ readonly of: AnyEntity; readonly row: AnyRow }> => {
  const row = (await context.records([id])).get(id);
  const of = context.registry.byPrefix.get(id.slice(0, id.indexOf('_')));
  if (!row || !of) throw new DomainError('NOT_FOUND', `There is no record ${id}.`, ['record']);
  return { of, row };
};

const summaryOf = async (context: Context, of: AnyEntity, row: AnyRow, locale: Locale): Promise<DocumentModel> => {
  const madeAt = context.clock.instant();
  const shown = fieldsOf(context, of).filter(([name]) => row[name] !== undefined);
  const names = await titlesOf(
    context,
    shown.flatMap(([name, { shape }]) => (shape.kind === 'ref' ? [row[name] as string] : [])),
  );
  const long = shown.filter(([, { shape }]) => shape.kind === 'longText');
  const facts = [
    ...shown.flatMap(([name, field]) => factOf(name, field, row[name], { names, locale })),
    ...ownFacts(context, of, row, { names, locale }),
  ];
  return {
    title: labelOf(of.name, locale),
    madeAt,
    facts: [{ label: locale === 'es' ? 'Fecha' : 'Date', value: { moment: madeAt } }],
    parties: [{ heading: labelOf(of.name, locale), name: of.title(row) }],
    sections: [
      { facts },
      ...long.map(([name]) => ({ heading: labelOf(name, locale), text: row[name] as string })),
      ...(await childrenOf(context, of, row, locale)),
    ],
  };
};

/** Fields that a person reads; what code derives for its own use is left out. */
const fieldsOf = ({ actor }: Context, of: AnyEntity): readonly (readonly [string, AnyField])[] =>
  Object.entries<AnyField>(of.fields).filter(
    ([name, { presence, sensitive, shape }]) =>
      sensitive !== true &&
      maySeeField(actor, of.name, name) &&
      name !== 'externalId' &&
      (!presence.startsWith('derived') || name === of.states?.field || ['money', 'percent'].includes(shape.kind)),
  );

const titlesOf = async (context: Context, ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const rows = [...(await context.records(ids)).values()];
  return new Map(
    rows.flatMap((row) => {
      const of = context.registry.byPrefix.get(row.id.slice(0, row.id.indexOf('_')));
      return of ? [[row.id, of.title(row)] as const] : [];
    }),
  );
};

type Wording = { readonly names: ReadonlyMap<string, string>; readonly locale: Locale };

const factOf = (name: string, field: AnyField, value: unknown, wording: Wording): readonly Fact[] => {
  const shown = valueOf(field, value, wording);
  return shown === undefined || shown === '' ? [] : [{ label: labelOf(name, wording.locale), value: shown }];
};

/** The fields that the tenant has given the record, under its own labels. */
const ownFacts = ({ actor }: Context, of: AnyEntity, row: AnyRow, wording: Wording): readonly Fact[] => {
  const values = (row['custom'] ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries<AnyField>(customFieldMap(of)).flatMap(([key, field]) => {
    if (field.sensitive === true || !maySeeField(actor, of.name, `custom.${key}`)) return [];
    const shown = valueOf(field, values[key], wording);
    return shown === undefined || shown === '' ? [] : [{ label: field.labels?.[wording.locale] ?? key, value: shown }];
  });
};

/** A value as the document writes it; nothing for what does not fit into a line. */
const valueOf = ({ shape }: AnyField, value: unknown, wording: Wording): DocumentValue | undefined => {
  if (shape.kind === 'money') return { money: value as Money };
  if (shape.kind === 'choice' && shape.labels?.[String(value)]) return shape.labels[String(value)]?.[wording.locale];
  if (shape.kind === 'tags') return (value as readonly string[]).join(', ');
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain ? writers[shape.kind]?.(String(value), wording) : undefined;
};

const asItIs = (text: string): DocumentValue => text;

const writers: Partial<Readonly<Record<Kind, (text: string, wording: Wording) => DocumentValue | undefined>>> = {
  text: asItIs,
  integer: asItIs,
  email: asItIs,
  phone: asItIs,
  url: asItIs,
  number: (decimal) => ({ decimal }),
  decimal: (decimal) => ({ decimal }),
  percent: (percent) => ({ percent }),
  date: (day) => ({ day }),
  dateTime: (moment) => ({ moment }),
  choice: (word, { locale }) => labelOf(word, locale),
  boolean: (word, { locale }) => yesOrNo[locale][word],
  ref: (id, { names }) => names.get(id),
};

const yesOrNo: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  es: { true: 'Sí', false: 'No' },
  en: { true: 'Yes', false: 'No' },
};

/** What says most about a record in a list, in this order; four of them at most. */
const telling = ['jobTitle', 'stage', 'status', 'amount', 'expectedCloseOn', 'agendaAt', 'email', 'phone', 'zone'];

type Child = { readonly of: AnyEntity; readonly key: string; readonly heading: string };

const childrenOf = async (
  context: Context,
  of: AnyEntity,
  row: AnyRow,
  locale: Locale,
): Promise<readonly DocumentSection[]> => {
  const kinds = [...context.registry.entities.values()]
    .filter(({ internal }) => !internal)
    .flatMap((child) => childKeys(child, of));
  const sections = await Promise.all(kinds.map((child) => childSection(context, child, row.id, locale)));
  return sections.flat();
};

const childKeys = (child: AnyEntity, of: AnyEntity): readonly Child[] =>
  Object.entries<KeySpec>(child.keys).flatMap(([key, spec]) => {
    const on = 'on' in spec ? spec.on : undefined;
    return on?.startsWith(`${of.name}.`) === true ? [{ of: child, key, heading: on.slice(of.name.length + 1) }] : [];
  });

const childSection = async (
  context: Context,
  { of, key, heading }: Child,
  parent: string,
  locale: Locale,
): Promise<readonly DocumentSection[]> => {
  const { rows } = await context.data(of).page(key, { of: parent, first: mostChildren });
  if (rows.length === 0) return [];
  const visible = new Map(
    Object.entries<AnyField>(of.fields).filter(([name]) => maySeeField(context.actor, of.name, name)),
  );
  const columns = telling.filter((name) => visible.has(name)).slice(0, 3);
  const wording = { names: new Map<string, string>(), locale };
  const cell = (row: AnyRow, name: string): DocumentValue => {
    const field = visible.get(name);
    return (field && valueOf(field, row[name], wording)) ?? '';
  };
  return [
    {
      heading: labelOf(heading, locale),
      table: {
        columns: [
          { label: labelOf('title', locale), weight: 2 },
          ...columns.map((name) => ({ label: labelOf(name, locale), align: alignOf(visible.get(name)) })),
        ],
        rows: (rows as readonly AnyRow[]).map((row) => [
          of.title(row as never),
          ...columns.map((name) => cell(row, name)),
        ]),
      },
    },
  ];
};

const alignOf = (field: AnyField | undefined): 'left' | 'right' => (field?.shape.kind === 'money' ? 'right' : 'left');

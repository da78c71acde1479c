import { job, type AnyEntity, type Context, type JobContext, type Locale, type RowResult } from '#kernel';
import { toldFields } from '#kernel/event-of-change';
import type { FeedPosition } from '#kernel/feed';
import { presentValues } from '#kernel/present';
import { storeFile } from '#modules/platform/files';
import { allResults } from '#modules/platform/jobs';
import { letterheadOf, renderDocument, type DocumentModel } from '#modules/platform/pdf';
import { itemsOf } from './erasing.operations.ts';
import { ownRecords, personOf, recordsNaming } from './person.operations.ts';
import { PrivacyRequest } from './privacy-request.entity.ts';
import { mentions, privacyLoose, type PrivacyLoose } from './traces.rules.ts';

type Given = { readonly request: string };

/** Gathers what is known of a person: every record that names the person by id, address, number or tax number. */
export const exportSubject = job<Given>('exportSubject', {
  describes: 'Gathers what the tenant knows of a person.',
  needs: 'privacyRequest.export',
  chunk: async ({ request: id }, cursor, context) => {
    const { subject } = await context.trusted(PrivacyRequest).get(id);
    const own = await ownRecords(context, subject);
    const traces = await personOf(context, own);
    const { ids, next } = await recordsNaming(
      context,
      traces,
      cursor === undefined ? undefined : (JSON.parse(cursor) as FeedPosition),
    );
    const results: RowResult[] = [];
    for (const each of ids) {
      const row = (await itemsOf(context, each)).filter(({ sk }) => sk === 'row' || sk.startsWith('part#'));
      const isOwn = own.includes(each) || (each !== id && mentions(traces, JSON.stringify(row)));
      if (isOwn) results.push({ row: results.length + 1, status: 'done', record: each });
    }
    return { results, ...(next && { next: JSON.stringify(next) }) };
  },
  finish: async ({ request: id }, context) => {
    const requests = context.trusted(PrivacyRequest);
    const request = await requests.get(id);
    if (request.status === 'COMPLETED') return {};
    const records = await gathered(context);
    const { data, document } = await filesOf(context, request.subject, records);
    requests.move(request, 'COMPLETED', { data, document });
    return { records: records.length };
  },
});

type Gathered = { readonly type: string; readonly title: string; readonly values: Readonly<Record<string, unknown>> };

const gathered = async (context: JobContext): Promise<readonly Gathered[]> => {
  // A record that speaks of the person in several versions was met several times.
  const ids = new Set(
    (await allResults(context, context.jobId)).flatMap(({ record }) => (record === undefined ? [] : [record])),
  );
  const rows = await Promise.all([...ids].map((id) => readWhole(context, id)));
  return rows.flat();
};

const readWhole = async (context: Context, id: string): Promise<readonly Gathered[]> => {
  const of = context.registry.byPrefix.get(id.slice(0, id.indexOf('_')));
  const entity = of && context.registry.entity(of.name);
  const row = entity && (await context.trusted(entity).find(id));
  if (!entity || !row) return [];
  const { createdAt, updatedAt } = row;
  const values = {
    id,
    createdAt,
    updatedAt,
    ...presentValues(toldFields(entity), row),
    ...(await besides(context, entity, id)),
  };
  return [{ type: entity.name, title: entity.title(row), values }];
};

/** What lies beside a record without being one. */
const besides = async (
  context: Context,
  { name }: AnyEntity,
  id: string,
): Promise<Readonly<Record<string, unknown>>> => {
  const loose = (context.registry.contributions(privacyLoose) as readonly PrivacyLoose[]).filter(
    ({ of }) => of === name,
  );
  const read = loose.map(async (each) => [each.name, await each.read(context, id)] as const);
  return Object.fromEntries(await Promise.all(read));
};

const filesOf = async (context: Context, subject: string, records: readonly Gathered[]) => {
  const madeAt = context.clock.instant();
  const body = JSON.stringify({ subject, madeAt, records }, undefined, 2);
  const data = await storeFile(context, {
    name: 'personal-data.json',
    contentType: 'application/json',
    body,
    record: subject,
  });
  const { locale, country, timeZone } = context.actor;
  const pdf = await renderDocument(documentOf(records, madeAt, locale), await letterheadOf(context), {
    locale,
    country,
    timeZone,
  });
  const made = { name: 'personal-data.pdf', contentType: 'application/pdf', body: pdf, record: subject };
  const document = await storeFile(context, made);
  return { data: data.id, document: document.id };
};

const titles = { es: 'Datos personales', en: 'Personal data' } as const;

const documentOf = (records: readonly Gathered[], madeAt: string, locale: Locale): DocumentModel => ({
  title: titles[locale],
  madeAt,
  sections: records.map(({ type, title, values }) => ({
    heading: `${type}: ${title}`,
    facts: Object.entries(values).map(([label, value]) => ({ label, value: shown(value) })),
  })),
});

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 2000);

import {
  choice,
  dateTime,
  defaulted,
  DomainError,
  forbidden,
  json,
  list,
  mutation,
  optional,
  record,
  ref,
  scopeOf,
  text,
  url,
  type AnyEntity,
  type Context,
} from '#kernel';
import { fileKey, readableFile } from '#modules/platform/files';
import { Job, startJob } from '#modules/platform/jobs';
import { columnsFor } from './columns.rules.ts';
import { Export, exportFormats } from './export.entity.ts';
import { writeExport } from './export.jobs.ts';
import { sourceOf } from './sources.operations.ts';

const linkSeconds = 5 * 60;

export const startExport = mutation('startExport', {
  describes:
    'Lets records leave as a table, in the background: a list with its `where` and `orderBy`, or another selection. It holds the records and fields that you may see. `linkExport` answers where to fetch it, for a day.',
  needs: 'export.create',
  input: {
    recordType: text({ max: 60, describes: 'What: Account, Contact, Opportunity.' }),
    source: defaulted(
      text({ max: 40, describes: 'The kind of selection: `list`, or what other modules add.' }),
      'list',
    ),
    selection: optional(json({ describes: 'The selection; of a list `{where, orderBy}` as its query takes them.' })),
    columns: optional(list(text({ max: 120 }), { max: 300, describes: 'Fields; all that you may see when not said.' })),
    format: defaulted(choice(exportFormats, { named: 'ExportFormat', describes: 'CSV or an Excel workbook.' }), 'CSV'),
  },
  returns: { export: record(Export, 'The export.'), job: record(Job, 'The job that writes it.') },
  fails: ['UNKNOWN_ENTITY', 'UNKNOWN_FIELD', 'UNKNOWN_SOURCE'],
  run: async ({ recordType, source, selection, columns, format }, context) => {
    const of = exportable(context, recordType);
    // A first page, so that a selection that does not work is refused at once.
    await sourceOf(context.registry, source).page(recordType, selection, undefined, context);
    const made = context.trusted(Export).create({
      recordType,
      source,
      format,
      downloads: 0,
      columns: columnsFor(context.actor, of, columns),
      ...(selection !== undefined && { selection }),
      ...(context.actor.userId !== undefined && { owner: context.actor.userId }),
    });
    const job = startJob(context, writeExport, { export: made.id }, { subject: made.id });
    return { export: context.trusted(Export).update(made, { job: job.id }), job };
  },
});

/** What an actor may read, he may export. @throws UNKNOWN_ENTITY, FORBIDDEN */
const exportable = ({ registry, actor }: Context, name: string): AnyEntity => {
  const of = registry.entities.get(name);
  if (!of || of.internal) throw new DomainError('UNKNOWN_ENTITY', `There is no ${name} to export.`, ['recordType']);
  if (scopeOf(actor, name, 'read') === 'none') throw forbidden(`You may not read any ${name}.`);
  return of;
};

export const linkExport = mutation('linkExport', {
  describes: 'A link that answers the table for five minutes. Each one is noted with the export.',
  needs: 'export.read',
  input: { id: ref('Export', { describes: 'Which export.' }) },
  returns: {
    export: record(Export, 'The export.'),
    url: url({ describes: 'Where to GET the table.' }),
    validUntil: dateTime({ describes: 'Until when the link works.' }),
  },
  fails: ['EXPORT_NOT_READY', 'EXPORT_EXPIRED'],
  run: async ({ id }, context) => {
    const row = await context.data(Export).get(id);
    const isOver = row.status === 'EXPIRED' || (row.availableUntil ?? '~') <= context.clock.instant();
    if (isOver) throw new DomainError('EXPORT_EXPIRED', 'Its time is over; export again.', ['id']);
    if (row.status !== 'READY' || row.file === undefined)
      throw new DomainError('EXPORT_NOT_READY', 'It is not written yet; see its job.', ['id']);
    const file = await readableFile(context, row.file);
    const end = Math.min(Date.parse(row.availableUntil ?? ''), context.clock.now().getTime() + linkSeconds * 1000);
    const seconds = Math.max(1, Math.floor((end - context.clock.now().getTime()) / 1000));
    const key = fileKey(context.actor.tenant, file.id);
    return {
      url: await context.ports.files.downloadUrl(key, { fileName: file.name, seconds }),
      validUntil: new Date(end).toISOString(),
      export: context.trusted(Export).update(row, { downloads: row.downloads + 1 }, { event: 'export.downloaded' }),
    };
  },
});

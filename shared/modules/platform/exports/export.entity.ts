import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  file,
  integer,
  json,
  list,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';

/** Forms that an export may have. */
export const exportFormats = ['CSV', 'XLSX'] as const;

/** Records that leave as a table. The row stays as the trace of who took what. */
export const Export = entity('Export', {
  idPrefix: 'exp',
  describes:
    'Records that leave as a table: who took which ones, with which fields, how many, and how often the table was fetched. The table is deleted after a day; this trace stays.',
  fields: {
    recordType: text({ max: 60, describes: 'What was exported: Account, Contact.' }),
    source: text({ max: 40, describes: 'The kind of selection: list, segment.' }),
    selection: optional(json({ describes: 'The selection, as it was given.' })),
    columns: list(text({ max: 120 }), { max: 300, describes: 'The fields, in the order of the columns.' }),
    format: choice(exportFormats, { named: 'ExportFormat', describes: 'CSV or an Excel workbook.' }),
    job: derivedOptional(ref('Job', { describes: 'The job that writes it.' })),
    rows: derivedOptional(integer({ min: 0, describes: 'How many records it holds.' })),
    file: derivedOptional(file({ describes: 'The table; gone when its time is over.' })),
    availableUntil: derivedOptional(dateTime({ describes: 'Until when it can be fetched.' })),
    downloads: derived(integer({ min: 0, describes: 'How often a link to it was given out.' })),
    owner: optional(ref('User', { describes: 'Who took it.' })),
  },
  states: {
    field: 'status',
    initial: 'RUNNING',
    moves: { RUNNING: ['READY', 'FAILED'], READY: ['EXPIRED'], FAILED: [], EXPIRED: [] },
    closedIn: ['FAILED', 'EXPIRED'],
    verbs: { READY: 'completed' },
  },
  owner: ownedBy('owner'),
  keys: {
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
  },
  timeline: ['id'],
  title: ({ recordType, format }) => `${recordType} ${format}`,
  dueAt: ({ status, availableUntil }) => (status === 'READY' ? availableUntil : undefined),
  events: { downloaded: 'Somebody fetched it.' },
});

/** An export, as code sees it. */
export type ExportRow = Row<typeof Export>;

import { derivedOptional, entity, integer, json, list, optional, ownedBy, ref } from '#kernel';

/** A row of an import that may mean several records. */
export const ImportReview = entity('ImportReview', {
  idPrefix: 'imr',
  describes: 'A row of an import that may mean several records: somebody decides which, or that it is a new one.',
  fields: {
    import: ref('Import', { describes: 'The import.' }),
    row: integer({ min: 1, describes: 'The row of the file, its header being row 1.' }),
    values: json<Readonly<Record<string, unknown>>>({ describes: 'What the row says, by field.' }),
    candidates: list(ref('*'), { max: 10, describes: 'The records that it may mean.' }),
    record: derivedOptional(ref('*', { describes: 'The record that it became or changed.' })),
    owner: optional(ref('User', { describes: 'Who imported it.' })),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: { OPEN: ['DONE', 'DISMISSED'], DONE: [], DISMISSED: [] },
    closedIn: ['DONE', 'DISMISSED'],
  },
  owner: ownedBy('owner'),
  keys: {
    byImport: { gsi: 1, of: 'import', sort: 'createdAt', on: 'Import.reviews' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt' },
  },
  title: ({ row }) => `Row ${String(row)}`,
});

import { derived, derivedOptional, entity, integer, list, optional, ownedBy, ref, text, type Row } from '#kernel';

/** A stored file. Its bytes lie in object storage under a key made of tenant and id. */
export const File = entity('File', {
  idPrefix: 'fil',
  describes:
    'A stored file: a picture, a document, a table to import. It is sent and fetched by signed URLs, never through the API itself.',
  fields: {
    name: text({ max: 200, describes: 'Its name, as it is saved by who fetches it.', search: 'words' }),
    contentType: text({ max: 120, describes: 'Its media type: application/pdf, text/csv.' }),
    size: integer({ min: 0, describes: 'Its size in bytes.' }),
    record: optional(ref('*', { describes: 'The record that it belongs to; who may see that may see the file.' })),
    sha256: derivedOptional(text({ max: 64, describes: 'Hash of its bytes, once they were checked.' })),
    uploader: derived(text({ max: 80, describes: 'The id of whoever sent it.' })),
    owner: optional(ref('User', { describes: 'Whose file it is.' })),
    replaces: derivedOptional(ref('File', { describes: 'The version that it takes the place of.' })),
    edition: derivedOptional(integer({ min: 1, describes: 'Which version of the document it is, from 1.' })),
    earlier: derivedOptional(
      list(text({ max: 40 }), {
        max: 200,
        describes: 'The ids of the versions that it took the place of, the oldest first.',
      }),
    ),
    supersededBy: derivedOptional(ref('File', { describes: 'The version that took its place.' })),
  },
  states: {
    field: 'status',
    initial: 'PENDING',
    moves: { PENDING: ['READY'], READY: [] },
  },
  owner: ownedBy('owner', undefined, 'record'),
  keys: {
    byRecord: { gsi: 1, of: 'record', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
  },
  defaults: ['archive'],
  timeline: ['id', 'record'],
  title: ({ name }) => name,
  events: {
    superseded: 'Another version took its place; it is kept in the archive.',
    reinstated: 'An earlier version is the current one again.',
  },
});

/** A file, as code sees it. */
export type FileRow = Row<typeof File>;

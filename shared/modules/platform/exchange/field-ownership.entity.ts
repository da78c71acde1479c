import { entity, list, noOwner, text, type Row } from '#kernel';

/** Which fields of an entity another system is the master of. */
export const FieldOwnership = entity('FieldOwnership', {
  idPrefix: 'fow',
  describes:
    'Which fields of a kind of record another system owns: its pushes change these and no others. Each field has one owner.',
  fields: {
    type: text({ max: 60, describes: 'The kind of record: Account.' }),
    system: text({ max: 60, describes: 'The other system: erp.' }),
    key: text({ max: 130, unique: true, describes: 'Type and system in one, so that there is one ownership of each.' }),
    fields: list(text({ max: 80 }), { max: 200, describes: 'Its fields.' }),
  },
  owner: noOwner,
  keys: { byType: { gsi: 4, of: 'type', sort: 'system', keepsClosed: true }, all: { gsi: 3, sort: 'key' } },
  defaults: [],
  title: ({ key }) => key,
});

/** An ownership, as code sees it. */
export type FieldOwnershipRow = Row<typeof FieldOwnership>;

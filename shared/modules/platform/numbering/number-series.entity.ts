import { boolean, defaulted, entity, integer, noOwner, optional, text } from '#kernel';

/** How the numbers of a kind of document look. The numbers themselves are gapless counters. */
export const NumberSeries = entity('NumberSeries', {
  idPrefix: 'nser',
  plural: 'numberSeriesList',
  describes:
    'How the numbers of a kind of document look: `FAC-2026-00017`. Numbers have no gaps and are never used twice.',
  fields: {
    kind: text({ max: 60, unique: true, describes: 'What it numbers, unique: `quote`, `invoice/001-001`.' }),
    prefix: defaulted(text({ max: 20, describes: 'What stands before the number.' }), ''),
    digits: defaulted(
      integer({ min: 1, max: 12, describes: 'The number is filled up with zeros to so many digits.' }),
      5,
    ),
    yearly: defaulted(boolean({ describes: 'Begins with 1 each year, and shows the year.' }), false),
    note: optional(text({ describes: 'What to know about it.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'kind' } },
  defaults: ['create', 'update'],
  title: (row) => row.kind,
});

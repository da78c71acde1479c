import { entity, integer, json, noOwner, optional, defaulted, text, type Row } from '#kernel';

/** How often a segment of accounts is visited. */
export const VisitFrequency = entity('VisitFrequency', {
  idPrefix: 'vfr',
  plural: 'visitFrequencies',
  describes:
    'How often accounts of a segment are visited: those of a ranking, a zone, a sector, with so much revenue. The first one in order whose filter an account fulfils counts for it.',
  fields: {
    name: text({ min: 1, max: 80, describes: 'What people call it: A customers, coast, pharmacies.' }),
    everyDays: integer({ min: 1, max: 730, describes: 'So many days lie between two visits.' }),
    minGapPercent: defaulted(
      integer({ min: 0, max: 100, describes: 'An account is not planned before this share of the days has passed.' }),
      50,
    ),
    minutes: optional(integer({ min: 5, max: 480, describes: 'How long a visit takes.' })),
    where: optional(json({ describes: 'Which accounts: a filter as `accounts(where)` takes it; all when not said.' })),
    position: defaulted(integer({ min: 0, max: 10_000, describes: 'Its place in the order.' }), 100),
  },
  owner: noOwner,
  keys: { byPosition: { gsi: 3, sort: 'position' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
});

/** A frequency, as code sees it. */
export type VisitFrequencyRow = Row<typeof VisitFrequency>;

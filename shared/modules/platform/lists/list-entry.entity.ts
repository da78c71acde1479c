import { choice, defaulted, derivedOptional, entity, integer, noOwner, object, ref, text, type Row } from '#kernel';
import { trustedFor } from '#kernel/remember';
import { fold } from '#modules/platform/search';
import { entryProblems } from './list.rules.ts';

/** The lists that each tenant keeps. */
export const listNames = ['SECTOR', 'SOURCE', 'CAPTURE_REASON'] as const;
export type ListName = (typeof listNames)[number];

const word = (describes: string) => text({ min: 1, max: 80, describes });

/** An entry of one of the tenant's lists. */
export const ListEntry = entity('ListEntry', {
  idPrefix: 'lst',
  plural: 'listEntries',
  describes:
    "An entry of one of the tenant's lists: a line of business, a source of contacts, a reason why they were captured. Records " +
    'hold its key. A merged one redirects: whoever writes its key gets the entry that it was merged into.',
  fields: {
    list: choice(listNames, { named: 'ListName', describes: 'The list that it belongs to.' }),
    key: text({
      min: 1,
      max: 80,
      unique: (key: string, { list }) => `${String(list)}:${fold(key)}`,
      search: 'words',
      describes:
        'What records hold. It never changes; no two entries of a list are alike but for capitals and accents.',
    }),
    labels: object(
      'ListLabels',
      { es: word('In Spanish.'), en: word('In English.') },
      { describes: 'What people read. Records may be given a label too: they keep the key.' },
    ),
    position: defaulted(integer({ min: 0, max: 10_000, describes: 'Its place where the list is shown.' }), 0),
    mergedInto: derivedOptional(ref('ListEntry', { describes: 'The entry that stands for it.' })),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['RETIRED', 'MERGED'], RETIRED: ['ACTIVE', 'MERGED'], MERGED: [] },
    frozenIn: ['MERGED'],
    verbs: { ACTIVE: 'reinstated' },
  },
  owner: noOwner,
  keys: {
    all: { gsi: 3, sort: 'key' },
    byList: { gsi: 4, of: 'list', sort: 'position', keepsClosed: true },
  },
  defaults: ['create', 'update'],
  timeline: ['id'],
  title: ({ key }) => key,
  check: (after, before) => entryProblems(after, before),
  // Containers that had not heard of the merge have written the old key for a minute: their records follow then.
  dueAt: ({ status, updatedAt }) =>
    status === 'MERGED' ? new Date(new Date(updatedAt).getTime() + 2 * trustedFor).toISOString() : undefined,
});

/** An entry, as code sees it. */
export type ListEntryRow = Row<typeof ListEntry>;

import { dateTime, derived, entity, inheritsFrom, json, optional, ref, text, type Row } from '#kernel';

/** Something that another source says of a record. */
export const OutsideFact = entity('OutsideFact', {
  idPrefix: 'ofa',
  describes:
    'Something that a source outside says of a record, in a form or in free words: spending level, assets, a credit report. It is kept as it came, with source and time, beside what the CRM knows.',
  fields: {
    record: ref('*', { describes: 'What it is about.' }),
    source: text({ max: 80, describes: 'Who says so: a bureau, the ERP, a market study.' }),
    key: text({ max: 80, describes: 'What it tells: spendingLevel.' }),
    value: optional(json({ describes: 'What is said, in any form.' })),
    words: optional(text({ max: 5000, search: 'words', describes: 'What is said, in words.' })),
    observedAt: dateTime({ describes: 'Since when the source says so.' }),
    identity: derived(
      text({
        max: 300,
        unique: true,
        describes: 'Record, source, key and moment in one: a fact that comes again is the same.',
      }),
    ),
    receivedBy: derived(text({ max: 80, describes: 'The id of whoever or whatever brought it.' })),
  },
  owner: inheritsFrom('record'),
  keys: {
    byRecord: { gsi: 1, of: 'record', sort: 'observedAt' },
    all: { gsi: 3, sort: 'observedAt' },
  },
  defaults: ['archive'],
  timeline: ['record'],
  title: ({ key }) => key,
});

/** A fact, as code sees it. */
export type OutsideFactRow = Row<typeof OutsideFact>;

import { dateTime, derived, derivedOptional, entity, inheritsFrom, list, longText, ref, type Row } from '#kernel';

/** What colleagues say to each other about a record. */
export const TeamMessage = entity('TeamMessage', {
  idPrefix: 'tmg',
  describes:
    'What a colleague says about a record, seen by those who see the record. On a team it is the talk of the team.',
  fields: {
    record: derived(ref('*', { describes: 'The record that it is about.' })),
    author: derived(ref('User', { describes: 'Who says it.' })),
    text: derived(longText({ max: 4000, describes: 'What is said.' })),
    editedAt: derivedOptional(dateTime({ describes: 'When it was last put differently.' })),
    mentions: derived(list(ref('User'), { max: 20, describes: 'Whom it is for.' })),
  },
  owner: inheritsFrom('record'),
  keys: {
    byRecord: { gsi: 1, of: 'record', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
  },
  timeline: ['record'],
  title: ({ text }) => text.slice(0, 120),
});

/** A message among colleagues, as code sees it. */
export type TeamMessageRow = Row<typeof TeamMessage>;

import {
  choice,
  dateTime,
  decimal,
  derived,
  derivedOptional,
  entity,
  integer,
  list,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';

export const verdict = choice(['CERTAIN', 'REVIEW'], {
  named: 'DuplicateVerdict',
  describes: 'CERTAIN: as good as the same. REVIEW: somebody should look.',
});

export const reasonFields = object('DuplicateReason', {
  field: choice(['name', 'email', 'phone', 'taxId', 'birthday', 'address'], {
    named: 'DuplicateField',
    describes: 'What was compared.',
  }),
  similarity: decimal({ scale: 3, describes: 'How alike, 0 to 1.' }),
  weight: integer({ describes: 'How much it counts.' }),
});

/** Two records that may be the same, to be merged or kept apart. */
export const DuplicateCandidate = entity('DuplicateCandidate', {
  idPrefix: 'dup',
  describes: 'Two records that may be the same, found as they are saved: to be merged, or declared to be two.',
  fields: {
    record: ref('*', { describes: 'One of both.' }),
    other: ref('*', { describes: 'The other one.' }),
    type: text({ max: 60, describes: 'What both are: Contact, Account.' }),
    score: derived(decimal({ scale: 3, describes: 'How alike, 0 to 1.' })),
    verdict: derived(verdict),
    reasons: derived(list(reasonFields, { max: 10, describes: 'What was compared.' })),
    owner: optional(ref('User', { describes: 'Who looks after one of both, and so settles it.' })),
    decidedBy: derivedOptional(text({ max: 60, describes: 'The id of who settled it.' })),
    decidedAt: derivedOptional(dateTime({ describes: 'When it was settled.' })),
    note: derivedOptional(text({ max: 500, describes: 'Why they are two.' })),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: {
      OPEN: ['MERGED', 'DISTINCT', 'GONE'],
      GONE: ['OPEN', 'DISTINCT', 'MERGED'],
      DISTINCT: ['MERGED'],
      MERGED: ['DISTINCT'],
    },
    closedIn: ['MERGED', 'DISTINCT', 'GONE'],
    verbs: { OPEN: 'suggested', DISTINCT: 'separated' },
  },
  owner: ownedBy('owner'),
  keys: {
    byRecord: { gsi: 1, of: 'record', sort: 'createdAt' },
    byOther: { link: 'other', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'score' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'score', keepsClosed: true },
  },
  title: ({ type, score }) => `${type} ${score}`,
});

/** A candidate, as code sees it. */
export type DuplicateCandidateRow = Row<typeof DuplicateCandidate>;

import {
  choice,
  date,
  dateTime,
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

const kept = object('PrivacyKept', {
  type: text({ max: 60, describes: 'What kind of records.' }),
  count: integer({ describes: 'How many.' }),
  reason: text({ max: 300, describes: 'Which law keeps them.' }),
});

/** What a person asks about his or her data, and what was done about it. It names nobody: the id is all that it knows. */
export const PrivacyRequest = entity('PrivacyRequest', {
  idPrefix: 'prq',
  describes:
    'What a person asks about their data: to see it, to take it along, to have it corrected or erased. It keeps the proof of what was done, and no personal data.',
  fields: {
    subject: text({ max: 60, describes: "The id of the person's record." }),
    kind: choice(['ACCESS', 'PORTABILITY', 'RECTIFY', 'ERASE', 'RESTRICT', 'OBJECT'], {
      named: 'PrivacyRequestKind',
      describes: 'What is asked for.',
    }),
    receivedOn: date({ describes: 'When it was received.' }),
    identityCheck: optional(text({ max: 300, describes: 'How it was made sure who asks.' })),
    dueOn: derived(date({ describes: 'Until when law wants an answer.' })),
    warnAt: derived(dateTime({ describes: 'When seven tenths of the time are over.' })),
    warnedAt: derivedOptional(dateTime({ describes: 'When it was said that time runs out.' })),
    rejection: derivedOptional(text({ max: 500, describes: 'Why it was turned down.' })),
    job: derivedOptional(ref('Job', { describes: 'The job that fulfils it.' })),
    removed: derivedOptional(integer({ describes: 'Records that are gone.' })),
    cleaned: derivedOptional(integer({ describes: 'Records of others that no longer know the person.' })),
    files: derivedOptional(integer({ describes: 'Stored texts that no longer know the person.' })),
    kept: derivedOptional(list(kept, { max: 50, describes: 'What law keeps.' })),
    data: derivedOptional(ref('File', { describes: 'What is known of the person, for machines: JSON.' })),
    document: derivedOptional(ref('File', { describes: 'What is known of the person, to be read: PDF.' })),
    owner: optional(ref('User', { describes: 'Who sees to it.' })),
  },
  states: {
    field: 'status',
    initial: 'RECEIVED',
    moves: {
      RECEIVED: ['VERIFIED', 'REJECTED'],
      VERIFIED: ['IN_PROGRESS', 'COMPLETED', 'REJECTED'],
      IN_PROGRESS: ['COMPLETED'],
      COMPLETED: [],
      REJECTED: [],
    },
    closedIn: ['COMPLETED', 'REJECTED'],
    verbs: { IN_PROGRESS: 'begun' },
  },
  owner: ownedBy('owner'),
  keys: {
    bySubject: { gsi: 5, of: 'subject' },
    byOwner: { gsi: 2, sort: 'dueOn' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'dueOn', keepsClosed: true },
  },
  timeline: ['id'],
  title: ({ kind, dueOn }) => `${kind} ${dueOn}`,
  events: { warned: 'Seven tenths of the time for an answer are over.', erased: 'The person was forgotten.' },
  dueAt: ({ status, warnedAt, warnAt }) =>
    warnedAt === undefined && (status === 'RECEIVED' || status === 'VERIFIED') ? warnAt : undefined,
});

/** The event of an erasure that is done. */
export const personErased = 'privacyRequest.erased';

/** A request, as code sees it. */
export type PrivacyRequestRow = Row<typeof PrivacyRequest>;

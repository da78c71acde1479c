import {
  dateTime,
  derivedOptional,
  entity,
  inheritsFrom,
  link,
  list,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

const hash = (describes: string) => text({ max: 64, sensitive: true, describes });

const former = object(
  'FormerIdentity',
  {
    emailHash: optional(hash('SHA-256 of an address that is no longer theirs.')),
    phoneHash: optional(hash('SHA-256 of a number that is no longer theirs.')),
  },
  { describes: 'By what the platform was told of somebody before.' },
);

/** Somebody in an audience: the ledger of what the platform was told. */
export const AudienceMember = entity('AudienceMember', {
  idPrefix: 'audm',
  describes:
    'Somebody in an audience on an advertising platform, and what the platform was told; its versions are the ledger.',
  fields: {
    audience: ref('AdAudience', { describes: 'The audience.' }),
    subject: ref('*', { describes: 'The contact or lead.' }),
    emailHash: derivedOptional(hash('SHA-256 of the address, as it was sent last.')),
    phoneHash: derivedOptional(hash('SHA-256 of the number, as it was sent last.')),
    former: derivedOptional(
      list(former, {
        max: 20,
        describes: 'What was sent before and is theirs no more: the platform has to forget it.',
      }),
    ),
    addedAt: derivedOptional(dateTime({ describes: 'When the platform took it in.' })),
    removedAt: derivedOptional(dateTime({ describes: 'When the platform was told to remove it.' })),
    tellAt: derivedOptional(
      dateTime({ describes: 'When the platform is told of it, where the audience is archived and has no clock.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'ADDING',
    moves: {
      ADDING: ['ADDED', 'REMOVING', 'REMOVED'],
      ADDED: ['REMOVING', 'ADDING'],
      REMOVING: ['REMOVED', 'ADDING'],
      REMOVED: ['ADDING'],
    },
    closedIn: ['ADDED', 'REMOVED'],
    verbs: { ADDING: 'joined', REMOVING: 'dismissed' },
  },
  owner: inheritsFrom('subject'),
  keys: {
    // In an index of its own rows it is found also when its person is already forgotten.
    bySubject: { gsi: 1, of: 'subject', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    waiting: { gsi: 4, of: 'audience', sort: 'updatedAt' },
    byAudience: link('audience', 'createdAt', 'AdAudience.members'),
  },
  timeline: ['subject'],
  title: ({ subject }) => subject,
  events: { readdressed: 'Its person has another address or number: the platform is told of both.' },
  dueAt: ({ tellAt }) => tellAt,
});

/** A member, as code sees it. */
export type AudienceMemberRow = Row<typeof AudienceMember>;

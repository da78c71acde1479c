import { dateTime, derivedOptional, entity, inheritsFrom, link, ref, text, type Row } from '#kernel';

const hash = (describes: string) => derivedOptional(text({ max: 64, sensitive: true, describes }));

/** Somebody in an audience: the ledger of what the platform was told. */
export const AudienceMember = entity('AudienceMember', {
  idPrefix: 'audm',
  describes:
    'Somebody in an audience on an advertising platform, and what the platform was told; its versions are the ledger.',
  fields: {
    audience: ref('AdAudience', { describes: 'The audience.' }),
    subject: ref('*', { describes: 'The contact or lead.' }),
    emailHash: hash('SHA-256 of the address, as it was sent last.'),
    phoneHash: hash('SHA-256 of the number, as it was sent last.'),
    addedAt: derivedOptional(dateTime({ describes: 'When the platform took it in.' })),
    removedAt: derivedOptional(dateTime({ describes: 'When the platform was told to remove it.' })),
  },
  states: {
    field: 'status',
    initial: 'ADDING',
    moves: {
      ADDING: ['ADDED', 'REMOVING', 'REMOVED'],
      ADDED: ['REMOVING'],
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
});

/** A member, as code sees it. */
export type AudienceMemberRow = Row<typeof AudienceMember>;

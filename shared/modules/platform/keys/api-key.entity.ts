import {
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  list,
  noOwner,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

/** A secret by which a program calls the API. */
export const ApiKey = entity('ApiKey', {
  idPrefix: 'key',
  describes:
    'A secret by which a program calls the API in the name of a person, with at most the rights of that person. The secret itself is shown once.',
  fields: {
    name: text({ min: 1, max: 100, describes: 'What the key is for: the shop, the warehouse system.' }),
    user: derivedOptional(
      ref('User', {
        describes: 'In whose name it acts. It never does more than that person may, and ends with that person.',
      }),
    ),
    roles: defaulted(
      list(text({ max: 40 }), { max: 10, describes: "Keys of the roles that it has; the person's own when not said." }),
      [],
    ),
    permissions: optional(
      list(text({ max: 100 }), {
        max: 200,
        describes: 'Only these of the rights of its roles: account.read, *.read, quote.*; all of them when not said.',
      }),
    ),
    pointsPerMinute: optional(
      integer({
        min: 1,
        describes: 'What the program may ask of the API in a minute: 1 point a request, 1 a read unit, 5 a write unit.',
      }),
    ),
    validUntil: optional(dateTime({ describes: 'When it ends by itself.' })),
    shows: derived(text({ max: 20, describes: 'The last characters of the secret, to tell keys apart.' })),
    lastUsedAt: derivedOptional(dateTime({ describes: 'When it was last used, to the hour.' })),
    revokedAt: derivedOptional(dateTime({ describes: 'When it was taken back; it works for at most another minute.' })),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['REVOKED'], REVOKED: [] },
    frozenIn: ['REVOKED'],
    closedIn: ['REVOKED'],
  },
  owner: noOwner,
  keys: {
    byUser: { gsi: 1, of: 'user', sort: 'createdAt', on: 'User.apiKeys' },
    byName: { gsi: 3, sort: 'name' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
  },
  title: ({ name }) => name,
});

/** A key, as code sees it. */
export type ApiKeyRow = Row<typeof ApiKey>;

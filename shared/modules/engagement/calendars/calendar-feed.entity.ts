import { choice, defaulted, derived, entity, ownedBy, ref, text, type Row } from '#kernel';

/** A private address under which a calendar program reads a person's agenda. */
export const CalendarFeed = entity('CalendarFeed', {
  idPrefix: 'cfd',
  describes:
    'A private address under which a calendar program reads one’s agenda. Whoever knows it reads it, until it is revoked.',
  fields: {
    name: text({ min: 1, max: 100, describes: 'For which program: phone, laptop.' }),
    detail: defaulted(
      choice(['FULL', 'BUSY'], { named: 'FeedDetail', describes: 'FULL shows what there is to do, BUSY only when.' }),
      'FULL',
    ),
    owner: derived(ref('User', { describes: 'Whose agenda.' })),
    secret: derived(
      text({ max: 64, sensitive: true, describes: 'A mark within the address, of no use without our signature.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['REVOKED'], REVOKED: [] },
    closedIn: ['REVOKED'],
    frozenIn: ['REVOKED'],
  },
  owner: ownedBy('owner'),
  keys: { byOwner: { gsi: 2, sort: 'createdAt' }, all: { gsi: 3, sort: 'createdAt' } },
  title: ({ name }) => name,
});

/** A feed, as code sees it. */
export type CalendarFeedRow = Row<typeof CalendarFeed>;

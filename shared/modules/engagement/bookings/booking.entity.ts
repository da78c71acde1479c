import {
  customFields,
  dateTime,
  derivedOptional,
  entity,
  link,
  longText,
  optional,
  ownedBy,
  ref,
  type Row,
} from '#kernel';

/** A thing booked from one moment to another. */
export const Booking = entity('Booking', {
  idPrefix: 'bkg',
  describes: 'A thing that is held or booked for a customer from one moment to another. No two of one thing overlap.',
  fields: {
    bookable: ref('Bookable', { describes: 'What is booked.' }),
    from: dateTime({ describes: 'From when on.' }),
    to: dateTime({ describes: 'Until when, the moment itself not included.' }),
    account: optional(ref('Account', { describes: 'For whom.' })),
    opportunity: optional(ref('Opportunity', { describes: 'The opportunity that it is for.' })),
    owner: optional(ref('User', { describes: 'Who booked it; whoever makes it, when nobody is named.' })),
    notes: optional(longText({ describes: 'What to prepare, what to know.' })),
    custom: customFields(),
    heldUntil: derivedOptional(dateTime({ describes: 'Until when it is held without being booked.' })),
  },
  states: {
    field: 'status',
    initial: 'HELD',
    moves: { HELD: ['BOOKED', 'CANCELLED', 'EXPIRED'], BOOKED: ['CANCELLED'], CANCELLED: [], EXPIRED: [] },
    closedIn: ['CANCELLED', 'EXPIRED'],
    frozenIn: ['CANCELLED', 'EXPIRED'],
  },
  owner: ownedBy('owner'),
  keys: {
    byBookable: { gsi: 1, of: 'bookable', sort: 'from', on: 'Bookable.bookings' },
    byOwner: { gsi: 2, sort: 'from' },
    byFrom: { gsi: 3, sort: 'from', shards: 4 },
    byAccount: link('account', 'from', 'Account.bookings'),
    byOpportunity: link('opportunity', 'from', 'Opportunity.bookings'),
  },
  timeline: ['id', 'bookable', 'account', 'opportunity'],
  title: ({ from, to }) => `${from.slice(0, 16)} – ${to.slice(0, 16)}`,
  dueAt: ({ status, heldUntil }) => (status === 'HELD' ? heldUntil : undefined),
  events: { rescheduled: 'It was put to another time.' },
});

/** A booking, as code sees it. */
export type BookingRow = Row<typeof Booking>;

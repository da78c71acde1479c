import {
  customFields,
  dateTime,
  derivedOptional,
  entity,
  link,
  longText,
  money,
  noOwner,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

/** A thing that customers book. */
export const Bookable = entity('Bookable', {
  idPrefix: 'bkb',
  describes:
    'A thing that customers book: an apartment, a room, a machine. What else is known of it stands in the tenant’s own fields.',
  fields: {
    calendar: ref('BookingCalendar', { describes: 'Where it belongs, and how it is booked.' }),
    name: text({ min: 1, max: 100, search: 'words', describes: 'What people call it: 4B, room Cotopaxi.' }),
    price: optional(money({ describes: 'What it costs.' })),
    description: optional(longText({ describes: 'Anything else, in words.' })),
    custom: customFields(),
    account: derivedOptional(ref('Account', { describes: 'Who has it, or for whom it is held.' })),
    opportunity: derivedOptional(ref('Opportunity', { describes: 'The opportunity that it is for.' })),
    takenBy: derivedOptional(ref('User', { describes: 'The person who took it for the customer.' })),
    takenAt: derivedOptional(dateTime({ describes: 'Since when it is held, booked or sold.' })),
    heldUntil: derivedOptional(dateTime({ describes: 'Until when it is held; then it is free again.' })),
  },
  states: {
    field: 'status',
    initial: 'FREE',
    moves: {
      FREE: ['HELD', 'BOOKED', 'SOLD'],
      HELD: ['FREE', 'BOOKED', 'SOLD'],
      BOOKED: ['FREE', 'SOLD'],
      SOLD: ['FREE'],
    },
    verbs: { FREE: 'released' },
  },
  owner: noOwner,
  keys: {
    byCalendar: { gsi: 1, of: 'calendar', sort: 'name', on: 'BookingCalendar.bookables' },
    byName: { gsi: 3, sort: 'name' },
    byStatus: { gsi: 4, of: 'status', sort: 'name', keepsClosed: true },
    byAccount: link('account', 'takenAt', 'Account.bookables'),
    byOpportunity: link('opportunity', 'takenAt', 'Opportunity.bookables'),
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id', 'account', 'opportunity'],
  title: ({ name }) => name,
  dueAt: ({ status, heldUntil }) => (status === 'HELD' ? heldUntil : undefined),
  events: { expired: 'The time for which it was held is over; it is free again.', prolonged: 'It is held for longer.' },
});

/** A thing, as code sees it. */
export type BookableRow = Row<typeof Bookable>;

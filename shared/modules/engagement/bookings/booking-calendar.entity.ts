import { choice, defaulted, entity, integer, longText, noOwner, optional, text } from '#kernel';

/** Things of one sort that are booked in the same way. */
export const BookingCalendar = entity('BookingCalendar', {
  idPrefix: 'bcal',
  describes:
    'Things of one sort that customers book: the apartments of a building, which are held, booked and sold; meeting rooms, which are booked for a time.',
  fields: {
    name: text({ min: 1, max: 100, search: 'words', describes: 'What people call it: Torre Norte, meeting rooms.' }),
    kind: choice(['UNIT', 'TIME'], {
      named: 'BookingKind',
      describes: 'UNIT: each thing goes to one customer. TIME: each thing is booked from one moment to another.',
    }),
    holdMinutes: defaulted(
      integer({
        min: 1,
        max: 525_600,
        describes: 'How long a thing is held for a customer where nothing else is said.',
      }),
      1440,
    ),
    description: optional(longText({ describes: 'Anything else, in words.' })),
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'archive', 'restore'],
  title: ({ name }) => name,
});

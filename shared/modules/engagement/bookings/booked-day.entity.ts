import { date, dateTime, derivedId, entity, list, noOwner, object, optional, ref, type Row } from '#kernel';

/** What of a thing is taken on a day: the one row that two bookings of the same time must both write, so that one of them fails. */
export const BookedDay = entity('BookedDay', {
  idPrefix: 'bkd',
  describes: 'What of a thing is taken on one day (UTC).',
  internal: true,
  fields: {
    bookable: ref('Bookable', { describes: 'Of what.' }),
    day: date({ describes: 'On which day.' }),
    spans: list(
      object('BookedSpan', {
        booking: ref('Booking', { describes: 'By what.' }),
        from: dateTime({ describes: 'From when on.' }),
        to: dateTime({ describes: 'Until when.' }),
        heldUntil: optional(dateTime({ describes: 'It is free from then on, whether or not a timer has said so.' })),
      }),
      { max: 200, describes: 'In order.' },
    ),
  },
  owner: noOwner,
  keys: { byDay: { gsi: 3, sort: 'day', shards: 4 } },
  title: ({ day }) => day,
});

/** A day, as code sees it. */
export type BookedDayRow = Row<typeof BookedDay>;
/** A time that is taken. */
export type BookedSpan = BookedDayRow['spans'][number];

/** The id of a day of a thing: there is one, found without an index. */
export const bookedDayId = (bookable: string, day: string): string => derivedId('bkd', 'booked-day', [bookable, day]);

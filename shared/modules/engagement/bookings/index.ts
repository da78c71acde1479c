import { module, timer } from '#kernel';
import type { RoleGrant } from '#modules/platform/roles';
import { Bookable } from './bookable.entity.ts';
import { bookBookable, holdBookable, letGo, releaseBookable, sellBookable } from './bookable.operations.ts';
import { BookedDay } from './booked-day.entity.ts';
import { BookingCalendar } from './booking-calendar.entity.ts';
import { Booking } from './booking.entity.ts';
import {
  bookedTimes,
  cancelBooking,
  confirmBooking,
  createBooking,
  lapse,
  rescheduleBooking,
} from './booking.operations.ts';

export { Bookable } from './bookable.entity.ts';
export { BookingCalendar } from './booking-calendar.entity.ts';
export { Booking } from './booking.entity.ts';

const ends = timer(Bookable, {
  describes: 'Makes a thing free whose hold is over.',
  run: letGo,
});
const lapses = timer(Booking, { describes: 'Makes a time free whose hold is over.', run: lapse });

/** Things are the tenant's; whoever sells takes them for customers. */
const grants: readonly RoleGrant[] = [
  {
    roles: ['manager', 'seller'],
    grants: ['bookable.hold', 'bookable.book', 'bookable.sell', 'bookable.release'],
  },
];

/** Bookings: things that customers hold, book and buy, or book for a time; never twice. */
export const bookings = module('engagement/bookings', {
  entities: [BookingCalendar, Bookable, Booking, BookedDay],
  operations: [
    holdBookable,
    bookBookable,
    sellBookable,
    releaseBookable,
    createBooking,
    confirmBooking,
    rescheduleBooking,
    cancelBooking,
    bookedTimes,
  ],
  timers: [ends, lapses],
  contributes: { 'role-grants': grants },
});

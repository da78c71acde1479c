import {
  boolean,
  creation,
  date,
  dateTime,
  defaulted,
  DomainError,
  list,
  mutation,
  object,
  optional,
  query,
  ref,
  versionInput,
  type Context,
  type Repository,
} from '#kernel';
import { problemsError } from '#kernel/errors';
import { Bookable } from './bookable.entity.ts';
import { BookedDay, bookedDayId, type BookedSpan } from './booked-day.entity.ts';
import { Booking, type BookingRow } from './booking.entity.ts';
import { calendarFor, endOfHold } from './bookable.operations.ts';
import { conflicting, daysOf, mostDays, standing, timeProblems, withoutSpan, withSpan } from './booking.rules.ts';

const which = {
  id: ref('Booking', { describes: 'Which one.' }),
  version: optional(versionInput),
};

type Time = { readonly from: string; readonly to: string };
const dayOf = (days: Repository<typeof BookedDay>, bookable: string, day: string) =>
  days.find(bookedDayId(bookable, day));

/** Writes a booking into each of its days. Two of the same time write the same row, so that one of them finds the other. @throws TAKEN */
const occupy = async ({ trusted, clock }: Context, bookable: string, span: BookedSpan): Promise<void> => {
  const days = trusted(BookedDay);
  for (const day of daysOf(span)) {
    const known = await dayOf(days, bookable, day);
    const spans = standing(known?.spans ?? [], clock.instant());
    if (conflicting(spans, span, span.booking).length > 0)
      throw new DomainError('TAKEN', `It is taken on ${day}.`, ['from']);
    if (known) days.update(known, { spans: withSpan(spans, span) });
    else days.create({ bookable, day, spans: [span] }, { id: bookedDayId(bookable, day) });
  }
};

/** Takes a booking out of each of its days. */
const vacate = async (
  { trusted }: Context,
  { id, bookable, ...time }: Time & { readonly id: string; readonly bookable: string },
): Promise<void> => {
  const days = trusted(BookedDay);
  for (const day of daysOf(time)) {
    const known = await dayOf(days, bookable, day);
    if (known?.spans.some(({ booking }) => booking === id)) days.update(known, { spans: withoutSpan(known.spans, id) });
  }
};

const assertTime = (time: Time): void => {
  const problems = timeProblems(time);
  if (problems.length > 0) throw problemsError(problems);
};

export const createBooking = creation(Booking, 'createBooking', {
  describes:
    'Books a thing for a time, or holds it until a moment. Of several who want the same time at once, one gets it.',
  needs: 'booking.create',
  input: {
    hold: defaulted(boolean({ describes: 'Only holds it: it is free again unless it is confirmed in time.' }), false),
    until: optional(dateTime({ describes: 'Until when it is held; as long as the calendar says when not said.' })),
  },
  returns: Booking,
  fails: ['TAKEN', 'WRONG_KIND'],
  run: async ({ hold, until, values }, context) => {
    assertTime(values);
    const thing = await context.data(Bookable).get(values.bookable);
    const { holdMinutes } = await calendarFor(context, thing, 'TIME');
    const held = hold ? { heldUntil: endOfHold(until, holdMinutes, context.clock.now()) } : {};
    const booking = context.data(Booking).create({ ...values, ...held, status: hold ? 'HELD' : 'BOOKED' });
    await occupy(context, thing.id, { booking: booking.id, from: booking.from, to: booking.to, ...held });
    return booking;
  },
});

export const confirmBooking = mutation('confirmBooking', {
  describes: 'Books what was held.',
  needs: 'booking.update',
  input: which,
  returns: Booking,
  fails: ['TAKEN'],
  run: async ({ id }, context) => {
    const booking = await context.data(Booking).get(id);
    const { bookable, from, to } = booking;
    const booked = context.data(Booking).move(booking, 'BOOKED', { heldUntil: null });
    await occupy(context, bookable, { booking: id, from, to });
    return booked;
  },
});

export const rescheduleBooking = mutation('rescheduleBooking', {
  describes: 'Puts a booking to another time.',
  needs: 'booking.update',
  input: { ...which, from: dateTime({ describes: 'From when on.' }), to: dateTime({ describes: 'Until when.' }) },
  returns: Booking,
  fails: ['TAKEN'],
  run: async ({ id, from, to }, context) => {
    assertTime({ from, to });
    const booking = await context.data(Booking).get(id);
    const moved = context.data(Booking).update(booking, { from, to }, { event: 'booking.rescheduled' });
    await vacate(context, booking);
    const { heldUntil } = booking;
    await occupy(context, booking.bookable, { booking: id, from, to, ...(heldUntil !== undefined && { heldUntil }) });
    return moved;
  },
});

export const cancelBooking = mutation('cancelBooking', {
  describes: 'Gives up a booking or a hold; the time is free again.',
  needs: 'booking.update',
  input: which,
  returns: Booking,
  run: async ({ id }, context) => {
    const booking = await context.data(Booking).get(id);
    const cancelled = context.data(Booking).move(booking, 'CANCELLED');
    await vacate(context, booking);
    return cancelled;
  },
});

/** What the timer does with a hold that nobody confirmed. */
export const lapse = async (booking: BookingRow, context: Context): Promise<void> => {
  context.trusted(Booking).move(booking, 'EXPIRED');
  await vacate(context, booking);
};

export const bookedTimes = query('bookedTimes', {
  describes: 'When a thing is taken.',
  needs: 'bookable.read',
  input: {
    bookable: ref('Bookable', { describes: 'Which one.' }),
    from: date({ describes: 'The first day (UTC).' }),
    to: date({ describes: `The last day; at most ${mostDays} days in all.` }),
  },
  returns: {
    times: list(
      object('BookedTime', {
        from: dateTime({ describes: 'From when on.' }),
        to: dateTime({ describes: 'Until when.' }),
        heldUntil: optional(dateTime({ describes: 'It is only held, and free again then.' })),
      }),
      { max: 5_000, describes: 'In order.' },
    ),
  },
  run: async ({ bookable, from, to }, context) => {
    await context.data(Bookable).get(bookable);
    const days = daysOf({ from: `${from}T00:00:00.000Z`, to: `${to}T23:59:59.999Z` });
    if (days.length === 0 || days.length > mostDays)
      throw new DomainError('BAD_INPUT', `One to ${mostDays} days.`, ['to']);
    const rows = await context.trusted(BookedDay).getMany(days.map((day) => bookedDayId(bookable, day)));
    const spans = [...rows.values()].flatMap((row) => standing(row.spans, context.clock.instant()));
    const times = new Map(spans.map(({ booking, ...time }) => [booking, time]));
    return { times: [...times.values()].sort((one, other) => (one.from < other.from ? -1 : 1)) };
  },
});
